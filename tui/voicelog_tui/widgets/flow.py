"""Text laid out for whatever width it gets, by the rules of the engine: hanging indents, hanzi, closing marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from voicelog.render.width import chop, width, wrap


class Paragraph(NamedTuple):
    """One text with what stands before its first line and after its last; further lines hang below the text."""

    text: str
    style: str = ""
    first: str = ""
    first_style: str = "$muted"
    after: tuple[tuple[str, str], ...] = ()
    """(text, style) of the pieces behind it."""
    verbatim: bool = False
    """Whether its spaces and line ends count, as those of a log or a command do."""


def laid_out(paragraphs: Iterable[Paragraph], columns: int) -> Content:
    """The paragraphs in lines of at most `columns`."""
    return Content("\n").join(line for one in paragraphs for line in _lines(one, max(columns, 8)))


def _lines(one: Paragraph, columns: int) -> Iterator[Content]:
    indent = width(one.first)
    room = max(columns - indent, 8)
    texts = [piece for line in one.text.splitlines() or [""] for piece in _pieces(line, room, one.verbatim)]
    for at, text in enumerate(texts):
        before = (one.first, one.first_style) if at == 0 else " " * indent
        parts: list[tuple[str, str] | str] = [before, (text, one.style)]
        if at == len(texts) - 1:
            used = indent + width(text)
            for label, style in one.after:
                if used + width(label) + 1 > columns:
                    yield Content.assemble(*parts)
                    parts, used = [" " * indent], indent
                else:
                    parts.append(" ")
                    used += 1
                parts.append((label, style))
                used += width(label)
        yield Content.assemble(*parts)


def _pieces(line: str, room: int, verbatim: bool) -> list[str]:
    if verbatim:
        return chop(line, room)
    return [piece for wrapped in wrap(line, room) for piece in chop(wrapped, room)]


class Flow(Widget):
    """Shows what `lay` gives for the number of columns that there are."""

    DEFAULT_CSS = """
    Flow { width: 1fr; height: auto; }
    """

    def __init__(self, lay: Callable[[int], Content], *, classes: str = "") -> None:
        super().__init__(classes=classes)
        self._lay = lay
        self._laid: tuple[int, Content] = (0, Content(""))

    def _for(self, columns: int) -> Content:
        if self._laid[0] != columns:
            self._laid = (columns, self._lay(columns))
        return self._laid[1]

    def render(self) -> Content:
        return self._for(self.content_size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self._for(width).plain.count("\n") + 1 if width else 0

    def lay_again(self) -> None:
        """What it shows has changed, or is to be said in another language."""
        self._laid = (0, Content(""))
        self.refresh(layout=True)


def flow(paragraphs: Callable[[], Iterable[Paragraph]], *, classes: str = "") -> Flow:
    """A flow of paragraphs, asked for again whenever they are laid out."""
    return Flow(lambda columns: laid_out(paragraphs(), columns), classes=classes)
