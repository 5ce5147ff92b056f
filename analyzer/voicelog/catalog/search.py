"""Signatures by words, in both languages, with the misspellings that people make."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from voicelog.signatures.types import Signature

_LATIN = re.compile(r"[^\W_\u2e80-\uffff]+")
_WIDE = re.compile(r"[\u2e80-\uffff]+")
_NEAR = 75.0
"""Similarity, 0 to 100, from which one word is taken for another misspelt."""
_SHORTEST_BEGINNING = 2
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
    return SearchIndex(signatures).find(words, most)


class SearchIndex:
    """The words of many signatures, read once, for one search after the other."""

    def __init__(self, signatures: Sequence[Signature]) -> None:
        self._signatures = tuple(signatures)
        self._index: dict[str, dict[int, float]] = defaultdict(dict)
        for at, signature in enumerate(self._signatures):
            for name, weight in _FIELDS:
                for token in _tokens(_text(signature, name)):
                    self._index[token][at] = max(self._index[token].get(at, 0.0), weight)

    def find(self, words: str, most: int = 20, wanted: Callable[[Signature], bool] | None = None) -> list[Found]:
        """Those of the `wanted` signatures that say most of `words`, best first."""
        tokens = list(dict.fromkeys(_tokens(words)))
        scores: dict[int, float] = defaultdict(float)
        for token in tokens:
            for at, value in self._weights(token).items():
                if wanted is None or wanted(self._signatures[at]):
                    scores[at] += value
        highest = 2 * _FIELDS[0][1] * len(tokens)
        ranked = sorted(scores, key=lambda at: (-scores[at], self._signatures[at].benign, self._signatures[at].id))
        least = _LEAST * scores[ranked[0]] if ranked else 0.0
        chosen = [at for at in ranked[:most] if scores[at] >= least]
        return [Found(self._signatures[at], round(scores[at] / highest, 3)) for at in chosen]

    def _weights(self, token: str) -> dict[int, float]:
        """What each signature says of one word, or of a word that is near to it."""
        best: dict[int, float] = {}
        for known, near in _near(token, self._index):
            rarity = 1 + 1 / (1 + len(self._index[known]) / 10)
            for at, weight in self._index[known].items():
                best[at] = max(best.get(at, 0.0), weight * near * rarity)
        return best


def _near(token: str, index: Iterable[str]) -> Iterator[tuple[str, float]]:
    """Known words that may be meant, and how surely (0 to 1)."""
    from rapidfuzz import fuzz, process

    known = list(index)
    if token in index:
        yield token, 1.0
    if not token.isascii() or len(token) < _SHORTEST_BEGINNING:
        return
    for other in known:
        if other != token and other.startswith(token):
            yield other, 0.9
    if len(token) < _SHORTEST_MISSPELT:
        return
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
