"""An assessment to a report: diagnosed, unknown or healthy, and how sure."""

from __future__ import annotations

from collections.abc import Mapping

from voicelog.model import Benign, Consequence, Diagnosis, Hit, Log, Nearest, Report
from voicelog.rank.assess import Assessment, Candidate, assess
from voicelog.rank.claims import Claim, Places
from voicelog.rank.evidence import evidence_at, evidence_for, failure_of
from voicelog.rank.scorer import contributions, probability
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.conditions import as_condition, holds, missing

DIAGNOSED = 0.5
"""Probability from which a candidate is an answer: below it, `unknown` is more often right."""
_OUTDONE = 0.4
_SHOWN = 0.1
_MOST_DIAGNOSES = 5


def judge(log: Log, hits: list[Hit], base: KnowledgeBase, facts: Mapping[str, str]) -> Report:
    """The report of one log; what it resembles is left for the caller, who knows when that is needed."""
    assessment = assess(log, hits, base, facts)
    failure = failure_of(log, assessment.failures)
    common = {
        "source": log.source.name,
        "benign": tuple(_benign(assessment, log)),
        "facts": dict(facts),
        "rejected": assessment.rejected,
    }
    ranked = [(one, _chance(one)) for one in assessment.candidates]
    if ranked and ranked[0][1] >= DIAGNOSED:
        return Report(
            verdict="diagnosed",
            diagnoses=tuple(_diagnoses(log, ranked, assessment, base, facts)),
            consequences=tuple(_consequences(log, assessment)),
            failure=failure,
            **common,  # type: ignore[arg-type]
        )
    if failure is not None and not assessment.ends_well:
        near = tuple(Nearest(one.claim.id, round(chance, 3)) for one, chance in ranked[:_MOST_DIAGNOSES])
        return Report(verdict="unknown", failure=failure, nearest=near, **common)  # type: ignore[arg-type]
    return Report(verdict="healthy", empty=not log.source.text.strip(), **common)  # type: ignore[arg-type]


def _chance(one: Candidate) -> float:
    chance = probability(one.features)
    return min(chance, _OUTDONE) if one.outdone else chance


def _diagnoses(
    log: Log,
    ranked: list[tuple[Candidate, float]],
    assessment: Assessment,
    base: KnowledgeBase,
    facts: Mapping[str, str],
) -> list[Diagnosis]:
    places = Places(log)
    top, sure = ranked[0]
    shown = [(top, sure)]
    for one, chance in ranked[1:]:
        same = one.claim.event == top.claim.event
        left = min(chance, 1 - sure) if same else min(chance, sure)
        if left >= _SHOWN or (same and chance >= DIAGNOSED):
            shown.append((one, left))
    return [
        Diagnosis(
            id=one.claim.id,
            confidence=round(min(max(chance, 0.01), 0.99), 3),
            evidence=evidence_for(one.claim, log, places),
            captures=one.claim.captures,
            method=one.claim.best.method,
            reasons={name: round(value, 2) for name, value in contributions(one.features).items() if value},
            occurrences=_occurrences(one.claim, log, facts),
            undecided=_undecided(one.claim, assessment, base, facts),
        )
        for one, chance in sorted(shown[:_MOST_DIAGNOSES], key=lambda pair: -pair[1])
    ]


def _occurrences(claim: Claim, log: Log, facts: Mapping[str, str]) -> int:
    """Lines that say so: those that were read, or of a large log those that were counted."""
    counted = log.source.occurrences.get(claim.id, 0)
    for (identifier, needs, excludes), count in log.source.conditional.items():
        if identifier == claim.id and holds(as_condition(needs, excludes), facts) is True:
            counted += count
    return counted or len({hit.record for hit in claim.hits})


def _undecided(claim: Claim, assessment: Assessment, base: KnowledgeBase, facts: Mapping[str, str]) -> tuple[str, ...]:
    """Facts that the log does not tell and that would decide this reading, or a finer one below it."""
    names: dict[str, None] = {}
    waiting = [one.id for one in assessment.rejected if one.why == "waits" and one.id.startswith(claim.id + ".")]
    for identifier in (claim.id, *waiting):
        if condition := base.condition(identifier):
            names.update(dict.fromkeys(missing(condition, facts)))
    return tuple(names)


def _consequences(log: Log, assessment: Assessment) -> list[Consequence]:
    return [
        Consequence(claim.id, evidence_at(log, claim.best.record, claim.best.start).line, root.id)
        for claim, root in assessment.consequences
    ]


def _benign(assessment: Assessment, log: Log) -> list[Benign]:
    first: dict[str, int] = {}
    for hit in sorted(assessment.benign, key=lambda hit: hit.record):
        first.setdefault(hit.id, evidence_at(log, hit.record, hit.start).line)
    return [Benign(identifier, line) for identifier, line in first.items()]
