"""The words of our texts by their skeleton: what a misread word was meant to be."""

from __future__ import annotations

from voicelog.masking import skeleton
from voicelog.signatures.table import Table

_MOST_REMEMBERED = 200_000
_SHORTEST = 4


class Lexicon:
    """Asked for a word, tells the known one that looks like it; logs repeat their words, so answers are remembered."""

    def __init__(self, words: Table) -> None:
        self._words = words
        self._meant: dict[str, str] = {}
        self._glued: dict[str, bool] = {}

    def meant(self, shown: str) -> str:
        """The known word that `shown` is a misreading of, or `shown` itself."""
        meant = self._meant.get(shown)
        if meant is None:
            if len(self._meant) >= _MOST_REMEMBERED:
                self._meant.clear()
            known = self._words.get(skeleton(shown)[0]) or shown
            meant = self._meant[shown] = shown if known.lower() == shown.lower() else known
        return meant

    def glued(self, shown: str) -> bool:
        """Whether a word that nobody knows is two known ones whose space was lost."""
        if shown not in self._glued:
            if len(self._glued) >= _MOST_REMEMBERED:
                self._glued.clear()
            self._glued[shown] = not self._knows(shown) and any(
                self._knows(shown[:at]) and self._knows(shown[at:])
                for at in range(_SHORTEST, len(shown) - _SHORTEST + 1)
            )
        return self._glued[shown]

    def _knows(self, word: str) -> bool:
        return self._words.get(skeleton(word)[0]) is not None
