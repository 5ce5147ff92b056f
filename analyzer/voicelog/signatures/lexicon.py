"""The words of our texts by their skeleton: what a misread word was meant to be."""

from __future__ import annotations

from voicelog.masking import skeleton
from voicelog.signatures.table import Table

_MOST_REMEMBERED = 200_000


class Lexicon:
    """Asked for a word, tells the known one that looks like it; logs repeat their words, so answers are remembered."""

    def __init__(self, words: Table) -> None:
        self._words = words
        self._meant: dict[str, str] = {}

    def meant(self, shown: str) -> str:
        """The known word that `shown` is a misreading of, or `shown` itself."""
        meant = self._meant.get(shown)
        if meant is None:
            if len(self._meant) >= _MOST_REMEMBERED:
                self._meant.clear()
            known = self._words.get(skeleton(shown)[0]) or shown
            meant = self._meant[shown] = shown if known.lower() == shown.lower() else known
        return meant
