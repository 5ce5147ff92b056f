"""Lines that rich's log handler set in columns: time, level, message, and at the right edge the line of the source.

All of its lines end at one column though none is broken there, and what did not fit stands below its message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import east_asian_width

_HEAD = re.compile(
    r"(?P<outer>[\w.-]+ +\| |[A-Z][a-z]{2} {1,2}\d{1,2} [\d:]{8} [\w.-]+ [^\s:]+: "
    r"|\d{4}-\d\d-\d\dT[\d:.]+Z? std(?:out|err) [FP] )?"
    r"(?P<front>(?:\[[\d/.: -]{8,24}\]| {10,26}) "
    r"(?:(?:DEBUG   |INFO    |WARNING |ERROR   |CRITICAL) |(?=\| (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) )))"
    r"(?=.* (?P<file>[\w.-]+\.py:\d+)$)"
)
"""A time that did not change is left blank; a collector may have put something before."""
_OWN_LINE = re.compile(r"[ ╭╰│^]|File \"|Traceback \(most recent|During handling of|The above exception")
_MOST = 400
"""Lines of one message."""

Piece = tuple[int, str]
"""Original line number and text."""
Marks = tuple[tuple[int, int], ...]
"""(offset, original line number) of each piece of a logical line."""
Joined = tuple[str, Marks]
"""Text of a logical line and its pieces."""


class Entry(NamedTuple):
    """A line that is whole, or one outside of the columns, which may be broken elsewhere."""

    line: Joined
    is_whole: bool


def entries(pieces: Sequence[Piece]) -> list[Entry] | None:
    """The lines of `pieces` with each message together, or None where no such handler wrote any."""
    if not any(".py:" in text and _HEAD.match(text) for _, text in pieces):
        return None
    found: list[Entry] = []
    at = 0
    while at < len(pieces):
        line, text = pieces[at]
        at += 1
        head = _HEAD.match(text)
        if not head:
            found.append(Entry((text, ((0, line),)), is_whole=False))
            continue
        outer, start, end = head.start("front"), head.end("front"), head.start("file") - 1
        last = text[start:end].rstrip()
        message: Joined = (text[:outer] + text[outer:start].lstrip() + last, ((0, line),))
        first = at
        while at < min(len(pieces), first + _MOST) and _continues(pieces[at : at + 2], outer, start, end):
            line, more = pieces[at][0], pieces[at][1][start:]
            glue = _glue(last, more, end - start)
            if glue is None:
                found.append(Entry(message, is_whole=True))
                message = (more, ((0, line),))
            else:
                joined = message[0] + glue
                message = (joined + more, (*message[1], (len(joined), line)))
            last = more
            at += 1
        found.append(Entry(message, is_whole=True))
    return found


def _continues(lines: Sequence[Piece], outer: int, start: int, end: int) -> bool:
    """Whether the first of the lines stands in the column, or is empty before one that does."""
    text = next((text for _, text in lines if text[outer:]), "")
    return start < len(text) <= end and not text[outer:start].strip()


def _glue(before: str, after: str, room: int) -> str | None:
    """What stood between two lines of a column, or None where the message itself began a new line."""
    if not before or not after or _OWN_LINE.match(after) or before[0] in "╭╰│":
        return None
    word = after.split(" ", 1)[0]
    if _cells(before) == room and _cells(before.rsplit(" ", 1)[-1]) + _cells(word) > room:
        return ""  # a word longer than the column
    if _cells(before) + 1 + _cells(word) <= room:
        return None
    return "" if before[-1] > "\u2e7f" and after[0] > "\u2e7f" else " "


def _cells(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
