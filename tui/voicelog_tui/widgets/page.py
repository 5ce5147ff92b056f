"""Text laid out in rows, of which some can be chosen: answers, entries, explanations.

What is on the page is built for one width and one language by a function, and again when either changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from voicelog.render.width import chop, fold, width, wrap

if TYPE_CHECKING:
    from voicelog.render.spans import Line

STYLES = (
    *("text", "title", "strong", "muted", "bad", "good", "warning", "command", "evidence", "link", "heading"),
    *("badge-advice", "badge-check", "badge-start", "badge-command", "badge-edit"),
)

_OF_ENGINE = {
    "": "text",
    "bold": "strong",
    "red": "bad",
    "green": "command",
    "yellow": "warning",
    "cyan": "link",
    "dim": "muted",
}


class Target(NamedTuple):
    """Something on a page that can be chosen."""

    kind: str
    value: str = ""


class Row(NamedTuple):
    """One row: pieces of text, each with the name of its style."""

    parts: tuple[tuple[str, str], ...]
    target: Target | None = None


class Layout:
    """Collects rows of at most so many columns."""

    def __init__(self, columns: int) -> None:
        self.columns = max(20, columns)
        self.rows: list[Row] = []

    def row(self, *parts: tuple[str, str], target: Target | None = None) -> None:
        """One row as it is; what is too long for the page is cut off."""
        self.rows.append(Row(parts, target))

    def blank(self) -> None:
        """An empty row, but no two of them."""
        if self.rows and self.rows[-1].parts:
            self.rows.append(Row(()))

    def text(
        self, text: str, style: str = "text", indent: int = 0, first: str = "", target: Target | None = None
    ) -> None:
        """A paragraph, broken between words; `first` stands before its first line, within the indent."""
        for at, line in enumerate(wrap(text, self.columns - indent)):
            before = f"{first:<{indent - width(first) + len(first)}}" if at == 0 and first else " " * indent
            self.row((before, style), (line, style), target=target)

    def literal(self, text: str, style: str, indent: int = 0, first: str = "", target: Target | None = None) -> None:
        """A command or a quoted line: broken anywhere, nothing left out."""
        for at, line in enumerate(fold(text, self.columns - indent)):
            before = f"{first:>{indent}}" if at == 0 and first else " " * indent
            self.row((before, "muted"), (line, style), target=target)

    def verbatim(self, text: str, style: str, indent: int = 0) -> None:
        """Quoted lines with all their spaces, broken only where they are too long."""
        for line in text.splitlines():
            for piece in chop(line.expandtabs(4), self.columns - indent):
                self.row((" " * indent, style), (piece, style))

    def lines(self, lines: Iterable[Line]) -> None:
        """Lines of the engine, whose styles have names of their own; what is too long goes on below."""
        for line in lines:
            parts: list[tuple[str, str]] = []
            room = self.columns
            for span in line:
                text, style = span.text, _OF_ENGINE[span.style]
                while text:
                    head = chop(text, room)[0]
                    parts.append((head, style))
                    text, room = text[len(head) :], room - width(head)
                    if text:
                        self.row(*parts)
                        parts, room = [], self.columns
            self.row(*parts)

    def heading(self, text: str, note: str = "") -> None:
        """The title of a part, after an empty row."""
        self.blank()
        self.row((text, "heading"), (f"  {note}" if note else "", "muted"))


Build = Callable[[Layout], None]


class Page(ScrollView, can_focus=True):
    """A page of text; up and down walk over what can be chosen, Enter or a click chooses."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "walk(-1)", "key-up", show=False),
        Binding("down,j", "walk(1)", "key-down", show=False),
        Binding("pageup,b", "page(-1)", "key-page-up", show=False),
        Binding("pagedown,f", "page(1)", "key-page-down", show=False),
        Binding("home,g", "end(-1)", "key-first", show=False),
        Binding("end,G", "end(1)", "key-last", show=False),
        Binding("enter", "choose", "key-choose-here", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"page--{name}" for name in (*STYLES, "cursor")}
    DEFAULT_CSS = """
    Page {
        background: $surface; color: $foreground; padding: 0 1; overflow-x: hidden;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        & .page--text { color: $foreground; }
        & .page--title { color: $error; text-style: bold; }
        & .page--heading { color: $primary; text-style: bold; }
        & .page--strong { color: $foreground; text-style: bold; }
        & .page--muted { color: $muted; }
        & .page--bad { color: $error; }
        & .page--good { color: $success; text-style: bold; }
        & .page--warning { color: $warning; }
        & .page--command { color: $success; }
        & .page--evidence { color: $warning; }
        & .page--link { color: $primary; text-style: underline; }
        & .page--badge-advice { background: $panel; color: $foreground; }
        & .page--badge-check { background: $success; color: $background; }
        & .page--badge-start { background: $success; color: $background; }
        & .page--badge-command { background: $warning; color: $background; }
        & .page--badge-edit { background: $error; color: $background; }
        & .page--cursor { background: $cursor; }
    }
    """

    class Chosen(Message):
        """Somebody chose what stands on a row."""

        def __init__(self, page: Page, target: Target) -> None:
            super().__init__()
            self.page = page
            self.target = target

        @property
        def control(self) -> Page:
            return self.page

    def __init__(self, build: Build | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._build = build
        self._rows: list[Row] = []
        self._cursor = -1
        """The row that is chosen; -1 where none is."""

    @property
    def target(self) -> Target | None:
        """What stands under the cursor."""
        return self._rows[self._cursor].target if 0 <= self._cursor < len(self._rows) else None

    def show(self, build: Build, *, keep: bool = False) -> None:
        """Show something else, from its beginning or, with `keep`, from where the reader is."""
        self._build = build
        if not keep:
            self._cursor = -1
        self._lay_out()
        if not keep:
            self.scroll_to(0, 0, animate=False)

    def again(self) -> None:
        """Build the page again: its words have changed."""
        self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        if self._build is None or not self.size.width:
            return
        layout = Layout(self.scrollable_content_region.width)
        self._build(layout)
        self._rows = layout.rows
        self._cursor = min(self._cursor, len(self._rows) - 1)
        self.virtual_size = Size(layout.columns, len(self._rows))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        at = int(self.scroll_offset.y) + y
        room = self.scrollable_content_region.width
        if at >= len(self._rows):
            return Strip.blank(room, self.rich_style)
        row = self._rows[at]
        strip = Strip([Segment(text, self._style(style)) for text, style in row.parts if text])
        strip = strip.crop(0, room).extend_cell_length(room)
        if self.has_focus and row.target is not None and row.target == self.target:
            strip = strip.apply_style(self.get_component_rich_style("page--cursor", partial=True))
        return strip.apply_style(self.rich_style)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"page--{name}", partial=True)

    @property
    def _stops(self) -> list[int]:
        """The first row of each thing that can be chosen."""
        return [
            at
            for at, row in enumerate(self._rows)
            if row.target is not None and (at == 0 or self._rows[at - 1].target != row.target)
        ]

    def action_walk(self, by: int) -> None:
        """To the next thing that can be chosen, or one row on where none is near."""
        top, height = int(self.scroll_offset.y), max(1, self.scrollable_content_region.height)
        start = self._cursor if top <= self._cursor < top + height else (top - 1 if by > 0 else top + height)
        ahead = [at for at in self._stops if (at > start if by > 0 else at < start)]
        following = (min(ahead) if by > 0 else max(ahead)) if ahead else None
        if following is not None and top - 1 <= following <= top + height:
            self._cursor = following
            self._reveal(following)
        else:
            self.scroll_to(y=top + by, animate=False)
        self.refresh()

    def _reveal(self, at: int) -> None:
        """Scroll until the whole of what can be chosen at a row is on the screen."""
        last = at
        while last + 1 < len(self._rows) and self._rows[last + 1].target == self._rows[at].target:
            last += 1
        top, height = int(self.scroll_offset.y), max(1, self.scrollable_content_region.height)
        if at < top:
            self.scroll_to(y=at, animate=False)
        elif last >= top + height:
            self.scroll_to(y=min(at, last - height + 1), animate=False)

    def choose_target(self, target: Target) -> None:
        """Put the cursor on something."""
        found = [at for at in self._stops if self._rows[at].target == target]
        if found:
            self._cursor = found[0]
            self._reveal(found[0])
            self.refresh()

    def action_page(self, by: int) -> None:
        self.scroll_to(y=self.scroll_offset.y + by * (self.size.height - 1), animate=False)

    def action_end(self, which: int) -> None:
        self.scroll_to(y=0 if which < 0 else len(self._rows), animate=False)

    def action_choose(self) -> None:
        if self.target is not None:
            self.post_message(self.Chosen(self, self.target))

    def on_click(self, event: events.Click) -> None:
        at = int(self.scroll_offset.y) + event.y
        if 0 <= at < len(self._rows) and self._rows[at].target is not None:
            self._cursor = at
            self.refresh()
            self.action_choose()
