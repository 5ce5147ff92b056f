"""Lines of the engine, whose styles have names, in the colours of the theme."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from voicelog.render.spans import Line
from voicelog.render.width import chop, width

STYLES = {
    "": "",
    "bold": "bold",
    "red": "bold $text-error",
    "green": "$text-success",
    "yellow": "$text-warning",
    "cyan": "$text-accent",
    "dim": "$muted",
}


def to_content(lines: Iterable[Line], columns: int) -> Content:
    """The lines, one below the other, in at most `columns`; nothing in them is read as markup."""
    return Content("\n").join(piece for line in lines for piece in _chopped(line, max(columns, 8)))


def _chopped(line: Line, columns: int) -> list[Content]:
    """A command may be longer than the room that there is: it goes on in the next line."""
    pieces: list[list[tuple[str, str]]] = [[]]
    room = columns
    for span in line:
        text = span.text
        while text:
            head = chop(text, room)[0]
            if head:
                pieces[-1].append((head, STYLES[span.style]))
                text, room = text[len(head) :], room - width(head)
            if text:
                pieces.append([])
                room = columns
    return [Content.assemble(*parts) for parts in pieces]
