"""Hits to ordered candidates with the evidence for and against each, before any answer is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from voicelog.linear import compile_pattern
from voicelog.model import Event, Hit, Log, Rejected
from voicelog.parse.outcome import ends_well
from voicelog.parse.shown import shown
from voicelog.rank.claims import Claim, Place, to_claims
from voicelog.rank.order import order
from voicelog.rank.own_bugs import is_outdone
from voicelog.signatures.base import KnowledgeBase

_UNEXPLAINED_COST = {Place.PLAIN: 0.15, Place.WARNING: 0.35, Place.INFO: 0.35}
_CLEAR_LEAD = 0.3
_MOST_EVIDENCE = 3
_RETRIED = compile_pattern(
    r"(?i)\bretrying\b|\bretry (?:in|after|attempt|\d+|#\d)|\bwill (?:be )?retr(?:y|ied)\b"
    r"|\btry(?:ing)? (?:again|the next)\b|\battempt #?\d+ ?(?:/|of) ?\d|Retry\(total=[1-9]|重试|重新尝试|再試行"
)


class Candidate(NamedTuple):
    """One possible root cause, how strong, and what it looks like to the scorer."""

    claim: Claim
    strength: float
    features: Mapping[str, float]
    outdone: bool = False
    """An unsure reading of what was said before the program ended with a bug of its own."""


class Assessment(NamedTuple):
    """Everything that the hits say of a log."""

    candidates: tuple[Candidate, ...]
    """Strongest first, those outdone last."""
    consequences: tuple[tuple[Claim, Claim], ...]
    """(what follows, its root)."""
    benign: tuple[Hit, ...]
    failures: tuple[Event, ...]
    ends_well: bool
    """The log says at its end that its aim was reached."""
    rejected: tuple[Rejected, ...]


def assess(log: Log, hits: Sequence[Hit], base: KnowledgeBase, facts: Mapping[str, str]) -> Assessment:
    """Weigh the hits of one log against each other."""
    benign = [hit for hit in hits if base.benign(hit.id)]
    around = shown(log.records, log.events)
    causes = [hit for hit in hits if not base.benign(hit.id) and hit.record not in around]
    spoken = [hit for hit in causes if not _outspoken(hit, benign)]
    harmless = {hit.record for hit in benign} - {hit.record for hit in spoken}
    failures = tuple(event for event in log.events if _is_failure(event, harmless))
    well = ends_well(log.records, failures)
    if well and all(event.kind == "error" and _is_retried(event.first, log) for event in failures):
        retried = {hit.id for hit in spoken} - {hit.id for hit in spoken if not _is_retried(hit.record, log)}
        spoken = [hit for hit in spoken if hit.id not in retried]
    claims, refused = to_claims(spoken, log, base, facts)
    ordered = order(claims, base)
    unexplained = _unexplained(failures, [*ordered.roots, *(claim for claim, _ in ordered.consequences)], log)
    unspoken = _unspoken(failures, {hit.record for hit in hits})
    strengths = [
        (claim, claim.score - (_UNEXPLAINED_COST.get(claim.place, 0) if unexplained else 0)) for claim in ordered.roots
    ]
    outdone = {claim.id for claim in ordered.roots if is_outdone(claim, failures, ordered.roots, log)}
    strengths.sort(key=lambda pair: (pair[0].id in outdone, -pair[1]))
    silenced = {hit.id for hit in causes} - {hit.id for hit in spoken}
    return Assessment(
        candidates=tuple(
            Candidate(
                claim,
                strength,
                {
                    **_features(claim, strength, strengths),
                    "unexplained": min(unspoken, _MOST_EVIDENCE) / _MOST_EVIDENCE,
                    "recovered": float(well and claim.last_record < len(log.records) - 1),
                    "quiet": float(not failures),
                },
                claim.id in outdone,
            )
            for claim, strength in strengths
        ),
        consequences=ordered.consequences,
        benign=tuple(benign),
        failures=failures,
        ends_well=well,
        rejected=(
            *refused,
            *ordered.rejected,
            *(Rejected(name, "harmless", "") for name in sorted(silenced)),
        ),
    )


def _outspoken(hit: Hit, benign: Sequence[Hit]) -> bool:
    """Whether a harmless reading of the same line is at least as sure and accounts for more of it."""
    return any(
        other.record == hit.record and (other.certainty, other.weight) >= (hit.certainty, hit.weight)
        for other in benign
    )


def _is_retried(record: int, log: Log) -> bool:
    """Whether the line itself says that the program tries again."""
    return bool(_RETRIED.search(log.records[record].text))


def _is_failure(event: Event, harmless: set[int]) -> bool:
    return event.fatal and harmless.isdisjoint(_told(event))


def _told(event: Event) -> range:
    """The records in which an event says what happened."""
    said = event.chain[-1] if event.chain else event
    return range(said.first, said.last + 1)


def _unspoken(failures: Sequence[Event], spoken: set[int]) -> int:
    """Failures of whose words the base knows none."""
    return sum(spoken.isdisjoint(_told(event)) for event in failures)


def _unexplained(failures: Sequence[Event], claims: Sequence[Claim], log: Log) -> bool:
    """Whether a traceback or a crash is left that no claim speaks of."""
    spoken = {log.events[claim.event].first for claim in claims if claim.event >= 0 and claim.place is not Place.SOURCE}
    return any(event.kind in ("traceback", "crash") and event.first not in spoken for event in failures)


def _features(claim: Claim, strength: float, strengths: Sequence[tuple[Claim, float]]) -> dict[str, float]:
    """What the scorer sees of a candidate; each from about 0 to 1."""
    rivals = [other for one, other in strengths if one is not claim]
    lead = min(strength - max(rivals), _CLEAR_LEAD) if rivals else _CLEAR_LEAD
    lines = len({hit.record for hit in claim.hits})
    return {
        "strength": strength,
        "lead": lead,
        "usual": float(claim.certainty < 0.9),
        "general": float(claim.certainty < 0.7),
        "near": float(claim.best.method == "fuzzy"),
        "repaired": float(claim.best.method == "repaired"),
        "fatal": float(claim.place is Place.FATAL),
        "error": float(claim.place is Place.ERROR),
        "warning": float(claim.place in (Place.WARNING, Place.INFO)),
        "source": float(claim.place is Place.SOURCE),
        "undecided": float(claim.undecided),
        "lines": min(lines, _MOST_EVIDENCE) / _MOST_EVIDENCE,
    }
