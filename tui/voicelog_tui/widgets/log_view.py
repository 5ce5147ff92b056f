"""The log: only the rows on the screen are ever read, whatever its size."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from voicelog_tui.document.document import Document
from voicelog_tui.document.rows import Fold, Rows
from voicelog_tui.session import say
from voicelog_tui.widgets.log_paint import kind_of, painted

Mark = Literal["decisive", "other", "harmless"]
_SYMBOLS: dict[str, str] = {"decisive": "▌", "other": "│", "harmless": "·", "chosen": "✓"}
_STEP = 8
"""Columns that one key moves to the side."""


class LogView(ScrollView, can_focus=True):
    """Lines with their numbers, decisive ones marked, dull ones folded."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "key-up", show=False),
        Binding("down,j", "move(1)", "key-down", show=False),
        Binding("pageup,b", "page(-1)", "key-page-up", show=False),
        Binding("pagedown,f", "page(1)", "key-page-down", show=False),
        Binding("home,g", "end(-1)", "key-first", show=False),
        Binding("end,G", "end(1)", "key-last", show=False),
        Binding("left", "sideways(-1)", "key-left", show=False),
        Binding("right", "sideways(1)", "key-right", show=False),
        Binding("enter", "open_or_close", "key-fold"),
        Binding("z", "fold_all", "key-fold-all", show=False),
        Binding("space", "choose", "key-choose", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"log--{name}"
        for name in (
            *("number", "text", "own", "library", "raised", "error", "warning", "quiet", "fold", "found"),
            *("decisive", "other", "harmless", "chosen", "cursor"),
        )
    }
    DEFAULT_CSS = """
    LogView {
        background: $background; color: $foreground; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0;
        & .log--number { color: $muted; }
        & .log--text { color: $foreground; }
        & .log--own { color: $foreground; text-style: bold; }
        & .log--library { color: $muted; }
        & .log--raised { color: $error; text-style: bold; }
        & .log--error { color: $error; }
        & .log--warning { color: $warning; }
        & .log--quiet { color: $muted; }
        & .log--fold { color: $muted; text-style: italic; background: $surface; }
        & .log--found { background: $accent; color: $background; text-style: bold; }
        & .log--decisive { color: $error; background: $decisive; }
        & .log--other { color: $accent; }
        & .log--harmless { color: $success; }
        & .log--chosen { color: $background; background: $success; }
        & .log--cursor { background: $cursor; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.document: Document | None = None
        self.cursor = 0
        """The line, counted from 0, on which the reader is."""
        self.moved = False
        """Whether the reader went anywhere."""
        self.chosen: set[int] = set()
        self._jumped = False
        """Whether the reader came to the line from elsewhere, and has not moved since."""
        self._rows = Rows(0)
        self._folds: list[Fold] = []
        self._open: set[Fold] = set()
        self._marks: Mapping[int, Mark] = {}
        self._words: re.Pattern[str] | None = None
        self._widest = 0
        self._number_width = 4

    def show(self, document: Document) -> None:
        """Show another log from its beginning."""
        self.document = document
        self.cursor, self.moved, self._jumped = 0, False, False
        self.chosen, self._folds, self._open, self._marks = set(), [], set(), {}
        self._words, self._widest = None, 0
        self.grew()
        self.scroll_to(0, 0, animate=False)

    def grew(self) -> None:
        """The log has more lines now."""
        if self.document is not None:
            self.document.grown()
        self._lay_out()

    def fold(self, folds: Iterable[Fold]) -> None:
        """Know what can be put away, and put away what tells nothing."""
        self._folds = sorted(folds, key=lambda fold: (fold.first, -fold.last))
        self._open = {fold for fold in self._folds if fold.kind == "traceback"}
        if self.moved:
            self._reveal_line(self.cursor)
        self._lay_out()

    def mark(self, marks: Mapping[int, Mark]) -> None:
        """Mark lines, counted from 0."""
        self._marks = marks
        self.refresh()

    def find(self, words: str) -> None:
        """Let words stand out; none where there are none."""
        self._words = re.compile(re.escape(words), re.IGNORECASE) if words else None
        self.refresh()

    def jump(self, line: int) -> None:
        """Go to a line, out of any fold that it lies in."""
        self.moved = True
        self.cursor = max(0, min(line, self._rows.total - 1))
        if self._reveal_line(self.cursor):
            self._lay_out()
        self._jumped = True
        self._show_cursor()
        self.call_after_refresh(self._show_cursor)  # where the rows are not laid out yet, nothing can be scrolled
        self.refresh()

    def _show_cursor(self) -> None:
        """After a jump the line stands in the upper third, whatever stood there before."""
        if self._jumped:
            row = self._rows.row_of(self.cursor)
            self.scroll_to(y=max(0, row - self._height // 3), animate=False, immediate=True)

    def on_resize(self) -> None:
        self._show_cursor()

    @property
    def _top(self) -> int:
        return int(self.scroll_offset.y)

    @property
    def _height(self) -> int:
        return max(1, self.scrollable_content_region.height)

    def _reveal_line(self, line: int) -> bool:
        """Open the folds in which a line lies."""
        found = {fold for fold in self._folds if fold.first <= line <= fold.last} - self._open
        self._open |= found
        return bool(found)

    def _lay_out(self) -> None:
        """Rows anew; the reader's line stays where it was on the screen."""
        if self.document is None:
            return
        before = self._rows.row_of(self.cursor) - self._top
        self._rows = Rows(self.document.count, (fold for fold in self._folds if fold not in self._open))
        self._number_width = max(4, len(str(self._rows.total)))
        self.virtual_size = Size(self._widest + self._gutter, self._rows.count)
        if self.moved:
            self.scroll_to(y=max(0, self._rows.row_of(self.cursor) - before), animate=False)
        self.refresh()

    @property
    def _gutter(self) -> int:
        return self._number_width + 3

    def render_line(self, y: int) -> Strip:
        row, width = self._top + y, self.size.width
        plain = self.rich_style
        if self.document is None or row >= self._rows.count:
            return Strip.blank(width, plain)
        found = self._rows.at(row)
        line = found if isinstance(found, int) else found.first
        body = self._folded(found) if isinstance(found, Fold) else self._line(line)
        left = int(self.scroll_offset.x)
        text = Strip(body).crop(left, left + max(0, width - self._gutter))
        strip = Strip([*self._side(line, found), *text]).extend_cell_length(width)
        if self.has_focus and self._rows.row_of(self.cursor) == row:
            strip = strip.apply_style(self._style("cursor"))
        elif self._marks.get(line) == "decisive" and isinstance(found, int):
            strip = strip.apply_style(Style(bgcolor=self._style("decisive").bgcolor))
        return strip.apply_style(plain)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"log--{name}", partial=True)

    def _side(self, line: int, found: int | Fold) -> Iterable[Segment]:
        """The number of a line and its mark."""
        opened = any(fold.first == line for fold in self._open) and isinstance(found, int)
        arrow = "▸" if isinstance(found, Fold) else "▾" if opened else " "
        mark: str = "chosen" if line in self.chosen else self._marks.get(line, "")
        number = f"{line + 1:>{self._number_width}}" if isinstance(found, int) else " " * self._number_width
        yield Segment(number, self._style("number"))
        yield Segment(arrow, self._style("number"))
        yield Segment(_SYMBOLS.get(mark, " ") + " ", self._style(mark) if mark else None)

    def _line(self, line: int) -> Iterable[Segment]:
        if self.document is None:
            return ()
        text = self.document.line(line)
        if (needed := cell_len(text)) > self._widest:
            self._widest = needed
            self.call_later(self._widen)
        return painted(text, self._style(kind_of(self.document, line)), self._words, self._style("found"))

    def _widen(self) -> None:
        self.virtual_size = Size(self._widest + self._gutter, self._rows.count)

    def _folded(self, fold: Fold) -> Iterable[Segment]:
        text = say(self, f"fold-{fold.kind}", count=f"{fold.length:,}", label=fold.label)
        return [Segment(text, self._style("fold"))]

    def action_move(self, by: int) -> None:
        self._go_to_row(self._rows.row_of(self.cursor) + by)

    def action_page(self, by: int) -> None:
        self._go_to_row(self._rows.row_of(self.cursor) + by * (self._height - 1))

    def action_end(self, which: int) -> None:
        self._go_to_row(0 if which < 0 else self._rows.count - 1)

    def action_sideways(self, by: int) -> None:
        self.scroll_to(x=self.scroll_offset.x + by * _STEP, animate=False)

    def _go_to_row(self, row: int) -> None:
        self.moved, self._jumped = True, False
        row = max(0, min(row, self._rows.count - 1))
        self.cursor = self._rows.line_at(row)
        if row < self._top:
            self.scroll_to(y=row, animate=False)
        elif row >= self._top + self._height:
            self.scroll_to(y=row - self._height + 1, animate=False)
        self.refresh()

    def action_open_or_close(self) -> None:
        """Open the fold under the cursor, or close one that begins there."""
        found = self._rows.at(self._rows.row_of(self.cursor))
        if isinstance(found, Fold):
            self._open.add(found)
        elif closing := next((fold for fold in self._folds if fold.first == found and fold in self._open), None):
            self._open.discard(closing)
        else:
            return
        self.moved = True
        self._lay_out()

    def action_fold_all(self) -> None:
        """Open everything, or put away again what tells nothing."""
        closed = [fold for fold in self._folds if fold not in self._open]
        self._open = set(self._folds) if closed else {fold for fold in self._folds if fold.kind == "traceback"}
        self._lay_out()

    def action_choose(self) -> None:
        """Choose the line, or choose it no longer, and go on to the next one."""
        self.chosen ^= {self.cursor}
        self.action_move(1)

    def on_click(self, event: events.Click) -> None:
        row = self._top + event.y
        if row >= self._rows.count:
            return
        again = self._rows.row_of(self.cursor) == row
        self._go_to_row(row)
        if isinstance(self._rows.at(row), Fold) or (again and event.x <= self._gutter):
            self.action_open_or_close()
