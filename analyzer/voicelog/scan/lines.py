"""The lines of a log that tell something: the rules they match, or that they speak of a failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from voicelog.ingest.decode import decode
from voicelog.linear import compile_pattern, holds
from voicelog.parse import prefixes
from voicelog.parse.cleaning import clean
from voicelog.parse.events import tells_of_failure
from voicelog.scan.detector import NOWHERE, detector
from voicelog.scan.probes import FAILURE, BaseProbes, Probe, fingerprint, instead_of
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

    def __init__(self, base: KnowledgeBase, probes: Sequence[Probe] = ()) -> None:
        self._base = base
        usual = BaseProbes(base)
        self._usual = _Search(probes, fingerprint(probes)) if probes else _Search(usual, usual.fingerprint)
        self._further: _Search | None = None
        """What is looked for in place of usual probes that stand in ordinary lines of this log."""
        self._over: set[int] = set()
        self._blocks = 0
        self._next_look = 1
        self._known: dict[bytes, Told] = {}

    def interesting(self, data: bytes) -> bool:
        """Whether a line of `data` may tell anything."""
        self._blocks += 1
        if self._blocks >= self._next_look and any(one.vain for one in self._searches):
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
        self._usual.ignore(number for number, one in enumerate(self._usual.probes) if self._over.issuperset(one.rules))

    @property
    def _searches(self) -> tuple[_Search, ...]:
        return (self._usual,) if self._further is None else (self._usual, self._further)

    def _next(self, data: bytes) -> int:
        """Where the first thing of interest ends in `data`."""
        end = self._usual.first(data)
        if self._further is None:
            return end
        other = self._further.first(data if end == NOWHERE else data[:end])
        return end if other == NOWHERE else other

    def _read(self, line: bytes) -> Told | None:
        shape = line.translate(None, _VARYING)
        known = self._known.get(shape)
        if known is not None:
            return known if known.rules or known.failure else None
        found = [(search, search.all(line)) for search in self._searches]
        texts = {form for text in clean(decode(line)[0]) for form in (text, prefixes.strip(text))}
        lowered = [text.lower() for text in texts]
        probes = [search.probes[number] for search, numbers in found for number in numbers]
        rules = tuple(dict.fromkeys(rule for probe in probes for rule in probe.announced_in(lowered)))
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
        for search, numbers in found:
            search.count_idle(numbers)
        return None

    def _holds(self, number: int, text: str) -> bool:
        rule = self._base.rule(number)
        return rule.announced_on(text.lower()) and holds(compile_pattern(rule.pattern), text)

    def _look_for_more(self) -> None:
        """Look for something longer in place of what ordinary output of this log holds."""
        given_up = [probe for search in self._searches for probe in search.give_up()]
        longer = [more for probe in given_up for more in instead_of(probe, self._base)]
        kept = [] if self._further is None else self._further.active
        self._further = _Search([*kept, *longer]) if kept or longer else None


class _Search:
    """A search for probes, without those that are ignored; counts how often each was met in vain."""

    def __init__(self, probes: Sequence[Probe], name: str = "") -> None:
        self.probes = probes
        self._detector = detector(probes, name)
        self._ignored: set[int] = set()
        self._idle: Counter[int] = Counter()
        self.vain: set[int] = set()
        """Probes that were met in vain too often."""

    @property
    def active(self) -> list[Probe]:
        """The probes that are not ignored."""
        return [probe for number, probe in enumerate(self.probes) if number not in self._ignored]

    def first(self, data: bytes) -> int:
        """Where the first of them ends in `data`, NOWHERE without one."""
        return self._detector.first(data, self._ignored)

    def all(self, data: bytes) -> list[int]:
        """The numbers of those in `data`, in order."""
        return self._detector.all(data, self._ignored)

    def ignore(self, numbers: Iterable[int]) -> None:
        """Look no more for these."""
        self._ignored.update(numbers)

    def count_idle(self, numbers: Iterable[int]) -> None:
        """A line that holds these told nothing."""
        for number in numbers:
            self._idle[number] += 1
            if self._idle[number] > _IDLE:
                self.vain.add(number)

    def give_up(self) -> list[Probe]:
        """The probes that were met in vain too often, from now on ignored."""
        given_up = [self.probes[number] for number in sorted(self.vain)]
        self.ignore(self.vain)
        self.vain.clear()
        return given_up
