"""TF-IDF similarity of a failure's text with everything the base knows of each signature, in plain Python."""

from __future__ import annotations

from collections import Counter
from math import log, sqrt

from voicelog.masking import mask
from voicelog.model import Nearest
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.tfidf import terms


def nearest(text: str, base: KnowledgeBase, most: int = 5) -> list[Nearest]:
    """Signatures by cosine similarity with `text`, best first."""
    counts = Counter(terms(mask(text)))
    known = base.postings.find(counts.keys())
    weights = {term: (1 + log(counts[term])) * idf for term, (idf, _) in known.items()}
    norm = sqrt(sum(weight * weight for weight in weights.values()))
    if not norm:
        return []
    scores: Counter[int] = Counter()
    for term, weight in weights.items():
        for document, other in known[term][1]:
            scores[document] += weight * other / norm
    ranked = [Nearest(base.index.ids[at], round(score, 3)) for at, score in scores.most_common(most + 20)]
    return [near for near in ranked if not base.benign(near.id)][:most]
