"""Recorded runs, one a line."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import PurePath
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import DataTable

from voicelog.render.width import cut
from voicelog.runner.outcome import cause_of
from voicelog.runner.summary import MARKS, shown
from voicelog.runner.symptoms import signal_name
from voicelog.runner.types import Run
from voicelog_tui.session import say

_STYLES = {"fixed": "green", "further": "yellow", "same": "yellow", "worse": "red"}
_COLUMNS = ("", "when", "end", "took", "cause", "command")
_LONGEST_CAUSE = 30
_LONGEST_COMMAND = 120


class RunTable(DataTable[Text]):
    """Outcome, when it was, how it ended, what the cause was, and what ran; newest first."""

    DEFAULT_CSS = """
    RunTable { height: 1fr; background: $background; overflow-x: hidden; padding: 0 1; }
    RunTable:focus { background-tint: $background 0%; }
    RunTable > .datatable--header { background: $background; color: $muted; text-style: none; }
    RunTable > .datatable--cursor, RunTable:focus > .datatable--cursor {
        background: $cursor; color: $foreground; text-style: none;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select_cursor", "key-open")]

    class Shown(Message):
        """The cursor is on a run."""

        def __init__(self, run: Run) -> None:
            super().__init__()
            self.run = run

    class Chosen(Shown):
        """A run is to be looked at."""

    def __init__(self) -> None:
        super().__init__(cursor_type="row", zebra_stripes=False, cell_padding=1)
        self._runs: dict[str, Run] = {}

    @property
    def current(self) -> Run | None:
        """The run that the cursor is on."""
        found = list(self._runs.values())
        return found[self.cursor_row] if 0 <= self.cursor_row < len(found) else None

    def fill(self, runs: Sequence[Run], *, keep: bool = True) -> None:
        """Show these runs; with `keep` the cursor stays on its run."""
        before = self.current
        self._runs = {run.id: run for run in runs}
        with self.prevent(DataTable.RowHighlighted):
            self.clear(columns=True)
            for name in _COLUMNS:
                self.add_column(Text(say(self, f"column-{name}") if name else " "), key=name)
            for run in runs:
                self.add_row(*self._cells(run), key=run.id)
            if keep and before is not None and before.id in self._runs:
                self.move_cursor(row=self.get_row_index(before.id))

    def _cells(self, run: Run) -> list[Text]:
        started = time.strftime("%m-%d %H:%M", time.localtime(run.started))
        took = f"{run.seconds:.1f} s" if run.seconds < 100 else f"{run.seconds:.0f} s"
        cause = cause_of(run) if run.failed and run.report and run.report.diagnoses else ""
        command = shown([PurePath(word).name or word for word in run.argv])
        return [
            self._mark(run),
            Text(started),
            self._end(run),
            Text(took, justify="right"),
            Text(cut(cause, _LONGEST_CAUSE)),
            Text(cut(command, _LONGEST_COMMAND)),
        ]

    def _mark(self, run: Run) -> Text:
        if run.outcome:
            return Text(MARKS[run.outcome.verdict], style=_STYLES[run.outcome.verdict])
        if run.state == "running":
            return Text("…")
        return Text("✗", style="red") if run.failed else Text("✓", style="green")

    def _end(self, run: Run) -> Text:
        if run.exit is None:
            return Text(say(self, "run-gone" if run.state == "lost" else "run-alive"))
        if run.exit.signal:
            return Text(signal_name(run.exit.signal))
        return Text(str(run.exit.code))

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        if run := self._runs.get(str(event.row_key.value)):
            self.post_message(self.Shown(run))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        if run := self._runs.get(str(event.row_key.value)):
            self.post_message(self.Chosen(run))
