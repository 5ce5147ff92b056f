"""The log on one side, the answer on the other."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from voicelog_tui.place import Place


class Diagnose(Place):
    """The place of one log."""

    PLACE = "diagnose"

    def body(self) -> ComposeResult:
        yield Static(self.session.current.name if self.session.current else "", markup=False)
