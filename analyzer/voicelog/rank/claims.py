"""One claim a signature: its best hit, where in the log it stands, and what it is worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import NamedTuple

from voicelog.linear import compile_pattern
from voicelog.model import Event, Hit, Level, Log, Rejected
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.conditions import holds


class Place(IntEnum):
    """What the line of a hit is to the log, from least to most telling."""

    SOURCE = 0
    """A line of source code inside a traceback."""
    INFO = 1
    WARNING = 2
    PLAIN = 3
    ERROR = 4
    FATAL = 5


PLACE_COST = {
    Place.SOURCE: 0.5,
    Place.INFO: 0.14,
    Place.WARNING: 0.12,
    Place.PLAIN: 0.08,
    Place.ERROR: 0.03,
    Place.FATAL: 0.0,
}
_WARNS = compile_pattern(r":\d+: [A-Z]\w*Warning: ")
"""Python shows the line of source that warned below the warning."""
_UNDECIDED_COST = 0.1
_LONGEST_WEIGHT = 120
_WEIGHT_GAIN = 0.02


class Claim(NamedTuple):
    """What one signature says of the log."""

    id: str
    hits: tuple[Hit, ...]
    """Best first."""
    place: Place
    event: int
    """Position of the event it stands in, -1 outside of any."""
    score: float
    undecided: bool = False
    """A fact that would speak for or against it is not known."""

    @property
    def certainty(self) -> float:
        return self.best.certainty

    @property
    def best(self) -> Hit:
        return self.hits[0]

    @property
    def captures(self) -> dict[str, str]:
        """What the best hit captured, and what only other hits did."""
        merged: dict[str, str] = {}
        for hit in self.hits:
            for name, value in hit.captures.items():
                merged.setdefault(name, value)
        return merged

    @property
    def first_record(self) -> int:
        return min(hit.record for hit in self.hits)

    @property
    def last_record(self) -> int:
        return max(hit.record for hit in self.hits)


class Places:
    """Where the records of a log stand."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._events: dict[int, int] = {}
        self._message: set[int] = set()
        for number, event in enumerate(log.events):
            for record in range(event.first, event.last + 1):
                self._events.setdefault(record, number)
            for raised in event.chain:
                self._message.update(range(raised.first, raised.last + 1))

    def event_of(self, record: int) -> int:
        return self._events.get(record, -1)

    def place_of(self, record: int) -> Place:
        number = self.event_of(record)
        level = self._log.records[record].level
        if number < 0 and self._is_warning_source(record):
            return Place.SOURCE
        if number < 0:
            return {Level.INFO: Place.INFO, Level.WARNING: Place.WARNING}.get(level, Place.PLAIN)
        event: Event = self._log.events[number]
        if event.kind == "traceback":
            return Place.FATAL if record in self._message else Place.SOURCE
        if event.kind in ("crash", "exit"):
            return Place.FATAL
        return Place.WARNING if event.kind == "warning" else Place.ERROR

    def _is_warning_source(self, record: int) -> bool:
        records = self._log.records
        return record > 0 and records[record].text[:2] == "  " and bool(_WARNS.search(records[record - 1].text))


def to_claims(
    hits: Iterable[Hit], log: Log, base: KnowledgeBase, facts: Mapping[str, str]
) -> tuple[list[Claim], list[Rejected]]:
    """Claims by signature, and those that the facts speak against."""
    places = Places(log)
    by_signature: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_signature[hit.id].append(hit)
    claims: list[Claim] = []
    rejected: list[Rejected] = []
    for identifier, found in by_signature.items():
        condition = base.condition(identifier)
        verdict = holds(condition, facts) if condition else True
        if verdict is False:
            rejected.append(Rejected(identifier, "facts", ""))
            continue
        ranked = sorted(found, key=lambda hit: (-_worth(hit, places), hit.record))
        best = ranked[0].record
        claims.append(
            Claim(
                id=identifier,
                hits=tuple(ranked),
                place=places.place_of(best),
                event=places.event_of(best),
                score=_worth(ranked[0], places) - (_UNDECIDED_COST if verdict is None else 0),
                undecided=verdict is None,
            )
        )
    return claims, rejected


def _worth(hit: Hit, places: Places) -> float:
    weight = _WEIGHT_GAIN * min(hit.weight, _LONGEST_WEIGHT) / _LONGEST_WEIGHT
    return hit.certainty - PLACE_COST[places.place_of(hit.record)] + weight
