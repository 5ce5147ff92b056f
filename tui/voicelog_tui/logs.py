"""The logs of a session: opened when they are shown, read to their end in a worker, explained there."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

from voicelog.ingest.stream import Stream
from voicelog.model import Report
from voicelog.runner.types import Run
from voicelog.signatures.base import KnowledgeBase
from voicelog_tui.document.document import Document
from voicelog_tui.document.opening import Opened, open_logs, spooled
from voicelog_tui.document.pipe import Pipe
from voicelog_tui.document.rows import Fold

State = Literal["new", "reading", "explained", "stopped", "failed"]


@dataclass(slots=True, eq=False)
class OpenLog:
    """One log of this session and what is known of it by now."""

    name: str
    path: str = ""
    """The file it is read from; none for a run's output, an archive's member or what is piped in."""
    run: Run | None = None
    """The recorded run that printed it."""
    pipe: Pipe | None = None
    """Where it comes from while it is piped in."""
    opened: Opened | None = None
    state: State = "new"
    error: str = ""
    """Why it could not be read to its end."""
    reports: list[Report] = field(default_factory=list)
    """One, or one for each failure of a log that is still growing; empty until there is an answer."""
    folds: list[Fold] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    """Held while a worker reads it."""
    members: Iterator[Opened] | None = None
    """What else the archive holds; it keeps the file open."""

    def open(self) -> Document:
        """The document, its beginning read; raises InputError where there is none."""
        if self.opened is None:
            if self.pipe is not None:
                self.opened = self.pipe.opened()
            elif self.run is not None:
                from voicelog.runner.logs import read_log

                self.opened = spooled(self.name, b"", io.BytesIO(read_log(self.run.record)).read)
            else:
                self.members = open_logs(self.path)
                self.opened = next(self.members)
                self.name = self.sibling(self.opened.name)
        return self.opened.document

    def sibling(self, name: str) -> str:
        """How a member of the same archive is called; the log's own name where it is none."""
        _, found, member = name.removeprefix(self.path).partition("!")
        return f"{self.name.partition('!')[0]}!{member}" if found else self.name

    @property
    def report(self) -> Report | None:
        """The last answer."""
        return self.reports[-1] if self.reports else None


def explain(log: OpenLog, base: KnowledgeBase, progress: Callable[[int], None]) -> tuple[Report, list[Fold]]:
    """The answer for a log that was read to its end, and what can be folded in it.

    `progress` is told how many bytes were looked at, and may raise to end it. A recorded run keeps its own answer.
    """
    from voicelog.parse import parse
    from voicelog.pipeline import analyze_log, read_stream
    from voicelog_tui.document.shape import folds_of

    document = log.open()
    source = read_stream(Stream(log.name, _reader(document, progress)), base)
    parsed = parse(source)
    recorded = log.run.report if log.run is not None else None
    report = recorded or analyze_log(parsed, base)
    return report, folds_of(parsed, report, document.count)


def _reader(document: Document, progress: Callable[[int], None]) -> Callable[[int], bytes]:
    at = 0

    def read(size: int) -> bytes:
        nonlocal at
        data = document.read_at(at, size)
        at += len(data)
        progress(at)
        return data

    return read
