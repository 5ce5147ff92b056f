"""Which interpreter and project are to be examined."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Switch

from voicelog_tui.session import say
from voicelog_tui.widgets.footer import KeyLine


class Examined(NamedTuple):
    """What `voicelog doctor` is told by --python, --project and --network."""

    python: str = ""
    project: str = ""
    online: bool = False


class ExaminedDialog(ModalScreen[Examined | None]):
    """Asks for what is to be examined; None where nothing was changed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "key-close")]
    DEFAULT_CSS = """
    ExaminedDialog { align: center middle; background: $background 60%; }
    ExaminedDialog > Vertical {
        width: 76; max-width: 100%; height: auto; max-height: 100%;
        border: round $primary; background: $background; padding: 0 2;
    }
    ExaminedDialog Label { width: 1fr; height: auto; margin-top: 1; }
    ExaminedDialog Horizontal { height: auto; margin-top: 1; }
    ExaminedDialog Horizontal Label { margin: 0 0 0 1; }
    ExaminedDialog Input { background: $surface; }
    ExaminedDialog Input:focus { background: $cursor; }
    ExaminedDialog Switch { border: none; height: 1; padding: 0; background: $surface; }
    """

    def __init__(self, chosen: Examined) -> None:
        super().__init__()
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = say(self, "doctor-where")
            yield Label(Content(say(self, "doctor-python")), markup=False)
            yield Input(self._chosen.python, id="python", compact=True)
            yield Label(Content(say(self, "doctor-project")), markup=False)
            yield Input(self._chosen.project, id="project", compact=True)
            with Horizontal():
                yield Switch(self._chosen.online, animate=False)
                yield Label(Content(say(self, "doctor-online")), markup=False)
            with Horizontal():
                yield Button(Content(say(self, "doctor-examine")), id="examine", variant="primary", compact=True)
        yield KeyLine()

    @on(Input.Submitted)
    @on(Button.Pressed, "#examine")
    def _examine(self) -> None:
        python, project = (self.query_one(f"#{name}", Input).value.strip() for name in ("python", "project"))
        self.dismiss(Examined(python, project, self.query_one(Switch).value))
