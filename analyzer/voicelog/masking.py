"""What differs between two machines with the same failure, replaced by a mark: paths, numbers, addresses, names."""

from __future__ import annotations

import re

_MASKS = (
    (re.compile(r"https?://\S+"), "<url>"),
    (re.compile(r"(?:[A-Za-z]:)?(?:[\\/][^\s\\/:'\"()\[\],]+){2,}[\\/]?"), "<path>"),
    (re.compile(r"[A-Za-z]:\\[^\s'\"]*"), "<path>"),
    (re.compile(r"0x[0-9A-Fa-f]+|\b[0-9a-f]{12,}\b"), "<hex>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"), "<ip>"),
    (re.compile(r"(?<![\w<])\d+(?:[.,]\d+)*(?:\s?[KMGT]i?B)?"), "<n>"),
)
_SHORTEST_WORD = 3
_SPOILED = 1.4
"""Words that differing characters spoil, for each in a hundred of the shorter text's; 2 if none shared a word."""
CUTOFF = 93.0
"""Similarity, 0 to 100, under which two masked wordings are not the same."""
_SPACES = re.compile(r"\s+")


def mask(text: str) -> str:
    """`text` in lower case, with one space between words and marks for what varies."""
    for pattern, mark in _MASKS:
        text = pattern.sub(mark, text)
    return _SPACES.sub(" ", text).strip().lower()


_WORD = re.compile(r"[^\W\d_]+")
_WIDE = "\u2e80"
"""Scripts without spaces between words begin here."""


def words(text: str) -> set[str]:
    """The words of `text` that are worth looking up; of scripts without spaces, the characters."""
    found: set[str] = set()
    for word in _WORD.findall(text):
        if word >= _WIDE:
            found.update(word)
        elif len(word) >= _SHORTEST_WORD:
            found.add(word)
    return found


def fewest_words(count: int, size: int, similarity: float) -> int:
    """How many of the `count` words of a text of `size` characters another one has that is as near as `similarity`.

    `similarity` goes from 0 to 100: the share of characters, of both texts, that both have in this order.
    """
    return max(1, count - int(size * _SPOILED * (1 - similarity / 100)))


_LOOKALIKES = str.maketrans("01i|", "olll")


def skeleton(text: str) -> tuple[str, list[int]]:
    """`text` with what is misread off a screenshot made equal, and where in `text` each character stood.

    O and 0, l, I, 1 and | become one; `rn` becomes `m`; spaces, which get lost, go.
    """
    shown: list[str] = []
    origins: list[int] = []
    for at, char in enumerate(text.lower().translate(_LOOKALIKES)):
        if char in " \t":
            continue
        if char == "n" and shown and shown[-1] == "r":
            shown[-1] = "m"
            continue
        shown.append(char)
        origins.append(at)
    return "".join(shown), origins
