"""The answer on one side, the log on the other."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.worker import get_current_worker

from voicelog.errors import VoicelogError
from voicelog_tui.logs import OpenLog
from voicelog_tui.place import Place
from voicelog_tui.reading import News, Reading
from voicelog_tui.screens.diagnose_actions import DiagnoseActions
from voicelog_tui.screens.log_search import LogSearch
from voicelog_tui.widgets.header import TabLine
from voicelog_tui.widgets.log_title import LogTitle
from voicelog_tui.widgets.log_view import LogView, Mark
from voicelog_tui.widgets.page import Layout, Page, Target
from voicelog_tui.widgets.search_bar import SearchBar


class LogNews(Message):
    """A worker tells something of a log."""

    def __init__(self, log: OpenLog, news: News, percent: int) -> None:
        super().__init__()
        self.log = log
        self.news = news
        self.percent = percent


class Diagnose(DiagnoseActions, LogSearch, Place):
    """The place of the logs of this session, one at a time."""

    PLACE = "diagnose"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy_command", "key-copy"),
        Binding("n", "match(1)", "key-next-match"),
        Binding("p", "match(-1)", "key-previous-match", show=False),
        Binding("n", "evidence(1)", "key-next-evidence"),
        Binding("p", "evidence(-1)", "key-previous-evidence", show=False),
        Binding("slash", "search", "key-search"),
        Binding("e", "why", "key-why"),
        Binding("m", "copy_report", "key-report"),
        Binding("tab", "other_pane", "key-other-pane", show=False),
        Binding("a", "next_cause", "key-next-cause", show=False),
        Binding("i", "entry", "key-entry", show=False),
        Binding("r", "rerun", "key-rerun", show=False),
        Binding("s", "draft", "key-draft"),
        Binding("right_square_bracket", "log(1)", "key-next-log", show=False),
        Binding("left_square_bracket", "log(-1)", "key-previous-log", show=False),
        Binding("escape", "end_search", "key-end-search", show=False),
        Binding("escape", "stop", "key-stop"),
    ]
    DEFAULT_CSS = """
    Diagnose #panes { layout: horizontal; }
    Diagnose #answer { width: 44%; height: 100%; }
    Diagnose #log-pane { width: 1fr; height: 100%; }
    Diagnose LogView { height: 1fr; }
    Diagnose.-narrow #panes { layout: vertical; }
    Diagnose.-narrow #answer { width: 100%; height: 3fr; }
    Diagnose.-narrow #log-pane { width: 100%; height: 2fr; }
    Diagnose.-narrow #log-pane:focus-within { height: 5fr; }
    """

    def body(self) -> ComposeResult:
        with Container(id="panes"):
            yield Page(id="answer")
            with Vertical(id="log-pane"):
                yield LogTitle()
                yield LogView(id="log")
                yield SearchBar()

    def on_mount(self) -> None:
        self._percent = 0
        self._news: News = "grew"
        self._shown = None
        self.evidence = []
        self.page.focus()

    def arrive(self) -> None:
        """Show the log that the session is at, and the line that it wants."""
        log = self.session.current
        if log is None:
            return
        if log is not self._shown:
            self._show(log)
        if self.session.wanted_line:
            self.view.jump(self.session.wanted_line - 1)
            self.session.wanted_line = 0

    @property
    def page(self) -> Page:
        return self.query_one("#answer", Page)

    @property
    def view(self) -> LogView:
        return self.query_one("#log", LogView)

    def _show(self, log: OpenLog) -> None:
        """Show a log from its beginning, at once; read it on once that is painted."""
        self._shown, self.selected, self.answer = log, 0, None
        self.end_search()
        try:
            self.view.show(log.open())
        except VoicelogError as error:
            log.state, log.error = "failed", str(error)
        self.query_one(TabLine).refresh()
        self.tell()
        if log.state in ("explained", "failed"):
            self._apply()
        else:
            self.call_after_refresh(self.action_start)

    def action_start(self) -> None:
        """Read the log and look for the cause, in a worker."""
        if self._shown is not None:
            work = partial(self._work, self._shown)
            self.run_worker(work, name="reading", group="log", thread=True, exclusive=True)

    def _work(self, log: OpenLog) -> None:
        worker = get_current_worker()

        def tell(log: OpenLog, news: News, percent: int) -> None:
            self.post_message(LogNews(log, news, percent))

        Reading(log, lambda: self.session.base, tell, lambda: worker.is_cancelled).run()
        if log.state == "explained" and log.members is not None:
            for opened in log.members:
                member = OpenLog(log.sibling(opened.name), opened=opened)
                self.session.logs.append(member)
                Reading(member, lambda: self.session.base, tell, lambda: worker.is_cancelled).run()

    def on_log_news(self, event: LogNews) -> None:
        self.query_one(TabLine).refresh()
        if event.log is not self._shown:
            return
        self._percent = event.percent
        self._news = event.news
        if event.news in ("grew", "done"):
            self.view.grew()
        if event.news in ("failure", "done"):
            self._apply()
        self.tell()

    def _apply(self) -> None:
        """Show the answer that there is now."""
        log = self._shown
        if log is None:
            return
        if log.report is not None:
            self.selected = 0
            self.view.fold(log.folds)
            self.answer_again()
            if not self.view.moved:
                self.walk_to_evidence()
                self.view.moved = False
        else:
            self.page.show(self._not_yet)
        self.refresh_bindings()

    def answer_again(self) -> None:
        """Word the answer for the cause that is selected, in the language that is chosen."""
        log = self._shown
        if log is None or log.report is None:
            return
        from voicelog_tui.widgets.answer import AnswerText, Asked

        session = self.session
        asked = Asked(
            log.report,
            session.base,
            session.language,
            session.experience,
            session.settings.site,
            earlier=log.reports[:-1],
            can_rerun=log.run is not None,
        )
        self.answer = AnswerText(asked, self.selected)
        self.page.show(self.answer)
        self._mark()
        self.tell()

    def _mark(self) -> None:
        """Mark the lines that the answer names, those of the selected cause most."""
        report = self._shown.report if self._shown else None
        if report is None:
            return
        marks: dict[int, Mark] = {one.line - 1: "harmless" for one in report.benign}
        marks |= {one.line - 1: "other" for one in report.consequences}
        for at, diagnosis in enumerate(report.diagnoses):
            marks |= {one.line - 1: "other" for one in diagnosis.evidence if at != self.selected}
        if report.diagnoses:
            marks |= {one.line - 1: "decisive" for one in report.diagnoses[self.selected].evidence}
        if report.failure:
            marks[report.failure.line - 1] = "decisive"
        self.view.mark(marks)
        walked = [line for line, mark in marks.items() if mark != "harmless"] or list(marks)
        self.evidence = sorted(walked)

    def tell(self) -> None:
        """What stands above the log, and the answer while there is none."""
        log = self._shown
        if log is None:
            return
        self.query_one(LogTitle).tell(log, self.view.cursor, self.evidence, self._percent)
        if log.report is None:
            self.page.show(self._not_yet, keep=True)

    def _not_yet(self, layout: Layout) -> None:
        """What the page says while there is no answer."""
        log = self._shown
        if log is None:
            return
        if log.state == "failed":
            layout.text(self.say("failed", reason=log.error), "bad", 2, "! ")
        elif log.state == "stopped":
            layout.text(self.say("stopped"), "warning", 2, "? ")
            layout.row((f"▸ {self.say('stopped-again')}", "link"), target=Target("action", "start"))
        elif log.pipe is not None and not log.pipe.ended:
            layout.text(self.say("reading-pipe", count=f"{log.open().count:,}"), "muted")
        else:
            name = "opening-base" if self._news == "base" and not self.session.is_ready else "reading"
            layout.text(self.say(name, percent=self._percent), "muted")
            layout.text(self.say("reading-cancel"), "muted")

    def language_changed(self) -> None:
        self.view.refresh()
        if self._shown is not None and self._shown.report is not None:
            self.answer_again()
        else:
            self.page.again()
        self.tell()
