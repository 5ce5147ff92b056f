"""Which probes stand in some bytes: by hyperscan where it loads, else slowly by RE2, with the same answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol

from voicelog.linear import any_of, compile_pattern
from voicelog.scan.probes import Probe
from voicelog.scan.stored import stored


class Detector(Protocol):
    """A search for many probes at once; their numbers are their positions."""

    def any_of(self, data: bytes, ignored: frozenset[int]) -> bool:
        """Whether a probe that is not ignored stands in `data`."""

    def all_of(self, data: bytes, ignored: frozenset[int]) -> list[int]:
        """The probes that stand in `data` and are not ignored, in order."""


def detector(probes: Sequence[Probe], name: str = "") -> Detector:
    """The fastest detector that works here; `name` keeps what it compiles for the next time."""
    try:
        import hyperscan
    except ImportError:  # no wheel for this machine
        return PlainDetector(probes)
    return HyperscanDetector(hyperscan, probes, name)


class HyperscanDetector:
    """All probes in one automaton (Wang et al., Hyperscan, NSDI 2019), each reported once a search."""

    def __init__(self, hyperscan: Any, probes: Sequence[Probe], name: str = "") -> None:
        self._stop = hyperscan.ScanTerminated
        self._database: Any = (
            stored(name, hyperscan, lambda: _compile(hyperscan, probes)) if name else _compile(hyperscan, probes)
        )

    def any_of(self, data: bytes, ignored: frozenset[int]) -> bool:
        try:
            self._database.scan(data, match_event_handler=lambda number, *_: number not in ignored)
        except self._stop:
            return True
        return False

    def all_of(self, data: bytes, ignored: frozenset[int]) -> list[int]:
        found: set[int] = set()
        self._database.scan(data, match_event_handler=lambda number, *_: found.add(number))
        return sorted(found - ignored)


def _compile(hyperscan: Any, probes: Sequence[Probe]) -> Any:
    once, lines, caseless = hyperscan.HS_FLAG_SINGLEMATCH, hyperscan.HS_FLAG_MULTILINE, hyperscan.HS_FLAG_CASELESS
    expressions, numbers, flags = [], [], []
    for number, probe in enumerate(probes):
        forms = [(re.escape(literal), caseless) for literal in probe.literals]
        if probe.pattern:
            forms.append((probe.pattern.encode(), lines))
        for expression, kind in forms:
            expressions.append(expression)
            numbers.append(number)
            flags.append(once | kind)
    database = hyperscan.Database()
    database.compile(expressions=expressions, ids=numbers, elements=len(expressions), flags=flags)
    return database


class PlainDetector:
    """The same by RE2: what may stand in the bytes by one pattern of everything, then each probe alone."""

    def __init__(self, probes: Sequence[Probe]) -> None:
        self._probes = probes
        self._patterns = [compile_pattern(f"(?m){probe.pattern}") if probe.pattern else None for probe in probes]
        self._heads: dict[bytes, list[tuple[bytes, int]]] = {}
        for number, probe in enumerate(probes):
            for literal in probe.literals:
                self._heads.setdefault(literal[:_HEAD].lower(), []).append((literal.lower(), number))
        self._union = any_of(*(f"(?m){probe.pattern}" for probe in probes if probe.pattern))

    def any_of(self, data: bytes, ignored: frozenset[int]) -> bool:
        return bool(self.all_of(data, ignored))

    def all_of(self, data: bytes, ignored: frozenset[int]) -> list[int]:
        lowered = data.lower()
        begun = {lowered[at : at + size] for size in range(1, _HEAD + 1) for at in range(len(lowered))}
        found = {
            number
            for head in begun & self._heads.keys()
            for literal, number in self._heads[head]
            if number not in ignored and literal in lowered
        }
        text = data.decode("utf-8", "replace")
        if self._union.search(text):
            found.update(
                number
                for number, pattern in enumerate(self._patterns)
                if pattern is not None and number not in ignored and pattern.search(text)
            )
        return sorted(found)


_HEAD = 4
