"""Logs of rich's handler: a time, a level, the message in a column of its own, the source line at the right edge.

All of its lines end at one column though none is broken there, and what did not fit stands below its message.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from unicodedata import east_asian_width

_HEAD = re.compile(
    r"(?P<front>(?:\[[^\]\n]{4,30}\] ?)?\s*(?:(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\s{1,4})?)"
    r"(?P<message>\S.*?)(?P<gap>\s+)[\w.<>-]+\.py:\d+$"
)
_OWN_LINE = re.compile(r"[ ╭╰│┃┏┗]|File \"|Traceback \(")
_NARROWEST_FRONT = 8
_FEWEST = 2
"""Lines from which a column of sources is believed in."""

Piece = tuple[int, str]
"""Original line number and text."""


class Entry(NamedTuple):
    """A line of such a log: its pieces without the column, and whether it is one at all."""

    pieces: tuple[Piece, ...]
    formatted: bool


def entries(pieces: list[Piece]) -> list[Entry] | None:
    """The lines of `pieces` with what belongs to one message together, or None where no such handler wrote them."""
    heads = {at: head for at, (_, text) in enumerate(pieces) if (head := _head(text))}
    if len(heads) < _FEWEST:
        return None
    found: list[Entry] = []
    column = room = 0
    for at, (line, text) in enumerate(pieces):
        if head := heads.get(at):
            column, room = head.start("message"), _cells(head["message"] + head["gap"])
            found.append(Entry(((line, text[: head.end("message")]),), formatted=True))
        elif column and text[:column].isspace() and len(text) > column:
            last = found[-1].pieces[-1][1]
            said = last[column:] if len(found[-1].pieces) == 1 and found[-1].formatted else last
            if _goes_on(said, text[column:], room):
                found[-1] = Entry((*found[-1].pieces, (line, text[column:])), formatted=True)
            else:
                found.append(Entry(((line, text[column:]),), formatted=False))
        else:
            column = 0
            found.append(Entry(((line, text),), formatted=False))
    return found


def _head(text: str) -> re.Match[str] | None:
    if not text.rstrip()[-1:].isdigit() or ".py:" not in text:
        return None
    head = _HEAD.match(text.rstrip())
    return head if head and len(head["front"]) >= _NARROWEST_FRONT else None


def _goes_on(said: str, more: str, room: int) -> bool:
    """Whether the first word of `more` had no room left behind `said`."""
    return not _OWN_LINE.match(more) and _cells(said) + 1 + _cells(more.split(" ", 1)[0]) >= room


def _cells(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
