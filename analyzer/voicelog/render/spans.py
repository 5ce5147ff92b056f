"""Lines whose parts have a style by name, for terminals of every kind."""

from __future__ import annotations

from typing import NamedTuple

from voicelog.render.layout import STYLES


class Span(NamedTuple):
    """Some text in one style; no name is plain text."""

    text: str
    style: str = ""


Line = tuple[Span, ...]


def plain(text: str) -> Line:
    """A line in no style."""
    return (Span(text),)


def printed(line: Line, *, color: bool) -> str:
    """The line with the escape sequences of a terminal, or without."""
    return "".join(
        f"\x1b[{STYLES[span.style]}m{span.text}\x1b[0m" if color and span.style and span.text else span.text
        for span in line
    )
