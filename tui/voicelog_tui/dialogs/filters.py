"""Which entries of the knowledge base are wanted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Label, Select

from voicelog.catalog.listing import Choice, Stats
from voicelog.language import word
from voicelog_tui.session import say, session_of
from voicelog_tui.widgets.footer import KeyLine


class Filters(ModalScreen[Choice | None]):
    """Status, category and tag, each with how many entries have it; None where nothing was changed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "key-close")]
    DEFAULT_CSS = """
    Filters { align: center middle; background: $background 60%; }
    Filters > Vertical {
        width: 60; max-width: 100%; height: auto; max-height: 100%;
        border: round $primary; background: $background; padding: 0 2;
    }
    Filters Select { width: 1fr; }
    Filters .option-list--option-highlighted, Filters SelectOverlay:focus > .option-list--option-highlighted {
        background: $cursor; color: $foreground;
    }
    Filters Horizontal { height: auto; }
    Filters Horizontal Label { width: 12; height: 1; }
    Filters Button { margin: 1 2 0 0; }
    """

    def __init__(self, chosen: Choice, stats: Stats) -> None:
        super().__init__()
        self._chosen = chosen
        self._stats = stats

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = say(self, "filter-title")
            language = session_of(self).language
            statuses = [(f"{say(self, f'status-{one}')} ({count})", one) for one, count in self._stats.statuses.items()]
            categories = [
                (f"{word(f'category-{one}', language)} ({count})", one) for one, count in self._stats.categories.items()
            ]
            tags = [(f"{one} ({count})", one) for one, count in self._stats.tags.items()]
            yield from self._row("status", statuses, self._chosen.status)
            yield from self._row("category", categories, self._chosen.category)
            yield from self._row("tag", tags, self._chosen.tag)
            with Horizontal():
                yield Button(Content(say(self, "filter-apply")), id="apply", variant="primary", compact=True)
                yield Button(Content(say(self, "filter-clear")), id="clear", compact=True)
        yield KeyLine()

    def _row(self, name: str, options: Iterable[tuple[str, str]], value: str) -> ComposeResult:
        labelled = [(Content(label), one) for label, one in options]
        known = {one for _, one in labelled}
        with Horizontal():
            yield Label(Content(say(self, f"filter-{name}")), markup=False)
            yield Select(
                labelled,
                prompt=say(self, "filter-any"),
                value=value if value in known else Select.NULL,
                id=name,
                compact=True,
            )

    def _value(self, name: str) -> str:
        found = self.query_one(f"#{name}", Select).value
        return found if isinstance(found, str) else ""

    @on(Button.Pressed, "#apply")
    def _apply(self) -> None:
        self.dismiss(Choice("", self._value("category"), self._value("status"), self._value("tag")))

    @on(Button.Pressed, "#clear")
    def _clear(self) -> None:
        self.dismiss(Choice())
