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
_SPACES = re.compile(r"\s+")


def mask(text: str) -> str:
    """`text` in lower case, with one space between words and marks for what varies."""
    for pattern, mark in _MASKS:
        text = pattern.sub(mark, text)
    return _SPACES.sub(" ", text).strip().lower()


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
