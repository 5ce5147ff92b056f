"""The recorded runs: a list on one side, one of them on the other, or one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.worker import get_current_worker

from voicelog.errors import InputError
from voicelog.runner.outcome import compare
from voicelog.runner.plan import plans
from voicelog.runner.store import Store
from voicelog.runner.types import Run
from voicelog_tui.place import Place
from voicelog_tui.session import OpenLog, Session, frame_of
from voicelog_tui.widgets.flow import Flow, Paragraph, flow
from voicelog_tui.widgets.item import Item, ToEntry, ToRerun
from voicelog_tui.widgets.run_page import RunPage, RunView
from voicelog_tui.widgets.run_table import RunTable

_REST = 0.08
"""Seconds that the cursor has to rest on a run before it is looked up."""
_AT_ONCE = 25
"""Runs after which the list is shown though there are more to read."""


class Runs(Place):
    """The place of recorded runs."""

    PLACE = "runs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "log", "key-log"),
        Binding("r", "rerun", "key-rerun"),
        Binding("f", "failed", "key-failed"),
        Binding("f5,u", "refresh", "key-refresh", show=False),
        Binding("escape", "back", "key-back"),
    ]
    DEFAULT_CSS = """
    Runs #list { width: 100%; }
    Runs.-wide #list { width: 50%; border-right: vkey $panel; }
    Runs .-told { padding: 0 1; }
    Runs #page { display: none; }
    Runs.-wide #page, Runs.-reading #page { display: block; }
    Runs.-reading #list { display: none; }
    Runs.-wide.-reading #list { display: block; }
    """

    class Read(Message):
        """Some more records have been read, or all."""

        def __init__(self, runs: list[Run], damaged: int, done: bool) -> None:
            super().__init__()
            self.runs = runs
            self.damaged = damaged
            self.done = done

    def __init__(self) -> None:
        super().__init__()
        self._runs: list[Run] = []
        self._damaged = 0
        self._done = False
        self._failed_only = False

    def body(self) -> ComposeResult:
        with Horizontal():
            with Vertical(id="list"):
                yield flow(self._told, classes="-told")
                yield RunTable()
            yield RunPage(id="page", can_focus=True)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(RunTable).focus()

    def arrive(self) -> None:
        self._read_records()

    @work(thread=True, exclusive=True, group="records")
    def _read_records(self) -> None:
        """All records, newest first; the first screenful is shown before the rest is read."""
        worker = get_current_worker()
        store, found, damaged = Store(), [], 0
        for identifier in reversed(store.ids()):
            if worker.is_cancelled:
                return
            try:
                found.append(store.get(identifier))
            except InputError:
                damaged += 1
            if len(found) == _AT_ONCE:
                self.post_message(self.Read(list(found), damaged, False))
        self.post_message(self.Read(found, damaged, True))

    def on_runs_read(self, message: Read) -> None:
        self._runs, self._damaged, self._done = message.runs, message.damaged, message.done
        self._fill()

    def _fill(self) -> None:
        table = self.query_one(RunTable)
        table.fill([run for run in self._runs if run.failed or not self._failed_only])
        self.query_one(".-told", Flow).lay_again()
        if (run := table.current) is not None:
            self._show(run)

    def _told(self) -> Iterator[Paragraph]:
        """What the list below is, or how it comes to hold something."""
        shown = [run for run in self._runs if run.failed or not self._failed_only]
        if shown:
            name = "runs-failed-count" if self._failed_only else "runs-count"
            yield Paragraph(self.say(name, count=len(shown)), "$muted")
        elif not self._done:
            yield Paragraph(self.say("runs-reading"), "$muted")
        elif self._runs:
            yield Paragraph(self.say("runs-none-failed"), "$muted")
        else:
            yield Paragraph(self.say("runs-none"))
            yield Paragraph("voicelog run -- python infer.py", "$text-success", "  $ ", "$text-success")
        if self._damaged:
            yield Paragraph(self.say("runs-damaged", count=self._damaged), "$text-warning")

    def on_run_table_shown(self, message: RunTable.Shown) -> None:
        self._show(message.run)

    def on_run_table_chosen(self, message: RunTable.Chosen) -> None:
        self.add_class("-reading")
        self.query_one(RunPage).focus()
        self._show(message.run)

    @work(exclusive=True, group="run")
    async def _show(self, run: Run) -> None:
        await asyncio.sleep(_REST)
        view = await asyncio.to_thread(_looked_up, run, self.session)
        await self.query_one(RunPage).show(view)

    def _current(self) -> Run | None:
        return self.query_one(RunTable).current

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("log", "rerun") and self.is_mounted and not self._runs:
            return False
        return super().check_action(action, parameters)

    def action_log(self) -> None:
        """Open its output and diagnosis beside the other logs of this session."""
        if (run := self._current()) is not None:
            logs = self.session.logs
            known = next((log for log in logs if log.run is not None and log.run.id == run.id), None)
            if known is None:
                known = OpenLog(run.id, run=run)
                logs.append(known)
            frame_of(self).show_log(known)

    def action_rerun(self) -> None:
        if (run := self._current()) is not None:
            frame_of(self).rerun(run)

    def action_failed(self) -> None:
        self._failed_only = not self._failed_only
        self._fill()

    def action_refresh(self) -> None:
        self._read_records()

    def action_back(self) -> None:
        self.remove_class("-reading")
        self.query_one(RunTable).focus()

    def on_item_followed(self, message: Item.Followed) -> None:
        run = self._current()
        if isinstance(message.target, ToEntry):
            frame_of(self).show_entry(message.target.identifier)
        elif isinstance(message.target, ToRerun) and run is not None:
            frame_of(self).rerun(run, message.target.signature, message.target.fix)

    def language_changed(self) -> None:
        self._fill()
        self.query_one(RunPage).say_again()


def _looked_up(run: Run, session: Session) -> RunView:
    """What changed against the run that it repeats, and what could be done next."""
    base = session.base_for(run)
    parent = outcome = None
    if run.parent and run.state != "running":
        try:
            parent = Store().get(run.parent)
        except InputError:
            parent = None
    if parent is not None:
        outcome = run.outcome or compare(parent, run)
    found = tuple(plans(run, base, session.experience)) if run.failed and Path(run.folder).is_dir() else ()
    return RunView(run, base, parent, outcome, found)
