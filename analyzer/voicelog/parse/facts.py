"""What a log tells of the machine: system, Python, packages, CUDA, card, memory, environment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from voicelog.linear import compile_pattern
from voicelog.model import Event, Fact, Record
from voicelog.parse.fact_rules import ARCHITECTURES, GOES_ON, PACKAGE, RULES, VENDORS

_MOST = 2000
"""Lines at either end of a log that are searched: machines introduce themselves early, failures come late."""
_NEAR = 150
"""Lines before and after a failure that are searched in a long log."""
_FAILURES = 5
"""Failures at either end of a long log whose neighbourhood is searched."""


def find_facts(records: Sequence[Record], events: Sequence[Event] = ()) -> dict[str, Fact]:
    """Facts by name, each with the original line that tells it; of several rules the first that speaks counts."""
    facts: dict[str, Fact] = {}
    for part in _parts(records, events):
        _read(part, facts)
    _derive(facts)
    return facts


def _parts(records: Sequence[Record], events: Sequence[Event]) -> list[Sequence[Record]]:
    """All records, or of a long log those around its failures and at both ends."""
    if len(records) <= 2 * _MOST:
        return [records]
    failures = [event for event in events if event.fatal]
    near = [records[max(event.first - _NEAR, 0) : event.last + _NEAR] for event in _few(failures)]
    return [*near, records[:_MOST], records[-_MOST:]]


def _few(events: Sequence[Event]) -> Sequence[Event]:
    """The first and the last ones."""
    return events if len(events) <= 2 * _FAILURES else [*events[:_FAILURES], *events[-_FAILURES:]]


def _read(records: Sequence[Record], facts: dict[str, Fact]) -> None:
    starts = list(accumulate((len(record.text) + 1 for record in records), initial=0))
    text = "\n".join(record.text for record in records)

    def keep(name: str, value: str, offset: int) -> None:
        if value and name not in facts:
            facts[name] = Fact(name, value.strip(), records[max(bisect_right(starts, offset) - 1, 0)].line)

    for name, pattern, read in RULES:
        if name not in facts and (found := pattern.search(text)):
            keep(name, read(found), found.end() - 1)
    for found in PACKAGE.finditer(text):
        if not GOES_ON.match(text, found.end()):
            keep(found["name"].lower().replace("-", "_"), found["value"], found.end() - 1)


def _derive(facts: dict[str, Fact]) -> None:
    """Facts that follow from others: the maker and the generation of a named card."""
    if not (gpu := facts.get("gpu")):
        return
    vendor = next((vendor for vendor, pattern in VENDORS if compile_pattern(pattern).search(gpu.value)), "")
    architecture = next((arch for arch, pattern in ARCHITECTURES if compile_pattern(pattern).search(gpu.value)), "")
    for name, value in (("gpu_vendor", vendor), ("gpu_arch", architecture)):
        if value and name not in facts:
            facts[name] = Fact(name, value, gpu.line)
