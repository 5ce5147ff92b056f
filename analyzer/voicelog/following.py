"""A log that is still being written: each failure is explained when its lines are complete.

The work for a line depends on the line and on the few hundred before it, never on how much was read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from voicelog.ingest.decode import decode
from voicelog.model import Report, Source
from voicelog.pipeline import analyze_source
from voicelog.scan.lines import LineReader
from voicelog.signatures.base import KnowledgeBase

_REMEMBERED = 400
"""Lines that are looked at together."""
_LONGEST = 64 * 1024
"""Bytes of a line; what stands behind is left out."""
_PATIENCE = 80
"""Lines after which a failure is explained although the program goes on printing."""
_LONG_QUIET = 4
"""Quiet moments after which nothing more is expected that would explain a failure."""


class Follower:
    """Takes the bytes of one growing log and gives a report for each failure that is not explained yet."""

    def __init__(self, name: str, base: KnowledgeBase) -> None:
        self._name = name
        self._base = base
        self._reader = LineReader(base)
        self._lines: deque[bytes] = deque(maxlen=_REMEMBERED)
        self._count = 0
        self._rest = b""
        self._waiting = 0
        """Lines since something told of a failure, 0 where nothing does."""
        self._quiet = 0
        self._facts: dict[str, str] = {}
        self._seen: set[str] = set()

    def feed(self, data: bytes) -> Iterator[Report]:
        """Take the next bytes; reports of the failures that they complete."""
        self._rest += data
        whole, found, self._rest = self._rest.rpartition(b"\n")
        if found and not self._waiting and not self._reader.interesting(whole + b"\n"):
            self._pass(whole.split(b"\n"))
        elif found:
            for line in whole.split(b"\n"):
                self._take(line)
                if self._waiting > _PATIENCE:
                    yield from self._explain(final=True)
        self._rest = self._rest[-_LONGEST:]

    def rest(self) -> Iterator[Report]:
        """Nothing came for a moment: reports of what can be told now."""
        if self._waiting:
            self._quiet += 1
            yield from self._explain(final=self._quiet >= _LONG_QUIET)

    def end(self) -> Iterator[Report]:
        """Nothing comes any more: the last line counts although it is not ended."""
        if self._rest:
            self._take(self._rest)
            self._rest = b""
        if self._waiting:
            yield from self._explain(final=True)

    def _pass(self, lines: list[bytes]) -> None:
        self._count += len(lines)
        self._lines.extend(line[:_LONGEST] for line in lines[-_REMEMBERED:])

    def _take(self, line: bytes) -> None:
        self._pass([line])
        self._quiet = 0
        if self._waiting or any(self._reader.telling(line + b"\n")):
            self._waiting += 1

    def _explain(self, *, final: bool) -> Iterator[Report]:
        """The report of what was printed since the last one; a failure without a cause waits until it is `final`."""
        text, encoding = decode(b"\n".join(self._lines))
        source = Source(self._name, text, encoding, ((1, self._count - len(self._lines) + 1),))
        report = analyze_source(source, self._base, self._facts)
        if report.verdict != "diagnosed" and not final:
            return
        self._waiting = self._quiet = 0
        self._lines.clear()
        self._facts.update(report.facts)
        name = report.diagnoses[0].id if report.diagnoses else ""
        if report.verdict != "healthy" and name not in self._seen:
            yield report
        if name:
            self._seen.add(name)
