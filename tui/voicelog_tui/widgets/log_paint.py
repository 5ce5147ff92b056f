"""One line of a log in colours: what kind of line it is, and the words that are searched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from rich.segment import Segment
from rich.style import Style

from voicelog.model import Level
from voicelog.parse.cleaning import is_progress
from voicelog.parse.prefixes import level
from voicelog_tui.document.document import Document
from voicelog_tui.document.shape import frame_path, is_library

LineKind = Literal["text", "own", "library", "raised", "error", "warning", "quiet"]
_RAISED = re.compile(r"^(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:Error|Exception|Interrupt|Exit)(?::|$)")


def kind_of(document: Document, number: int) -> LineKind:
    """What a line is, by itself and the one before it."""
    text = document.line(number)
    frame = _frame_kind(text)
    if frame is None and number and text.startswith(" "):
        frame = _frame_kind(document.line(number - 1))
    if frame is not None:
        return frame
    if _RAISED.match(text):
        return "raised"
    loud = level(text)
    if loud >= Level.ERROR:
        return "error"
    if loud == Level.WARNING:
        return "warning"
    return "quiet" if is_progress(text) else "text"


def _frame_kind(text: str) -> LineKind | None:
    if not (path := frame_path(text)):
        return None
    return "library" if is_library(path) else "own"


def painted(text: str, style: Style, words: re.Pattern[str] | None, found: Style) -> Iterator[Segment]:
    """The text, the words that are searched standing out."""
    at = 0
    for hit in words.finditer(text) if words else ():
        if hit.start() > at:
            yield Segment(text[at : hit.start()], style)
        yield Segment(text[hit.start() : hit.end()], style + found)
        at = hit.end()
    if at < len(text):
        yield Segment(text[at:], style)
