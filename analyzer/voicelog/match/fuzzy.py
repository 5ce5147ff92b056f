"""Near wordings: masked lines of a log against the masked phrases of the base, by rapidfuzz."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from voicelog.masking import CUTOFF, fewest_words, mask, words
from voicelog.model import Hit, Log
from voicelog.signatures.base import KnowledgeBase, Phrase

_SHORTEST = 16


def fuzzy_hits(log: Log, base: KnowledgeBase, records: Iterable[int]) -> list[Hit]:
    """The nearest phrase of each record, where it is near enough."""
    from rapidfuzz import fuzz, process

    hits = []
    for record in records:
        line = log.records[record].text[:1000]
        masked = mask(line)
        if len(masked) < _SHORTEST:
            continue
        phrases = _likely(masked, base)
        wordings = [phrase.wording for phrase in phrases]
        for wording, score, at in process.extract(
            masked, wordings, scorer=fuzz.token_set_ratio, score_cutoff=CUTOFF, limit=3
        ):
            near = min(score, fuzz.partial_ratio(masked, wording))
            if near >= CUTOFF and len(wording) >= 0.35 * len(masked):
                identifier = base.index.ids[phrases[at].signature]
                certainty = 0.4 + 0.3 * (near - CUTOFF) / (100 - CUTOFF)
                hits.append(Hit(identifier, record, 0, len(line), "fuzzy", certainty))
    return hits


def _likely(masked: str, base: KnowledgeBase) -> list[Phrase]:
    """The phrases that have enough words in common with a line to be near it, in the order of the base."""
    own = words(masked)
    enough = fewest_words(len(own), len(masked), CUTOFF)
    shared = Counter(number for found in base.phrase_words.find(own).values() for number in found)
    phrases = base.phrases.find({str(number) for number in shared})
    likely = []
    for number, count in shared.items():
        wording, signature, fewest = phrases[str(number)]
        if count >= (fewest if len(wording) <= len(masked) else enough):
            likely.append((number, Phrase(wording, signature, fewest)))
    return [phrase for _, phrase in sorted(likely)]
