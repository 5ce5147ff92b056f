"""The line in which words to search are typed, and how many were found."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label

from voicelog_tui.session import say


class SearchBar(Horizontal):
    """Shown while something is searched; Enter goes to the next result, Escape ends it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "end", "key-end-search")]
    DEFAULT_CSS = """
    SearchBar {
        height: 1; background: $panel; display: none;
        &.-open { display: block; }
        & Label { width: auto; padding: 0 1; color: $muted; }
        & .mark { color: $accent; text-style: bold; padding: 0 0 0 1; }
        & Input { width: 1fr; border: none; height: 1; padding: 0 1; background: $panel; }
        & Input:focus { border: none; }
    }
    """

    class Changed(Message):
        """Other words are searched now; none end the search."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Onward(Message):
        """The next result is wanted."""

    class Ended(Message):
        """Nothing is searched any more."""

    def compose(self) -> ComposeResult:
        yield Label("/", classes="mark", markup=False)
        yield Input(select_on_focus=True, compact=True)
        yield Label("", id="found", markup=False)

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    def open(self) -> None:
        """Take what is typed now."""
        self.add_class("-open")
        box = self.query_one(Input)
        box.placeholder = say(self, "search-hint")
        self.screen.set_focus(box)  # at once: what is typed next is for the box

    def tell(self, text: str) -> None:
        """Say how many were found."""
        self.query_one("#found", Label).update(text)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_open:
            self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Onward())

    def action_end(self) -> None:
        """Put the line away."""
        self.remove_class("-open")
        self.query_one(Input).value = ""
        self.tell("")
        self.post_message(self.Ended())
