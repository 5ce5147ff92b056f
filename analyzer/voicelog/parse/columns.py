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
"""Log lines that rich set in columns (time, level, message, file), each message put together again."""

from __future__ import annotations

import re

Piece = tuple[int, str]
"""Original line number and text."""

_LEVEL_WIDTH = 8
_HEAD = re.compile(
    r"(?P<outer>[\w.-]+ +\| |[A-Z][a-z]{2} {1,2}\d{1,2} [\d:]{8} [\w.-]+ [^\s:]+: "
    r"|\d{4}-\d\d-\d\dT[\d:.]+Z? std(?:out|err) [FP] )?"
    r"(?P<time>\[[\d/.: -]{8,24}\]| {10,26}) (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) +(?=.* (?P<file>[\w.-]+\.py:\d+)$)"
)
"""A time that did not change is left blank; a collector may have put something before."""
_OWN_LINE = re.compile(r"[ ╭╰│^]|Traceback \(most recent|During handling of|The above exception")
_MOST = 400
"""Lines of one message."""


def rejoin(pieces: list[Piece]) -> list[Piece] | None:
    """`pieces` with the messages of rich's log handler in one line where its column broke them; None without any."""
    if not any(_HEAD.match(text) for _, text in pieces):
        return None
    joined: list[Piece] = []
    at = 0
    while at < len(pieces):
        line, text = pieces[at]
        at += 1
        head = _HEAD.match(text)
        if not head:
            joined.append((line, text))
            continue
        outer = head.start("time")
        start = head.end("time") + 1 + _LEVEL_WIDTH + 1
        end = head.start("file") - 1
        last = text[start:end].rstrip()
        joined.append((line, text[:outer] + text[outer:start].lstrip() + last))
        first = at
        while at < min(len(pieces), first + _MOST) and _continues(pieces[at : at + 2], outer, start, end):
            line, more = pieces[at][0], pieces[at][1][start:]
            if (glue := _glue(last, more, end - start)) is None:
                joined.append((line, more))
            else:
                joined[-1] = (joined[-1][0], joined[-1][1] + glue + more)
            last = more
            at += 1
    return joined


def _continues(lines: list[Piece], outer: int, start: int, end: int) -> bool:
    """Whether the first of the lines stands in the column, or is empty before one that does."""
    text = next((text for _, text in lines if text[outer:]), "")
    return start < len(text) <= end and not text[outer:start].strip()


def _glue(before: str, after: str, room: int) -> str | None:
    """What stood between two lines of a column, or None where the message itself began a new line."""
    if not before or not after or _OWN_LINE.match(after) or before[0] in "╭╰│":
        return None
    word = after.split(" ", 1)[0]
    if len(before) == room and len(before.rsplit(" ", 1)[-1]) + len(word) > room:
        return ""  # a word longer than the column
    return " " if len(before) + 1 + len(word) > room else None
