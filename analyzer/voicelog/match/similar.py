"""TF-IDF similarity of a failure's text with everything the base knows of each signature, in plain Python."""

from __future__ import annotations

from collections import Counter
from itertools import islice
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
    ids = base.index.ids
    scores = [0.0] * len(ids)
    for term, weight in weights.items():
        share = weight / norm
        for document, other in known[term][1]:
            scores[document] += share * other
    ranked = sorted((at for at, score in enumerate(scores) if score), key=lambda at: -scores[at])
    alike = (at for at in ranked if not base.benign(ids[at]))
    return [Nearest(ids[at], round(scores[at], 3)) for at in islice(alike, most)]
