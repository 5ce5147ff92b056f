"""Every key that works where the help was asked for."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from voicelog.render.width import width
from voicelog_tui.keys import Key
from voicelog_tui.session import say


class Help(ModalScreen[None]):
    """The keys of a place, then those that work everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,q", "dismiss(None)", "key-close")]
    DEFAULT_CSS = """
    Help { align: center middle; background: $background 60%; }
    Help > VerticalScroll {
        width: 64; max-width: 100%; height: auto; max-height: 90%;
        border: round $primary; background: $surface; padding: 0 2;
    }
    Help Static { width: 100%; height: auto; }
    """

    def __init__(self, keys: list[Key]) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = say(self, "help-title")
            yield Static(self._text(), markup=False)

    def _text(self) -> Content:
        column = max((width(key.shown) for key in self._keys), default=0) + 2
        parts: list[Content] = []
        for title, everywhere in (("help-here", False), ("help-everywhere", True)):
            keys = [key for key in self._keys if key.everywhere is everywhere]
            if not keys:
                continue
            parts.append(Content.styled(say(self, title), "bold $text-primary"))
            for key in keys:
                space = " " * (column - width(key.shown))
                parts.append(Content.assemble("  ", (key.shown, "bold $text-accent"), f"{space}{key.label}"))
            parts.append(Content(""))
        parts.append(Content.styled(say(self, "help-mouse"), "$text-muted"))
        return Content("\n").join(parts)
