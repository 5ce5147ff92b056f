"""What the keys of the place of a log do."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from voicelog.errors import VoicelogError
from voicelog.ingest.decode import decode
from voicelog.language import redacted_words
from voicelog.model import Report, Source
from voicelog_tui.logs import OpenLog
from voicelog_tui.place import Place
from voicelog_tui.session import frame_of
from voicelog_tui.widgets.log_view import LogView
from voicelog_tui.widgets.page import Page, Target
from voicelog_tui.widgets.search_bar import SearchBar

if TYPE_CHECKING:
    from voicelog.draft.entry import Draft
    from voicelog_tui.widgets.answer import AnswerText

_MOST_TEXT = 2**20
"""Bytes of a log that are read for the names in it, and drafted from."""
_AROUND = 200
"""Lines of a longer one, before and after those that are chosen."""


class DiagnoseActions(Place):
    """Copying, walking, choosing, drafting."""

    answer: AnswerText | None = None
    selected = 0
    evidence: list[int]
    """Lines, counted from 0, between which the reader walks."""
    _shown: OpenLog | None

    def answer_again(self) -> None:
        """Word the answer for the cause that is selected."""
        raise NotImplementedError

    @property
    def report(self) -> Report | None:
        return self._shown.report if self._shown is not None else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        report, searching = self.report, self.query_one(SearchBar).is_open
        if action in ("copy_command", "next_cause", "why", "entry"):
            return report is not None and bool(report.diagnoses)
        if action in ("evidence", "search"):
            return not searching
        if action in ("match", "end_search"):
            return searching
        if action == "stop":
            return not searching and self._shown is not None and self._shown.state == "reading"
        if action == "draft":
            return self._shown is not None and self._shown.opened is not None
        if action == "copy_report":
            return report is not None
        if action == "log":
            return len(self.session.logs) > 1
        if action == "rerun":
            return self._can_rerun
        return super().check_action(action, parameters)

    def action_copy_command(self) -> None:
        """Copy the command under the cursor, else the first one of the selected cause."""
        target = self.query_one("#answer", Page).target
        if target is not None and target.kind in ("command", "link"):
            self.copy(target.value)
        elif self.answer is not None and self.answer.commands:
            self.copy(self.answer.commands[0])
            self.query_one("#answer", Page).choose_target(Target("command", self.answer.commands[0]))
        else:
            self.notify(self.say("copy-nothing"), markup=False, severity="warning")

    def action_copy_report(self) -> None:
        """Copy the report as Markdown, personal data replaced."""
        if self._shown is not None and self.report is not None:
            self.run_worker(partial(self._copy_markdown, self._shown, self.report), group="copy", thread=True)

    def _copy_markdown(self, log: OpenLog, report: Report) -> None:
        from voicelog.redact import this_machine
        from voicelog.render.markdown import to_markdown

        redactor = this_machine()
        redactor.learn(decode(log.open().read_at(0, _MOST_TEXT))[0])
        shown = redactor.redact_report(report)
        text = to_markdown(shown, self.session.base, self.session.language, self.session.settings.site)
        said = self.say("copied-report")
        if redactor.counts:
            said = f"{said} {redacted_words(redactor.counts, self.session.language)}"
        self.app.call_from_thread(self.copy, text, said)

    def action_evidence(self, by: int) -> None:
        """To the next line that the answer rests on, or to the one before."""
        if not self.evidence:
            return
        view = self.query_one(LogView)
        ahead = [line for line in self.evidence if (line > view.cursor if by > 0 else line < view.cursor)]
        if by > 0:
            view.jump(ahead[0] if ahead else self.evidence[0])
        else:
            view.jump(ahead[-1] if ahead else self.evidence[-1])
        self.tell()

    def tell(self) -> None:
        """Say above the log where the reader is."""
        raise NotImplementedError

    def action_next_cause(self) -> None:
        if self.report is not None:
            self.select((self.selected + 1) % len(self.report.diagnoses))

    def select(self, number: int) -> None:
        """Show another cause in full, and its evidence in the log."""
        report = self.report
        if report is None:
            return
        self.selected = number
        self.answer_again()
        self.query_one("#answer", Page).choose_target(Target("cause", str(number)))
        self.walk_to_evidence()

    def walk_to_evidence(self) -> None:
        """To the line that says most surely what is shown as the cause."""
        report = self.report
        if report is not None and report.diagnoses:
            self.query_one(LogView).jump(report.diagnoses[self.selected].evidence[0].line - 1)
        elif self.evidence:
            self.query_one(LogView).jump(self.evidence[0])
        self.tell()

    def on_page_chosen(self, event: Page.Chosen) -> None:
        """Do what was chosen on the page."""
        kind, value = event.target
        if kind == "cause":
            self.select(int(value))
        elif kind == "line":
            self.query_one(LogView).jump(int(value) - 1)
            self.tell()
        elif kind in ("command", "link"):
            self.copy(value)
        elif kind == "entry":
            frame_of(self).show_entry(value)
        elif kind == "fix":
            self._rerun(value)
        elif kind == "action":
            self.call_later(self.run_action, value)

    def action_why(self) -> None:
        from voicelog_tui.dialogs.why import Why

        if self.report is not None:
            self.app.push_screen(Why(self.report))

    def action_entry(self) -> None:
        if self.report is not None and self.report.diagnoses:
            frame_of(self).show_entry(self.report.diagnoses[self.selected].id)

    @property
    def _can_rerun(self) -> bool:
        run = self._shown.run if self._shown is not None else None
        return run is not None and bool(self.report and self.report.diagnoses)

    def action_rerun(self) -> None:
        """Propose the fix under the cursor, else the first one."""
        target = self.query_one("#answer", Page).target
        if target is not None and target.kind == "fix":
            self._rerun(target.value)
        elif self.answer is not None and (fixes := self.answer.causes[self.selected].fixes):
            self._rerun(fixes[0].id)

    def _rerun(self, fix: str) -> None:
        log, report = self._shown, self.report
        if log is not None and log.run is not None and report is not None:
            frame_of(self).rerun(log.run, report.diagnoses[self.selected].id, fix)

    def action_other_pane(self) -> None:
        """From the answer to the log, or back."""
        page, view = self.query_one("#answer", Page), self.query_one(LogView)
        self.set_focus(view if page.has_focus else page)

    def action_log(self, by: int) -> None:
        if (log := self.session.step(by)) is not None:
            frame_of(self).show_log(log)

    def action_stop(self) -> None:
        self.workers.cancel_group(self, "log")

    def action_draft(self) -> None:
        """Draft a signature from the chosen lines, else from the failure that was found."""
        if self._shown is not None:
            lines = tuple(sorted(line + 1 for line in self.query_one(LogView).chosen))
            self.run_worker(partial(self._draft, self._shown, lines), group="draft", thread=True, exclusive=True)

    def _draft(self, log: OpenLog, lines: tuple[int, ...]) -> None:
        from voicelog.draft.entry import draft
        from voicelog.redact import this_machine

        text, first = _around(
            log, lines or ((self.report.failure.line,) if self.report and self.report.failure else ())
        )
        chosen = [line - first for line in lines]
        try:
            drafted = draft(Source(log.name, text), self.session.base, this_machine(), lines=chosen)
        except VoicelogError as error:
            self.app.call_from_thread(self.notify, f"{error.message}", markup=False, severity="warning")
            return
        self.app.call_from_thread(self._show_draft, drafted, lines)

    def _show_draft(self, drafted: Draft, lines: tuple[int, ...]) -> None:
        from voicelog_tui.dialogs.draft import DraftDialog

        named = ", ".join(map(str, lines))
        about = self.say("draft-lines", lines=named) if lines else self.say("draft-failure")
        self.app.push_screen(DraftDialog(drafted, about), self._drafted)

    def _drafted(self, path: Path | None) -> None:
        if path is not None:
            self.notify(self.say("draft-written", path=str(path)), markup=False, timeout=15)


def _around(log: OpenLog, lines: tuple[int, ...]) -> tuple[str, int]:
    """The text of a log, of a long one what stands around some lines, and how many lines come before it."""
    document = log.open()
    if document.index.size <= _MOST_TEXT or not lines:
        return decode(document.read_at(0, _MOST_TEXT))[0], 0
    first, last = max(0, min(lines) - _AROUND), min(document.count, max(lines) + _AROUND, min(lines) + 10 * _AROUND)
    return "\n".join(document.line(line) for line in range(first, last)), first
