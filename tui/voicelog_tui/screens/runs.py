"""The recorded runs: a list on one side, one of them on the other, or one after the other."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from voicelog.errors import InputError
from voicelog.runner.curves import curves_of
from voicelog.runner.outcome import compare
from voicelog.runner.plan import plans
from voicelog.runner.store import Store
from voicelog.runner.types import Run
from voicelog_tui.logs import OpenLog
from voicelog_tui.place import Place
from voicelog_tui.session import Session, frame_of
from voicelog_tui.widgets.curves import Curves
from voicelog_tui.widgets.page import Page
from voicelog_tui.widgets.run_table import RunTable
from voicelog_tui.widgets.run_text import RunPageText, RunView

_REST = 0.08
"""Seconds that the cursor has to rest on a run before it is looked up."""
_AT_ONCE = 25
"""Runs after which the list is shown though there are more to read."""


class Runs(Place):
    """The place of recorded runs."""

    PLACE = "runs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "log", "key-log"),
        Binding("r", "rerun", "key-run-again"),
        Binding("v", "failed", "key-failed"),
        Binding("f5,u", "refresh", "key-refresh", show=False),
        Binding("escape", "back", "key-back"),
    ]
    DEFAULT_CSS = """
    Runs #list { width: 100%; }
    Runs.-wide #list { width: 50%; border-right: vkey $panel; }
    Runs #told { padding: 0 1; height: auto; }
    Runs #side { display: none; width: 1fr; }
    Runs #page { height: 1fr; }
    Runs.-wide #side, Runs.-reading #side { display: block; }
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
        self._shown: Run | None = None

    def body(self) -> ComposeResult:
        with Horizontal():
            with Vertical(id="list"):
                yield Static(id="told", markup=False)
                yield RunTable()
            with Vertical(id="side"):
                yield Page(id="page")
                yield Curves()

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
        self._runs = sorted(message.runs, key=lambda run: -run.started)  # ids do not tell two of one second apart
        self._damaged, self._done = message.damaged, message.done
        self._fill()

    def _fill(self) -> None:
        table = self.query_one(RunTable)
        table.fill([run for run in self._runs if run.failed or not self._failed_only])
        self._tell()
        if (run := table.current) is not None:
            self._show(run)

    def _tell(self) -> None:
        """Say what the list below is, or how it comes to hold something."""
        shown = sum(run.failed or not self._failed_only for run in self._runs)
        if shown:
            told = self.say("runs-failed-count" if self._failed_only else "runs-count", count=shown)
        elif not self._done:
            told = self.say("runs-reading")
        else:
            told = self.say("runs-none-failed" if self._runs else "runs-none")
        parts = [Content.styled(told, "$muted")]
        if self._done and not self._runs:
            parts.append(Content.styled("  $ voicelog run -- python infer.py", "$success"))
        if self._damaged:
            parts.append(Content.styled(self.say("runs-damaged", count=self._damaged), "$warning"))
        self.query_one("#told", Static).update(Content("\n").join(parts))

    def on_run_table_shown(self, message: RunTable.Shown) -> None:
        self._show(message.run)

    def on_run_table_chosen(self, message: RunTable.Chosen) -> None:
        self.add_class("-reading")
        self.query_one(Page).focus()
        self._show(message.run)

    @work(exclusive=True, group="run")
    async def _show(self, run: Run) -> None:
        await asyncio.sleep(_REST)
        view = await asyncio.to_thread(_looked_up, run, self.session)
        if not self.query(Page):
            return  # the interface was left meanwhile
        again = self._shown is not None and self._shown.id == run.id
        self._shown = view.run
        self.query_one(Page).show(RunPageText(view, self.session), keep=again)
        await self.query_one(Curves).show(view.curves)

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

    def on_page_chosen(self, event: Page.Chosen) -> None:
        kind, value = event.target
        if kind == "entry":
            frame_of(self).show_entry(value)
        elif kind == "fix" and self._shown is not None:
            signature, _, fix = value.rpartition(":")
            frame_of(self).rerun(self._shown, signature, fix)

    def language_changed(self) -> None:
        self._fill()
        self.query_one(Page).again()
        self.query_one(Curves).say_again()


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
    return RunView(run, base, parent, outcome, found, tuple(curves_of(run)))
