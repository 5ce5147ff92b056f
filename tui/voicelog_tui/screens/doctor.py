"""The checks of the environment, live while they run."""

from __future__ import annotations

import threading
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, ProgressBar, Static

from voicelog.doctor.checks import CHECKS
from voicelog.doctor.examine import examine
from voicelog.doctor.gather import Cancelled
from voicelog.doctor.target import find_target, project_folder
from voicelog.errors import VoicelogError
from voicelog.model import Examination, Finding, Target
from voicelog.render.examination import FindingText, describe_findings, slow_line, summary, target_line
from voicelog_tui.dialogs.examined import Examined, ExaminedDialog
from voicelog_tui.place import Place
from voicelog_tui.session import Stopped, frame_of
from voicelog_tui.widgets.finding_list import FindingList
from voicelog_tui.widgets.finding_text import lay_out_finding
from voicelog_tui.widgets.page import Page

_TOGETHER = 0.05
"""Seconds in which findings gather before they are shown."""


class Doctor(Place):
    """The place of the environment checks."""

    PLACE = "doctor"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "key-copy"),
        Binding("i", "cause", "key-entry"),
        Binding("r", "again", "key-again"),
        Binding("w", "where", "key-where"),
        Binding("escape", "stop", "key-stop"),
    ]
    DEFAULT_CSS = """
    Doctor #told { padding: 0 1; height: auto; }
    Doctor ProgressBar { width: 1fr; height: 1; padding: 0 1; display: none; }
    Doctor.-running ProgressBar { display: block; }
    Doctor ProgressBar Bar { width: 1fr; }
    Doctor #sides { layout: vertical; height: 1fr; }
    Doctor #detail { height: 45%; border-top: hkey $panel; }
    Doctor.-wide #sides { layout: horizontal; }
    Doctor.-wide #detail { height: 1fr; width: 1fr; border-top: none; border-left: vkey $panel; }
    Doctor.-wide FindingList { width: 1fr; }
    """

    class Stepped(Message):
        """A step has begun or ended."""

        def __init__(self, of: threading.Event, step: str, ended: bool) -> None:
            super().__init__()
            self.of, self.step, self.ended = of, step, ended

    class Found(Message):
        """A check has ended."""

        def __init__(self, of: threading.Event, target: Target, findings: tuple[Finding, ...]) -> None:
            super().__init__()
            self.of, self.target, self.findings = of, target, findings

    class Done(Message):
        """All checks have ended, or there is a reason why not."""

        def __init__(self, of: threading.Event, examination: Examination | None, problem: str = "") -> None:
            super().__init__()
            self.of, self.examination, self.problem = of, examination, problem

    def __init__(self) -> None:
        super().__init__()
        self._chosen = Examined()
        self._examining = False
        self.asked = threading.Event()
        """The examination that is waited for; set where nobody waits for it any more."""
        self._steps: dict[str, None] = {}
        self._checked = 0
        self._examination: Examination | None = None
        self._problem = ""
        self._shown: FindingText | None = None
        self._waiting = False

    def body(self) -> ComposeResult:
        yield Static(id="told", markup=False)
        yield ProgressBar(len(CHECKS), show_eta=False, show_percentage=False)
        with Container(id="sides"):
            yield FindingList()
            yield Page(id="detail")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(FindingList).focus()
        self._start()

    def on_unmount(self) -> None:
        self.asked.set()

    def _start(self) -> None:
        self.asked.set()
        self.asked = threading.Event()
        self._examining, self._problem = True, ""
        self._steps, self._checked, self._examination = {}, 0, None
        self.add_class("-running")
        self.query_one(ProgressBar).update(progress=0)
        self.query_one(FindingList).fill([])
        self._examine(self._chosen, self.asked)
        self._tell()

    @work(thread=True, exclusive=True, group="examine")
    def _examine(self, chosen: Examined, of: threading.Event) -> None:
        try:
            project = project_folder(chosen.project)
            target = find_target(chosen.python, project=project)
            self.session.base  # noqa: B018 - opened here, so that findings can be said without waiting

            def stepped(step: str, ended: bool) -> None:
                self.post_message(self.Stepped(of, step, ended))

            def found(findings: tuple[Finding, ...]) -> None:
                self.post_message(self.Found(of, target, findings))

            examination = examine(target, project, online=chosen.online, progress=stepped, found=found, stop=of)
            self.post_message(self.Done(of, examination))
        except (Cancelled, Stopped):
            pass
        except VoicelogError as error:
            self.post_message(self.Done(of, None, f"{error} ({error.hint})" if error.hint else str(error)))

    def _is_late(self, of: threading.Event) -> bool:
        """Whether something is told of an examination for which nobody waits any more."""
        return of is not self.asked or of.is_set()

    def on_doctor_stepped(self, message: Stepped) -> None:
        if self._is_late(message.of):
            return
        if message.ended:
            self._steps.pop(message.step, None)
        else:
            self._steps[message.step] = None
        self._fill_soon()

    def on_doctor_found(self, message: Found) -> None:
        if self._is_late(message.of):
            return
        before = self._examination.findings if self._examination else ()
        self._examination = Examination(message.target, (*before, *message.findings), {}, 0.0)
        self._checked += 1
        self._fill_soon()

    def on_doctor_done(self, message: Done) -> None:
        if self._is_late(message.of):
            return
        self._examining = False
        self.remove_class("-running")
        self._examination = message.examination or self._examination
        self._problem = message.problem
        self._fill()
        self.refresh_bindings()

    def _fill_soon(self) -> None:
        """Many checks end at the same moment: they are shown together."""
        if not self._waiting:
            self._waiting = True
            self.set_timer(_TOGETHER, self._fill)

    def _fill(self) -> None:
        self._waiting = False
        self.query_one(ProgressBar).update(progress=self._checked)
        found = self._examination
        if found is not None:
            texts = describe_findings(found, self.session.base, self.session.language)
            self.query_one(FindingList).fill(texts)
        self._tell()

    def _tell(self) -> None:
        """Say how it stands, what was examined, what was slow."""
        found, language = self._examination, self.session.language
        if self._problem:
            parts = [Content.styled(self.say("doctor-broken", reason=self._problem), "bold $error")]
        elif found is None:
            parts = [Content.styled(self.say("doctor-start" if self._examining else "doctor-stopped"), "$muted")]
        elif self._examining:
            steps = ", ".join(self._steps)
            told = self.say("doctor-running", done=self._checked, count=len(CHECKS), steps=steps)
            parts = [Content.styled(told, "$warning")]
        else:
            broken = any(one.status in ("fail", "crashed") for one in found.findings)
            told = summary(found.findings, language)
            parts = [Content.styled(told, "bold $error" if broken else "bold $success")]
        if found is not None:
            remarks = target_line(found.target, found.facts, language), slow_line(found, language)
            parts += [Content.styled(remark, "$muted") for remark in remarks if remark]
        self.query_one("#told", Static).update(Content("\n").join(parts))

    def on_finding_list_shown(self, message: FindingList.Shown) -> None:
        self._show(message.found)

    def _show(self, found: FindingText) -> None:
        self._shown = found
        self.query_one(Page).show(lambda layout: lay_out_finding(layout, found, self.session.language))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "stop":
            return self._examining
        if action == "cause":
            return self._shown is not None and bool(self._shown.cause_title)
        return super().check_action(action, parameters)

    def action_copy(self) -> None:
        """The command under the cursor, else the first one of the finding."""
        target = self.query_one(Page).target
        commands = self._shown.commands if self._shown is not None else ()
        if target is not None and target.kind == "command":
            self.copy(target.value)
        elif commands:
            self.copy(commands[0])
        else:
            self.notify(self.say("copy-nothing"), markup=False, severity="warning")

    def action_cause(self) -> None:
        if self._shown is not None and self._shown.cause_title:
            frame_of(self).show_entry(self._shown.finding.cause)

    def action_again(self) -> None:
        self._start()

    def action_where(self) -> None:
        self.app.push_screen(ExaminedDialog(self._chosen), self._move)

    def _move(self, chosen: Examined | None) -> None:
        if chosen is not None:
            self._chosen = chosen
            self._start()

    def action_stop(self) -> None:
        """Nobody waits any longer: what was found so far stays."""
        self.asked.set()
        self._examining = False
        self._examination = None if not self._checked else self._examination
        self.remove_class("-running")
        self._tell()
        self.refresh_bindings()

    @on(OptionList.OptionSelected)
    def _chosen_finding(self) -> None:
        self.query_one("#detail").focus()

    def on_page_chosen(self, event: Page.Chosen) -> None:
        kind, value = event.target
        if kind == "command":
            self.copy(value)
        elif kind == "entry":
            frame_of(self).show_entry(value)

    def language_changed(self) -> None:
        self._fill()
