"""Near wordings: masked lines of a log against the masked phrases of the base, by rapidfuzz."""

from __future__ import annotations

from collections.abc import Iterable

from voicelog.linear import compile_pattern, holds
from voicelog.masking import mask
from voicelog.model import Hit, Log
from voicelog.signatures.base import KnowledgeBase

CUTOFF = 93.0
"""Similarity, 0 to 100, under which two wordings are not the same."""
_SHORTEST = 16


def fuzzy_hits(log: Log, base: KnowledgeBase, records: Iterable[int]) -> list[Hit]:
    """The nearest phrase of each record, where it is near enough."""
    from rapidfuzz import fuzz, process

    wordings = [wording for wording, _ in base.phrases]
    hits = []
    for record in records:
        line = log.records[record].text[:1000]
        masked = mask(line)
        if len(masked) < _SHORTEST or not wordings:
            continue
        for _, score, at in process.extract(
            masked, wordings, scorer=fuzz.token_set_ratio, score_cutoff=CUTOFF, limit=3
        ):
            near = min(score, fuzz.partial_ratio(masked, wordings[at]))
            if near >= CUTOFF and len(wordings[at]) >= 0.35 * len(masked):
                identifier = base.index.ids[base.phrases[at][1]]
                if _refused(line, base, identifier):
                    continue
                certainty = 0.4 + 0.3 * (near - CUTOFF) / (100 - CUTOFF)
                hits.append(Hit(identifier, record, 0, len(line), "fuzzy", certainty))
    return hits


def _refused(line: str, base: KnowledgeBase, identifier: str) -> bool:
    """Whether a pattern of the signature matches the line: then what else it asks for was not there, and a wording
    that asks for nothing must not bring it back."""
    parts = base.signature(identifier).match
    return any(part.pattern and holds(compile_pattern(part.pattern), line) for part in parts)
