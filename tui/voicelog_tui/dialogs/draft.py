"""A signature drafted from the log that is open: shown, then written to a file that the user names."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from voicelog.draft.entry import Draft
from voicelog.language import redacted_words
from voicelog_tui.session import say, session_of
from voicelog_tui.widgets.page import Layout, Page


class DraftDialog(ModalScreen[Path | None]):
    """What the file will hold, and where it goes; gives the file that was written."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "key-close")]
    DEFAULT_CSS = """
    DraftDialog { align: center middle; background: $background 60%; }
    DraftDialog > Vertical { width: 110; max-width: 98%; height: 94%; border: round $primary; background: $surface; }
    DraftDialog Page { height: 1fr; }
    DraftDialog Label { padding: 0 1; width: 100%; color: $muted; }
    DraftDialog #error { color: $error; display: none; }
    DraftDialog #error.-shown { display: block; }
    DraftDialog Input { border: tall $primary; }
    """

    def __init__(self, draft: Draft, about: str) -> None:
        super().__init__()
        self._draft = draft
        self._about = about

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = say(self, "draft-title")
            yield Label(f"{self._draft.id} · {self._about}", markup=False)
            yield Page(self._text)
            yield Label(say(self, "draft-file"), markup=False)
            yield Input(f"{self._draft.id.rpartition('.')[2]}.yaml")
            yield Label("", id="error", markup=False)
            yield Label(say(self, "draft-hint"), markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def _text(self, layout: Layout) -> None:
        if self._draft.nearest:
            near = ", ".join(f"{one.id} ({one.score:.2f})" for one in self._draft.nearest)
            layout.text(say(self, "draft-near", ids=near), "muted")
        if self._draft.counts:
            layout.text(redacted_words(self._draft.counts, session_of(self).language), "muted")
        layout.blank()
        for line in self._draft.text.splitlines():
            style = "warning" if "TODO" in line else "muted" if line.lstrip().startswith("#") else "text"
            layout.row((line, style))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        path = Path(event.value.strip()).expanduser()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(self._draft.text)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            label = self.query_one("#error", Label)
            label.update(say(self, "draft-failed", path=str(path), reason=reason))
            label.add_class("-shown")
            return
        self.dismiss(path)
