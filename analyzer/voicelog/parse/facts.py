"""What a log tells of the machine: system, Python, packages, CUDA, card, memory, environment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from voicelog.model import Fact, Record
from voicelog.parse.fact_rules import ARCHITECTURES, PACKAGE, RULES, VENDORS

_MOST = 2000
"""Lines at either end of a log that are searched: machines introduce themselves early, failures come late."""


def find_facts(records: Sequence[Record]) -> dict[str, Fact]:
    """Facts by name, each with the original line that tells it; of several rules the first that speaks counts."""
    facts: dict[str, Fact] = {}
    for part in _parts(records):
        _read(part, facts)
    _derive(facts)
    return facts


def _parts(records: Sequence[Record]) -> list[Sequence[Record]]:
    """All records, or those at both ends of a long log."""
    if len(records) <= 2 * _MOST:
        return [records]
    return [records[:_MOST], records[-_MOST:]]


def _read(records: Sequence[Record], facts: dict[str, Fact]) -> None:
    starts = list(accumulate((len(record.text) + 1 for record in records), initial=0))
    text = "\n".join(record.text for record in records)

    def keep(name: str, value: str, offset: int) -> None:
        if value and name not in facts:
            facts[name] = Fact(name, value.strip(), records[max(bisect_right(starts, offset) - 1, 0)].line)

    for name, pattern, read in RULES:
        if name not in facts and (found := pattern.search(text)):
            keep(name, read(found), found.start())
    for found in PACKAGE.finditer(text):
        keep(found["name"].lower().replace("-", "_"), found["value"], found.start())


def _derive(facts: dict[str, Fact]) -> None:
    """Facts that follow from others: the maker and the generation of a named card."""
    if not (gpu := facts.get("gpu")):
        return
    vendor = next((vendor for vendor, pattern in VENDORS if pattern.search(gpu.value)), "")
    architecture = next((arch for arch, pattern in ARCHITECTURES if pattern.search(gpu.value)), "")
    for name, value in (("gpu_vendor", vendor), ("gpu_arch", architecture)):
        if value and name not in facts:
            facts[name] = Fact(name, value, gpu.line)
