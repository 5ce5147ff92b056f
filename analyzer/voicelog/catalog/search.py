"""Signatures by words, in both languages, with the misspellings that people make."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from voicelog.signatures.types import Signature

_LATIN = re.compile(r"[^\W_\u2e80-\uffff]+")
_WIDE = re.compile(r"[\u2e80-\uffff]+")
_NEAR = 75.0
"""Similarity, 0 to 100, from which one word is taken for another misspelt."""
_SHORTEST_MISSPELT = 4
_LEAST = 0.5
_FIELDS = (("id", 3.0), ("title", 3.0), ("tags", 2.5), ("phrases", 2.0), ("cause", 1.0), ("fixes", 0.7), ("match", 0.6))


@dataclass(frozen=True, slots=True)
class Found:
    """A signature and how well it fits the words, from 0 to 1."""

    signature: Signature
    score: float


def search(words: str, signatures: Sequence[Signature], most: int = 20) -> list[Found]:
    """The signatures that say most of `words`, best first."""
    wanted = list(dict.fromkeys(_tokens(words)))
    if not wanted:
        return []
    index: dict[str, dict[int, float]] = defaultdict(dict)
    for at, signature in enumerate(signatures):
        for name, weight in _FIELDS:
            for token in _tokens(_text(signature, name)):
                index[token][at] = max(index[token].get(at, 0.0), weight)
    scores: dict[int, float] = defaultdict(float)
    for token in wanted:
        best: dict[int, float] = {}
        for known, near in _near(token, index):
            rarity = 1 + 1 / (1 + len(index[known]) / 10)
            for at, weight in index[known].items():
                best[at] = max(best.get(at, 0.0), weight * near * rarity)
        for at, value in best.items():
            scores[at] += value
    highest = 2 * _FIELDS[0][1] * len(wanted)
    ranked = sorted(scores, key=lambda at: (-scores[at], signatures[at].id))
    top = scores[ranked[0]] if ranked else 0.0
    return [Found(signatures[at], round(scores[at] / highest, 3)) for at in ranked[:most] if scores[at] >= _LEAST * top]


def _near(token: str, index: Iterable[str]) -> Iterator[tuple[str, float]]:
    """Known words that may be meant, and how surely (0 to 1)."""
    from rapidfuzz import fuzz, process

    known = list(index)
    if token in index:
        yield token, 1.0
    if not token.isascii() or len(token) < _SHORTEST_MISSPELT:
        return
    for other in known:
        if other != token and other.startswith(token):
            yield other, 0.9
    for other, score, _ in process.extract(token, known, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=20):
        if other != token and other.isascii():
            yield other, score / 100 * 0.8


def _tokens(text: str) -> list[str]:
    """Words of letters and digits, and pairs of hanzi, which have no spaces between words."""
    lowered = text.lower()
    tokens = _LATIN.findall(lowered)
    for run in _WIDE.findall(lowered):
        tokens += [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]
    return tokens


def _text(signature: Signature, name: str) -> str:
    if name == "id":
        return signature.id
    if name in ("title", "cause"):
        return " ".join(getattr(signature, name))
    if name == "fixes":
        return " ".join(text for fix in signature.fixes for text in (*fix.title, *fix.commands))
    if name == "match":
        return " ".join(one.pattern for one in signature.match)
    return " ".join(getattr(signature, name))
