"""The stages in a row: a decoded source in, a report out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from voicelog.ingest.source import LIMIT, as_utf8, check_is_log, source
from voicelog.ingest.stream import Stream
from voicelog.match.find import misread_hits, near_hits, pack_hits, pattern_hits, similar_signatures
from voicelog.model import Log, Report, Source
from voicelog.parse import parse
from voicelog.rank.verdict import judge
from voicelog.signatures.base import KnowledgeBase

_SURE = 0.9
"""Confidence from which nobody asks whether a screenshot hid something better."""

WHOLE = 2**20
"""Bytes up to which a log is read as a whole."""

Analyze = Callable[[Log, KnowledgeBase, Mapping[str, str]], Report]
"""What answers one log, or a part of one, with the facts that count more than what it tells."""


def analyze_stream(
    stream: Stream, base: KnowledgeBase, facts: Mapping[str, str] | None = None, *, whole: bool = False
) -> Report:
    """The report of one log, of which no more is in memory than what is worth reading, unless the `whole` is wanted.

    Raises InputError where it cannot be read or is no log.
    """
    return analyze_source(read_stream(stream, base, whole=whole), base, facts)


def read_stream(stream: Stream, base: KnowledgeBase, *, whole: bool = False) -> Source:
    """One log as text: all of a small one, of a large one what is worth reading, unless the `whole` is wanted.

    Raises InputError where it cannot be read or is no log.
    """
    head = stream.read(WHOLE + 1)
    if len(head) <= WHOLE:
        return source(stream.name, head)
    if whole:
        return source(stream.name, head + stream.read(LIMIT))
    from voicelog.scan import excerpt

    check_is_log(stream.name, head)
    return excerpt(stream.name, *as_utf8(head, stream.read), base)


def analyze_source(source: Source, base: KnowledgeBase, facts: Mapping[str, str] | None = None) -> Report:
    """The report of one source; `facts` that the caller knows count more than what the log tells."""
    return analyze_log(parse(source), base, facts)


def analyze_log(log: Log, base: KnowledgeBase, facts: Mapping[str, str] | None = None) -> Report:
    """The report of one log that is taken apart already."""
    known = {name: fact.value for name, fact in log.facts.items()} | dict(facts or {})
    report = _answer(log, base, known)
    return report if base.beside is None else _with_packs(report, log, base.beside, known)


def _with_packs(report: Report, log: Log, packs: KnowledgeBase, known: Mapping[str, str]) -> Report:
    """What packs add: the answer where the base knows none, else further readings behind its own."""
    hits = pack_hits(log, packs, known)
    if not hits or report.verdict == "healthy":
        return report
    added = judge(log, hits, packs, known)
    if report.verdict == "unknown" and added.verdict == "diagnosed":
        report = report._replace(verdict="diagnosed", nearest=())
    return report._replace(
        diagnoses=(*report.diagnoses, *added.diagnoses),
        consequences=(*report.consequences, *added.consequences),
        benign=(*report.benign, *added.benign),
        rejected=(*report.rejected, *added.rejected),
    )


def _answer(log: Log, base: KnowledgeBase, known: Mapping[str, str]) -> Report:
    hits = pattern_hits(log, base, known)
    report = judge(log, hits, base, known)
    if report.diagnoses and report.diagnoses[0].confidence >= _SURE:
        return report
    right, misread = misread_hits(log, base)
    if report.diagnoses:
        return judge(right, [*hits, *misread], base, known) if misread else report
    near = misread or near_hits(right, base)
    if near or right is not log:
        report = judge(right, [*hits, *near], base, known)
    if report.verdict != "unknown":
        return report
    similar = [one for one in similar_signatures(right, base) if one.id not in {near.id for near in report.nearest}]
    return report._replace(nearest=(*report.nearest, *similar)[:5])
