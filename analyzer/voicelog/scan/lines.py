"""The lines of a log that tell something: the rules they match, or that they speak of a failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from voicelog.ingest.decode import decode
from voicelog.linear import compile_pattern, holds
from voicelog.parse import prefixes
from voicelog.parse.cleaning import clean
from voicelog.parse.events import tells_of_failure
from voicelog.scan.detector import NOWHERE, Detector, detector
from voicelog.scan.probes import FAILURE, Probe, all_probes, instead_of
from voicelog.signatures.base import KnowledgeBase

_VARYING = b"0123456789abcdef"
"""What differs between two lines that say the same: numbers and hexadecimal addresses."""
_MOST_SHAPES = 20_000
_IDLE = 30
"""Lines on which a probe may announce rules in vain before something longer is looked for."""


class Told(NamedTuple):
    """What a line tells."""

    shape: bytes
    rules: tuple[int, ...]
    failure: bool


class LineReader:
    """Finds the telling lines of one log; learns which probes say nothing in it."""

    def __init__(self, base: KnowledgeBase, probes: list[Probe] | None = None) -> None:
        self._base = base
        self._probes = all_probes(base) if probes is None else probes
        self._detector: Detector = detector(self._probes, keep=True)
        self._further_probes: list[Probe] = []
        self._further: Detector | None = None
        self._over: set[int] = set()
        self._ignored: set[int] = set()
        self._further_ignored: set[int] = set()
        self._idle: Counter[tuple[int, bool]] = Counter()
        self._vain: dict[tuple[int, bool], Probe] = {}
        self._blocks = 0
        self._next_look = 1
        self._known: dict[bytes, Told] = {}

    def interesting(self, data: bytes) -> bool:
        """Whether a line of `data` may tell anything."""
        self._blocks += 1
        if self._vain and self._blocks >= self._next_look:
            self._look_for_more()
            self._next_look = 3 * self._blocks
        return self._next(data) != NOWHERE

    def telling(self, data: bytes) -> Iterator[Told]:
        """What the lines of `data` tell, in order."""
        while (end := self._next(data)) != NOWHERE:
            begin = data.rfind(b"\n", 0, end - 1) + 1
            stop = data.find(b"\n", end - 1)
            line = data[begin:] if stop < 0 else data[begin:stop]
            if told := self._read(line):
                yield told
            if stop < 0:
                return
            data = data[stop + 1 :]

    def pass_over(self, rule: int) -> None:
        """Look no more for this rule, unless what announces it announces another too."""
        self._over.add(rule)
        self._ignored |= {number for number, probe in enumerate(self._probes) if self._over.issuperset(probe.rules)}

    def _next(self, data: bytes) -> int:
        """Where the first thing of interest ends in `data`."""
        end = self._detector.first(data, self._ignored)
        if self._further is None:
            return end
        other = self._further.first(data if end == NOWHERE else data[:end], self._further_ignored)
        return end if other == NOWHERE else other

    def _read(self, line: bytes) -> Told | None:
        shape = line.translate(None, _VARYING)
        known = self._known.get(shape)
        if known is not None:
            return known if known.rules or known.failure else None
        found = [(self._probes[number], number, False) for number in self._detector.all(line, self._ignored)]
        if self._further is not None:
            again = self._further.all(line, self._further_ignored)
            found.extend((self._further_probes[number], number, True) for number in again)
        texts = {form for text in clean(decode(line)[0]) for form in (text, prefixes.strip(text))}
        lowered = [text.lower() for text in texts]
        rules = tuple(dict.fromkeys(rule for probe, _, _ in found for rule in probe.announced_in(lowered)))
        told = Told(
            shape,
            tuple(number for number in rules if number != FAILURE and any(self._holds(number, one) for one in texts)),
            any(tells_of_failure(text) for text in texts),
        )
        if told.rules or told.failure:
            if len(self._known) >= _MOST_SHAPES:
                self._known.clear()
            self._known[shape] = told
            return told
        for probe, number, further in found:
            self._count_idle(probe, number, further)
        return None

    def _holds(self, number: int, text: str) -> bool:
        rule = self._base.rule(number)
        return rule.announced_on(text.lower()) and holds(compile_pattern(rule.pattern), text)

    def _count_idle(self, probe: Probe, number: int, further: bool) -> None:
        """Ordinary output of this log holds the probe: from some number of lines on, look for something longer."""
        self._idle[number, further] += 1
        if self._idle[number, further] > _IDLE:
            self._vain[number, further] = probe

    def _look_for_more(self) -> None:
        for (number, further), probe in self._vain.items():
            (self._further_ignored if further else self._ignored).add(number)
            self._further_probes.extend(instead_of(probe, self._base))
        self._vain.clear()
        self._further = detector(self._further_probes) if self._further_probes else None
