"""Part of a page that can be gone to with Tab: it has a text to copy, or leads somewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from voicelog_tui.session import OpenLog
from voicelog_tui.widgets.flow import Flow, Paragraph, laid_out


class ToEntry(NamedTuple):
    """Leads to an entry of the knowledge base."""

    identifier: str


class ToLine(NamedTuple):
    """Leads to a line of a log of this session, counted from 1."""

    log: OpenLog
    line: int


class ToRerun(NamedTuple):
    """Leads to the question whether to run it again with a fix."""

    signature: str
    fix: str


Target = ToEntry | ToLine | ToRerun


class Item(Flow, can_focus=True):
    """Paragraphs that take the focus; Enter or a click follows them."""

    DEFAULT_CSS = """
    Item { border-left: blank; padding: 0 1 0 0; }
    Item:focus { border-left: outer $primary; background: $boost; }
    Item.-leads:hover { background: $boost; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "follow", "key-follow", show=False)]

    class Followed(Message):
        """Somebody wants to go where an item leads."""

        def __init__(self, target: Target) -> None:
            super().__init__()
            self.target = target

    def __init__(
        self,
        paragraphs: Callable[[], Iterable[Paragraph]],
        *,
        copies: str = "",
        target: Target | None = None,
        classes: str = "",
    ) -> None:
        leads = " -leads" if target is not None else ""
        super().__init__(lambda columns: laid_out(paragraphs(), columns), classes=f"{classes}{leads}")
        self.copies = copies
        self.target = target

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.target is not None if action == "follow" else super().check_action(action, parameters)

    def action_follow(self) -> None:
        if self.target is not None:
            self.post_message(self.Followed(self.target))

    def on_click(self, event: events.Click) -> None:
        self.action_follow()
