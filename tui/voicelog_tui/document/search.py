"""Lines of a log in which some words stand, found in its bytes, whatever its size."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from voicelog.linear import literal
from voicelog.scan.blocks import blocks
from voicelog_tui.document.document import Document

MOST = 100_000
"""Lines that are remembered; the search ends there."""


class Matches:
    """The lines, counted from 0, in which the words were found so far."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.lines = array("Q")
        self.searched = 0
        """Bytes that were looked at."""
        self.complete = False

    @property
    def is_full(self) -> bool:
        """Whether there may be more than are remembered."""
        return len(self.lines) >= MOST

    def following(self, line: int) -> int | None:
        """The next line with the words after `line`, from the beginning again after the last."""
        if not self.lines:
            return None
        at = bisect_right(self.lines, line)
        return self.lines[at if at < len(self.lines) else 0]

    def preceding(self, line: int) -> int | None:
        """The line with the words before `line`, from the end again before the first."""
        return self.lines[bisect_left(self.lines, line) - 1] if self.lines else None

    def number_of(self, line: int) -> int:
        """Which match a line is, counted from 1; 0 where it is none."""
        at = bisect_left(self.lines, line)
        return at + 1 if at < len(self.lines) and self.lines[at] == line else 0


def search(document: Document, matches: Matches) -> Iterator[None]:
    """Fill `matches` with what is there now; each step looks at one more block of the log.

    Words are found as they stand in the bytes: one that is cut by a colour code is not.
    """
    size = document.index.size
    at = 0

    def read(most: int) -> bytes:
        nonlocal at
        data = document.read_at(at, min(most, size - at))
        at += len(data)
        return data

    patterns = [literal(form) for form in _forms(matches.words, document.encoding)]
    for block in blocks(b"", read):
        for line in _lines_in(block.data, patterns, block.line - 1):
            if not matches.lines or line > matches.lines[-1]:
                matches.lines.append(line)
            if matches.is_full:
                break
        matches.searched = block.end
        yield
        if matches.is_full:
            break
    matches.complete = True


def _forms(words: str, encoding: str) -> list[bytes]:
    found = [words.encode("utf-8", "replace")]
    if encoding and not words.isascii():
        found.append(words.encode(encoding, "replace"))
    return list(dict.fromkeys(found))


def _lines_in(data: bytes, patterns: list[re.Pattern[bytes]], line: int) -> Iterator[int]:
    """The lines of `data`, of which the first is `line`, that have one of the patterns."""
    counted = start = 0
    while hits := [hit.start() for pattern in patterns if (hit := pattern.search(data, start))]:
        first = min(hits)
        line += data.count(b"\n", counted, first)
        counted = first
        yield line
        end = data.find(b"\n", first)
        if end < 0:
            return
        start = end + 1
