"""Which probes stand in some bytes: by hyperscan where it loads, else slowly by RE2, with the same answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

from voicelog.linear import compile_pattern, either
from voicelog.scan.probes import Probe
from voicelog.scan.stored import stored

NOWHERE = -1


class Detector(Protocol):
    """A search for many probes at once; their numbers are their positions."""

    def first(self, data: bytes, ignored: AbstractSet[int]) -> int:
        """Where the first probe that is not ignored ends in `data`, NOWHERE without one."""

    def all(self, data: bytes, ignored: AbstractSet[int]) -> list[int]:
        """The probes that stand in `data` and are not ignored, in order."""


def detector(probes: Sequence[Probe], name: str = "") -> Detector:
    """The fastest detector that works here; what it compiles is kept for the next time where it has a `name`."""
    try:
        import hyperscan
    except ImportError:  # no wheel for this machine
        return PlainDetector(probes)
    return HyperscanDetector(hyperscan, probes, name)


def _ended(data: bytes) -> bytes:
    """`data` with its last line ended: Hyperscan 5.4 misses literals that end where a few dozen bytes end."""
    return data if data.endswith(b"\n") else data + b"\n"


class HyperscanDetector:
    """All probes in one automaton (Wang et al., Hyperscan, NSDI 2019), each reported once a search."""

    def __init__(self, hyperscan: Any, probes: Sequence[Probe], name: str = "") -> None:
        self._stop = hyperscan.ScanTerminated
        self._database: Any = (
            stored(hyperscan, name, lambda: _compile(hyperscan, probes)) if name else _compile(hyperscan, probes)
        )

    def first(self, data: bytes, ignored: AbstractSet[int]) -> int:
        ends: list[int] = []

        def met(number: int, _start: int, end: int, *_: object) -> bool:
            if number in ignored:
                return False
            ends.append(end)
            return True

        try:
            self._database.scan(_ended(data), match_event_handler=met)
        except self._stop:
            return ends[0]
        return NOWHERE

    def all(self, data: bytes, ignored: AbstractSet[int]) -> list[int]:
        found: set[int] = set()
        self._database.scan(_ended(data), match_event_handler=lambda number, *_: found.add(number))
        return sorted(found - ignored)


def _compile(hyperscan: Any, probes: Sequence[Probe]) -> Any:
    once, lines, caseless = hyperscan.HS_FLAG_SINGLEMATCH, hyperscan.HS_FLAG_MULTILINE, hyperscan.HS_FLAG_CASELESS
    expressions, numbers, flags = [], [], []
    for number, probe in enumerate(probes):
        forms = [(re.escape(literal), caseless if probe.any_case else 0) for literal in probe.literals]
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
    """The same by looking up the first bytes of every literal, and by RE2."""

    def __init__(self, probes: Sequence[Probe]) -> None:
        self._patterns = {
            number: compile_pattern(f"(?m){probe.pattern}") for number, probe in enumerate(probes) if probe.pattern
        }
        self._any = either(*self._patterns.values()) if self._patterns else None
        self._heads: dict[bytes, list[tuple[bytes, int, bool]]] = {}
        for number, probe in enumerate(probes):
            for literal in probe.literals:
                known = self._heads.setdefault(literal[:_HEAD].lower(), [])
                known.append((literal.lower() if probe.any_case else literal, number, probe.any_case))

    def first(self, data: bytes, ignored: AbstractSet[int]) -> int:
        at = 0
        for line in _ended(data).splitlines(keepends=True):
            if found := self._ends(line, ignored):
                return at + min(end for _, end in found)
            at += len(line)
        return NOWHERE

    def all(self, data: bytes, ignored: AbstractSet[int]) -> list[int]:
        return sorted({number for number, _ in self._ends(_ended(data), ignored)})

    def _ends(self, data: bytes, ignored: AbstractSet[int]) -> list[tuple[int, int]]:
        """(probe, where it first ends) of those in `data`."""
        lowered = data.lower()
        begun = {lowered[at : at + size] for size in range(1, _HEAD + 1) for at in range(len(lowered))}
        found = [
            (number, at + len(literal))
            for head in begun & self._heads.keys()
            for literal, number, any_case in self._heads[head]
            if number not in ignored and (at := (lowered if any_case else data).find(literal)) >= 0
        ]
        text = data.decode("utf-8", "replace")
        if self._any is not None and self._any.search(text):
            for number, pattern in self._patterns.items():
                if number not in ignored and (match := pattern.search(text)):
                    found.append((number, len(text[: match.end()].encode())))
        return found


_HEAD = 4
