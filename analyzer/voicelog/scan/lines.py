"""What a line of bytes tells: the signatures whose rules it matches, or that it speaks of a failure."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from voicelog.ingest.decode import decode
from voicelog.linear import compile_pattern
from voicelog.parse import prefixes
from voicelog.parse.cleaning import clean
from voicelog.scan.detector import Detector, detector
from voicelog.scan.probes import FAILURE, Probe, all_probes, whole_patterns
from voicelog.signatures.base import KnowledgeBase

_VARYING = b"0123456789abcdef"
"""What differs between two lines that say the same: numbers and hexadecimal addresses."""
_MOST_SHAPES = 20_000
_IDLE = 200
"""Lines on which a probe may announce rules in vain before the rules themselves are looked for."""


class Told(NamedTuple):
    """What a line tells."""

    shape: bytes
    rules: tuple[int, ...]
    failure: bool


class LineReader:
    """Reads lines of one log; learns which probes say nothing in it."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._probes: list[Probe] = all_probes(base)
        self._detector: Detector = detector(self._probes, base.key)
        self._ignored: frozenset[int] = frozenset()
        self._further_probes: list[Probe] = []
        self._further: Detector | None = None
        self._idle: Counter[int] = Counter()
        self._known: dict[bytes, Told] = {}

    def interesting(self, data: bytes) -> bool:
        """Whether a line of `data` may tell anything."""
        if self._detector.any_of(data, self._ignored):
            return True
        return self._further is not None and self._further.any_of(data, frozenset())

    def read(self, line: bytes) -> Told | None:
        """What `line` tells, None where that is nothing."""
        found = self._detector.all_of(line, self._ignored)
        probes = [self._probes[number] for number in found]
        if self._further is not None:
            probes.extend(self._further_probes[number] for number in self._further.all_of(line, frozenset()))
        if not probes:
            return None
        shape = line.translate(None, _VARYING)
        if (known := self._known.get(shape)) is None:
            rules = tuple(dict.fromkeys(rule for probe in probes for rule in probe.rules))
            known = Told(shape, self._holding(line, rules), FAILURE in rules)
            if len(self._known) >= _MOST_SHAPES:
                self._known.clear()
            self._known[shape] = known
        if not known.rules and not known.failure:
            self._count_idle(found)
            return None
        return known

    def _holding(self, line: bytes, rules: tuple[int, ...]) -> tuple[int, ...]:
        texts = {form for text in clean(decode(line)[0]) for form in (text, prefixes.strip(text))}
        return tuple(number for number in rules if number != FAILURE and any(self._holds(number, one) for one in texts))

    def _holds(self, number: int, text: str) -> bool:
        rule, lowered = self._base.rule(number), text.lower()
        if any(not any(piece in lowered for piece in pieces) for pieces in rule.also):
            return False
        return compile_pattern(rule.pattern).search(text) is not None

    def _count_idle(self, found: list[int]) -> None:
        """Ordinary output of this log holds these pieces: from some number on, look for their rules instead."""
        self._idle.update(found)
        vain = [number for number in found if self._idle[number] > _IDLE and FAILURE not in self._probes[number].rules]
        if vain:
            self._ignored |= set(vain)
            for number in vain:
                if self._probes[number].literals:
                    self._further_probes.extend(whole_patterns(self._probes[number].rules, self._base))
            self._further = detector(self._further_probes) if self._further_probes else None
