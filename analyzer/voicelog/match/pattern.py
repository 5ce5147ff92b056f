"""Exact patterns: one search for the required pieces of the whole base, then the announced rules on single lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import accumulate
from math import inf
from typing import Any

from voicelog.linear import compile_pattern, lines_where
from voicelog.model import Event, Hit, Log, Raised
from voicelog.parse.prefixes import is_spoken
from voicelog.signatures import conditions
from voicelog.signatures.base import GRAM, KnowledgeBase, Rule
from voicelog.signatures.table import Table

NEIGHBOURHOOD = 200
"""Records before and after a hit in which the other parts of an alternative are looked for."""
_MOST_HITS = 64
_MOST_TRIES = 4000
_LONGEST_CAPTURE = 300
_WIDE = re.compile(r"[^\x00-\x7f]+")


class Matcher:
    """The search of one log; it ends early, with what it has found, after about `most_searches` pattern searches."""

    def __init__(
        self,
        log: Log,
        base: KnowledgeBase,
        facts: Mapping[str, str] | None = None,
        most_searches: float = inf,
    ) -> None:
        self._left = most_searches
        self._log = log
        self._base = base
        self._facts = {name: fact.value for name, fact in log.facts.items()} if facts is None else facts
        self._lines = [record.text for record in log.records]
        self._lowered = [line.lower() for line in self._lines]
        self._starts = list(accumulate((len(line) + 1 for line in self._lowered), initial=0))
        self._text = "\n".join(self._lowered)
        self._owners = _owners(log)
        self._spoken: dict[int, bool] = {}

    def hits(self) -> list[Hit]:
        """Every hit of every rule, in the order of the base."""
        tried: defaultdict[int, set[int]] = defaultdict(set)
        found: defaultdict[int, list[Hit]] = defaultdict(list)
        search = self._base.piece_search
        for piece, rules in search(self._text) if search else pieces_in(self._text, self._base.pieces):
            for record in self._records_with(piece):
                if self._left < 0:
                    break
                wanted = [number for number in rules if self._wanted(tried[number], found[number])]
                if not wanted:
                    break
                for number in wanted:
                    if record not in tried[number]:
                        tried[number].add(record)
                        if hit := self._try(self._base.rule(number), record):
                            found[number].append(hit)
        return [hit for number in sorted(found) for hit in found[number]]

    @staticmethod
    def _wanted(tried: set[int], found: list[Hit]) -> bool:
        return len(tried) <= _MOST_TRIES and len(found) < _MOST_HITS

    def _records_with(self, piece: str) -> Iterator[int]:
        at = self._text.find(piece)
        while at >= 0:
            record = bisect_right(self._starts, at) - 1
            yield record
            at = self._text.find(piece, self._starts[record + 1])

    def _try(self, rule: Rule, record: int) -> Hit | None:
        self._left -= 1
        if not rule.announced_on(self._lowered[record]) or self._is_spoken(record):
            return None
        line = self._lines[record]
        found = compile_pattern(rule.pattern).search(line)
        if not found or not self.surroundings_allow(rule, record):
            return None
        if rule.codes and not any(compile_pattern(code).search(line) for code in rule.codes):
            return None
        return Hit(
            id=self._base.index.ids[rule.signature],
            record=record,
            start=found.start(),
            end=found.end(),
            method="pattern",
            certainty=rule.certainty,
            captures=captured(found),
            weight=found.end() - found.start(),
        )

    def _is_spoken(self, record: int) -> bool:
        if record not in self._spoken:
            self._spoken[record] = is_spoken(self._lines[record])
        return self._spoken[record]

    def surroundings_allow(self, rule: Rule, record: int) -> bool:
        """Whether the facts, the exception, the frames and the neighbouring lines are what the rule names."""
        if rule.conditional and not self._facts_allow(rule):
            return False
        if rule.exceptions and not self._raised(rule, record):
            return False
        if rule.modules and not self._in_module(rule, record):
            return False
        return not (rule.all or rule.none) or self._parts(rule, record)

    def _facts_allow(self, rule: Rule) -> bool:
        return conditions.holds(rule.condition, self._facts) is True

    def _raised(self, rule: Rule, record: int) -> bool:
        owner = self._owners.get(record)
        if owner and owner[1]:
            return owner[1].type in rule.exceptions
        line = self._lines[record]
        return any(
            f"{name}:" in line or f"{name}：" in line or f"{name}(" in line or line.endswith(name)
            for name in rule.exceptions
        )

    def _in_module(self, rule: Rule, record: int) -> bool:
        owner = self._owners.get(record)
        if not owner:
            return False
        names = [f".{frame.module}." for raised in owner[0].chain for frame in raised.frames]
        return any(f".{module}." in name for module in rule.modules for name in names)

    def _parts(self, rule: Rule, record: int) -> bool:
        near = self._lines[max(record - NEIGHBOURHOOD, 0) : record + NEIGHBOURHOOD + 1]
        self._left -= len(near) * (len(rule.all) + len(rule.none))
        if any(not lines_where(near, compile_pattern(part)) for part in rule.all):
            return False
        return not any(lines_where(near, compile_pattern(part)) for part in rule.none)


def pieces_in(text: str, pieces: Table) -> list[tuple[str, Any]]:
    """Pieces that stand in `text`, in order, with what the table says of them."""
    grams = {text[at : at + GRAM] for at in range(len(text))}
    if not text.isascii():
        # a piece of less than GRAM characters has one of another script
        near = GRAM - 2
        parts = {text[max(found.start() - near, 0) : found.end() + near] for found in _WIDE.finditer(text)}
        grams.update(part[at : at + size] for part in parts for size in range(1, GRAM) for at in range(len(part)))
    return sorted(
        (piece, value)
        for held in pieces.find(grams).values()
        for piece, value in held
        if piece[-GRAM:] in grams and piece in text
    )


def captured(found: Any) -> dict[str, str]:
    """Named groups that took part in a match, cut to what a sentence can hold."""
    return {name: value[:_LONGEST_CAPTURE] for name, value in found.groupdict().items() if value}


def _owners(log: Log) -> dict[int, tuple[Event, Raised | None]]:
    """The traceback, and the exception whose message it is, of each record in one."""
    owners: dict[int, tuple[Event, Raised | None]] = {}
    for event in log.events:
        if event.kind != "traceback":
            continue
        for record in range(event.first, event.last + 1):
            owners[record] = (event, None)
        for raised in event.chain:
            for record in range(raised.first, raised.last + 1):
                owners[record] = (event, raised)
    return owners
