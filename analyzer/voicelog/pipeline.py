"""The stages in a row: a decoded source in, a report out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from voicelog.match.find import misread_log_hits, near_hits, pattern_hits, similar_signatures
from voicelog.model import Report, Source
from voicelog.parse import parse
from voicelog.rank.verdict import judge
from voicelog.signatures.base import KnowledgeBase

_SURE = 0.93
"""Confidence from which nobody asks whether a screenshot hid something better."""


def analyze_source(source: Source, base: KnowledgeBase, facts: Mapping[str, str] | None = None) -> Report:
    """The report of one source; `facts` that the caller knows count more than what the log tells."""
    log = parse(source)
    known = {name: fact.value for name, fact in log.facts.items()} | dict(facts or {})
    hits = pattern_hits(log, base, known)
    report = judge(log, hits, base, known)
    if report.diagnoses:
        if report.diagnoses[0].confidence < _SURE and (misread := misread_log_hits(log, base)):
            return judge(log, [*hits, *misread], base, known)
        return report
    if near := near_hits(log, base):
        report = judge(log, [*hits, *near], base, known)
        if report.verdict == "diagnosed":
            return report
    if report.verdict != "unknown":
        return report
    similar = [one for one in similar_signatures(log, base) if one.id not in {near.id for near in report.nearest}]
    return replace(report, nearest=(*report.nearest, *similar)[:5])
