"""Hits and a log to a report."""

from __future__ import annotations

from collections.abc import Mapping

from voicelog.model import (
    Benign,
    Consequence,
    Diagnosis,
    Event,
    Evidence,
    Hit,
    Log,
    Nearest,
    Report,
)
from voicelog.rank.claims import Claim, Place, Places, to_claims
from voicelog.rank.order import Ordered, order
from voicelog.signatures.base import KnowledgeBase

DIAGNOSED = 0.55
"""Score from which a claim is an answer."""
_SHOWN = 0.35
_MOST_DIAGNOSES = 5
_MOST_EVIDENCE = 4
_UNEXPLAINED_COST = {Place.PLAIN: 0.15, Place.WARNING: 0.35, Place.INFO: 0.35}
_TOP = 0.98
_RIVAL_COST = 0.2


def judge(log: Log, hits: list[Hit], base: KnowledgeBase, facts: Mapping[str, str]) -> Report:
    """The report of one log; `nearest` is left for the caller, who knows when it is needed."""
    places = Places(log)
    benign, causes = _split(hits, base)
    harmless = {hit.record for hit in benign}
    causes = [hit for hit in causes if not _outspoken(hit, benign)]
    claimed_records = {hit.record for hit in causes}
    ordered = order(to_claims(causes, log, base, facts), base)
    failures = [event for event in log.events if _is_failure(event, harmless - claimed_records)]
    unexplained = _unexplained(failures, [*ordered.roots, *(claim for claim, _ in ordered.consequences)], log)
    roots = [(claim, _final(claim, unexplained)) for claim in ordered.roots]
    roots.sort(key=lambda pair: -pair[1])
    answers = [(claim, score) for claim, score in roots if score >= _SHOWN][:_MOST_DIAGNOSES]
    found_benign = tuple(_benign(benign, log))
    common = {"source": log.source.name, "benign": found_benign, "facts": dict(facts)}
    if answers and answers[0][1] >= DIAGNOSED:
        return Report(
            verdict="diagnosed",
            diagnoses=tuple(_diagnose(log, answers, places)),
            consequences=tuple(_consequences(log, ordered)),
            failure=_failure(log, failures),
            **common,  # type: ignore[arg-type]
        )
    if failures:
        near = tuple(Nearest(claim.id, round(score, 3)) for claim, score in answers)
        return Report(verdict="unknown", failure=_failure(log, failures), nearest=near, **common)  # type: ignore[arg-type]
    empty = not log.source.text.strip()
    return Report(verdict="healthy", empty=empty, **common)  # type: ignore[arg-type]


def _split(hits: list[Hit], base: KnowledgeBase) -> tuple[list[Hit], list[Hit]]:
    benign = [hit for hit in hits if base.benign(hit.id)]
    return benign, [hit for hit in hits if not base.benign(hit.id)]


def _outspoken(hit: Hit, benign: list[Hit]) -> bool:
    """Whether a harmless reading of the same line is at least as sure and accounts for more of it."""
    return any(
        other.record == hit.record and (other.certainty, other.weight) >= (hit.certainty, hit.weight)
        for other in benign
    )


def _is_failure(event: Event, harmless: set[int]) -> bool:
    if not event.fatal:
        return False
    told = range(event.chain[-1].first, event.chain[-1].last + 1) if event.chain else range(event.first, event.last + 1)
    return not any(record in harmless for record in told)


def _unexplained(failures: list[Event], claims: list[Claim], log: Log) -> bool:
    """Whether a traceback or a crash is left that no claim speaks of."""
    spoken = {log.events[claim.event].first for claim in claims if claim.event >= 0 and claim.place is not Place.SOURCE}
    return any(event.kind in ("traceback", "crash") and event.first not in spoken for event in failures)


def _final(claim: Claim, unexplained: bool) -> float:
    """The score, lower where the line is no failure itself and a failure elsewhere stays unexplained."""
    return claim.score - _UNEXPLAINED_COST.get(claim.place, 0) if unexplained else claim.score


def _diagnose(log: Log, answers: list[tuple[Claim, float]], places: Places) -> list[Diagnosis]:
    diagnoses = []
    top = answers[0][1]
    for rank, (claim, score) in enumerate(answers):
        confidence = min(score, _TOP)
        if rank == 0:
            rival = next((other for _, other in answers[1:]), 0.0)
            if rival >= top - 0.03:
                confidence -= _RIVAL_COST
        else:
            confidence = min(confidence, max(0.05, 1 - min(top, _TOP)) + 0.25)
        diagnoses.append(
            Diagnosis(
                id=claim.id,
                confidence=round(max(confidence, 0.01), 3),
                evidence=_evidence(claim, log, places),
                captures=claim.captures,
                method=claim.best.method,
            )
        )
    return diagnoses


def _evidence(claim: Claim, log: Log, places: Places) -> tuple[Evidence, ...]:
    """The lines that speak for a claim, best first, each text once; source code only where nothing else does."""
    found: dict[int, Evidence] = {}
    texts: set[str] = set()
    spoken = [hit for hit in claim.hits if places.place_of(hit.record) is not Place.SOURCE]
    for hit in spoken or claim.hits:
        one = evidence_at(log, hit.record, hit.start)
        if one.line not in found and one.text not in texts:
            found[one.line] = one
            texts.add(one.text)
        if len(found) == _MOST_EVIDENCE:
            break
    return tuple(found.values())


def evidence_at(log: Log, record: int, offset: int = 0) -> Evidence:
    """The piece of a record that holds `offset`, with its original line number."""
    entry = log.records[record]
    if not entry.pieces:
        return Evidence(entry.line, entry.text.strip())
    starts = [start for start, _ in entry.pieces] + [len(entry.text)]
    for at, (start, line) in enumerate(entry.pieces):
        if start <= offset < starts[at + 1]:
            return Evidence(line, entry.text[start : starts[at + 1]].strip())
    return Evidence(entry.line, entry.text[: starts[1]].strip())


def _consequences(log: Log, ordered: Ordered) -> list[Consequence]:
    return [
        Consequence(claim.id, evidence_at(log, claim.best.record, claim.best.start).line, root.id)
        for claim, root in ordered.consequences
    ]


def _benign(hits: list[Hit], log: Log) -> list[Benign]:
    first: dict[str, int] = {}
    for hit in sorted(hits, key=lambda hit: hit.record):
        first.setdefault(hit.id, evidence_at(log, hit.record, hit.start).line)
    return [Benign(identifier, line) for identifier, line in first.items()]


def _failure(log: Log, failures: list[Event]) -> Evidence | None:
    """The line that says best what went wrong: the last exception, else the last crash or error."""
    for kinds in (("traceback",), ("crash",), ("error",), ("exit",)):
        for event in reversed(failures):
            if event.kind in kinds:
                return evidence_at(log, event.chain[-1].first if event.chain else event.first)
    return None
