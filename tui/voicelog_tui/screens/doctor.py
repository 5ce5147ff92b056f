"""The checks of the environment, live while they run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.message import Message
from textual.widgets import OptionList, ProgressBar

from voicelog.doctor.checks import CHECKS
from voicelog.doctor.examine import examine
from voicelog.doctor.gather import Cancelled
from voicelog.doctor.target import find_target, project_folder
from voicelog.errors import VoicelogError
from voicelog.model import Examination, Finding, Target
from voicelog.render.examination import FindingText, describe_findings, slow_line, summary, target_line
from voicelog_tui.dialogs.examined import Examined, ExaminedDialog
from voicelog_tui.place import Place
from voicelog_tui.session import frame_of
from voicelog_tui.widgets.finding_list import STATUS_STYLES, FindingList
from voicelog_tui.widgets.flow import Flow, Paragraph, flow
from voicelog_tui.widgets.item import Item, ToEntry


class Doctor(Place):
    """The place of the environment checks."""

    PLACE = "doctor"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "key-copy"),
        Binding("k", "cause", "key-cause"),
        Binding("r", "again", "key-again"),
        Binding("i", "where", "key-where"),
        Binding("escape", "stop", "key-stop"),
    ]
    DEFAULT_CSS = """
    Doctor .-told { padding: 0 1; }
    Doctor ProgressBar { width: 1fr; height: 1; padding: 0 1; display: none; }
    Doctor.-running ProgressBar { display: block; }
    Doctor ProgressBar Bar { width: 1fr; }
    Doctor #sides { layout: vertical; height: 1fr; }
    Doctor #detail { height: 45%; border-top: hkey $panel; padding: 0 1; }
    Doctor.-wide #sides { layout: horizontal; }
    Doctor.-wide #detail { height: 1fr; width: 1fr; border-top: none; border-left: vkey $panel; }
    Doctor.-wide FindingList { width: 1fr; }
    """

    class Stepped(Message):
        """A step has begun or ended."""

        def __init__(self, step: str, ended: bool) -> None:
            super().__init__()
            self.step, self.ended = step, ended

    class Found(Message):
        """A check has ended."""

        def __init__(self, target: Target, findings: tuple[Finding, ...]) -> None:
            super().__init__()
            self.target, self.findings = target, findings

    class Done(Message):
        """All checks have ended, or there is a reason why not."""

        def __init__(self, examination: Examination | None, problem: str = "") -> None:
            super().__init__()
            self.examination, self.problem = examination, problem

    def __init__(self) -> None:
        super().__init__()
        self._chosen = Examined()
        self._examining = False
        self._stop = threading.Event()
        self._steps: dict[str, None] = {}
        self._checked = 0
        self._examination: Examination | None = None
        self._problem = ""
        self._shown: FindingText | None = None

    def body(self) -> ComposeResult:
        yield flow(self._told, classes="-told")
        yield ProgressBar(len(CHECKS), show_eta=False, show_percentage=False)
        with Container(id="sides"):
            yield FindingList()
            yield VerticalScroll(id="detail", can_focus=True)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(FindingList).focus()
        self._start()

    def on_unmount(self) -> None:
        self._stop.set()

    def _start(self) -> None:
        self._stop.set()
        self._stop = threading.Event()
        self._examining, self._problem = True, ""
        self._steps, self._checked, self._examination = {}, 0, None
        self.add_class("-running")
        self.query_one(ProgressBar).update(progress=0)
        self.query_one(FindingList).fill([])
        self._examine(self._chosen, self._stop)
        self._tell()

    @work(thread=True, exclusive=True, group="examine")
    def _examine(self, chosen: Examined, stop: threading.Event) -> None:
        try:
            project = project_folder(chosen.project)
            target = find_target(chosen.python, project=project)
            self.session.base  # noqa: B018 - opened here, so that findings can be said without waiting
            examination = examine(
                target,
                project,
                online=chosen.online,
                progress=lambda step, ended: self._post(stop, self.Stepped(step, ended)),
                found=lambda findings: self._post(stop, self.Found(target, findings)),
                stop=stop,
            )
            self._post(stop, self.Done(examination))
        except Cancelled:
            pass
        except VoicelogError as error:
            self._post(stop, self.Done(None, f"{error} ({error.hint})" if error.hint else str(error)))

    def _post(self, stop: threading.Event, message: Message) -> None:
        """Tell the screen, unless it does not wait for this examination any more."""
        if not stop.is_set():
            self.post_message(message)

    def on_doctor_stepped(self, message: Stepped) -> None:
        if message.ended:
            self._steps.pop(message.step, None)
        else:
            self._steps[message.step] = None
        self._tell()

    def on_doctor_found(self, message: Found) -> None:
        before = self._examination.findings if self._examination else ()
        self._examination = Examination(message.target, (*before, *message.findings), {}, 0.0)
        self._checked += 1
        self.query_one(ProgressBar).update(progress=self._checked)
        self._fill()

    def on_doctor_done(self, message: Done) -> None:
        self._examining = False
        self.remove_class("-running")
        self._examination = message.examination or self._examination
        self._problem = message.problem
        self._fill()
        self.refresh_bindings()

    def _fill(self) -> None:
        found = self._examination
        if found is not None:
            texts = describe_findings(found, self.session.base, self.session.language)
            self.query_one(FindingList).fill(texts)
        self._tell()

    def _tell(self) -> None:
        self.query_one(".-told", Flow).lay_again()

    def _told(self) -> Iterator[Paragraph]:
        """How it stands, what was examined, what was slow."""
        found, language = self._examination, self.session.language
        if self._problem:
            yield Paragraph(self.say("doctor-broken", reason=self._problem), "bold $text-error")
        elif found is None:
            yield Paragraph(self.say("doctor-start" if self._examining else "doctor-stopped"), "$muted")
        elif self._examining:
            steps = ", ".join(self._steps)
            told = self.say("doctor-running", done=self._checked, count=len(CHECKS), steps=steps)
            yield Paragraph(told, "$text-warning")
        else:
            broken = any(one.status in ("fail", "crashed") for one in found.findings)
            yield Paragraph(summary(found.findings, language), "bold $text-error" if broken else "bold $text-success")
        if found is not None:
            yield Paragraph(target_line(found.target, found.facts, language), "$muted")
            if slow := slow_line(found, language):
                yield Paragraph(slow, "$muted")

    def on_finding_list_shown(self, message: FindingList.Shown) -> None:
        self._show(message.found)

    @work(exclusive=True, group="detail")
    async def _show(self, found: FindingText) -> None:
        self._shown = found
        detail = self.query_one("#detail", VerticalScroll)
        async with detail.batch():
            await detail.remove_children()
            await detail.mount_all(self._parts(found))
        detail.scroll_home(animate=False)
        self.refresh_bindings()

    def _parts(self, one: FindingText) -> Iterator[Flow]:
        finding = one.finding
        yield flow(lambda: [Paragraph(one.text, STATUS_STYLES[finding.status])])
        name = self.say("doctor-check-name", name=finding.check)
        yield flow(lambda: [Paragraph(f"{name} · {self.say(f'status-{finding.status}')}", "$muted")])
        if finding.evidence:
            yield flow(lambda: [Paragraph(""), Paragraph(self.say("doctor-shown"), "bold $text-primary")])
            yield flow(lambda: [Paragraph(text, "$text-warning", verbatim=True) for text in finding.evidence])
        if one.commands or one.advice:
            yield flow(lambda: [Paragraph(""), Paragraph(self.say("doctor-next"), "bold $text-primary")])
        if one.advice:
            yield flow(lambda: [Paragraph(one.advice)])
        for command in one.commands:
            line = Paragraph(command, "$text-success", "$ ", "bold $text-success", verbatim=True)
            yield Item(lambda line=line: [line], copies=command)  # type: ignore[misc]
        if finding.cause and one.cause_title:
            yield flow(lambda: [Paragraph(""), Paragraph(self.say("doctor-cause"), "bold $text-primary")])
            named = Paragraph(one.cause_title, "", "→ ", after=((finding.cause, "$text-accent"),))
            yield Item(lambda: [named], target=ToEntry(finding.cause))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "stop":
            return self._examining
        if action == "cause":
            return self._shown is not None and bool(self._shown.cause_title)
        return super().check_action(action, parameters)

    def action_copy(self) -> None:
        """What has the focus, else the first command of the finding."""
        focused = self.focused
        items = [focused] if isinstance(focused, Item) and focused.copies else self.query(Item)
        frame_of(self).copy(next((one.copies for one in items if isinstance(one, Item) and one.copies), ""))

    def action_cause(self) -> None:
        if self._shown is not None and self._shown.cause_title:
            frame_of(self).show_entry(self._shown.finding.cause)

    def action_again(self) -> None:
        self._start()

    @work
    async def action_where(self) -> None:
        chosen = await self.app.push_screen_wait(ExaminedDialog(self._chosen))
        if chosen is not None:
            self._chosen = chosen
            self._start()

    def action_stop(self) -> None:
        """Nobody waits any longer: what was found so far stays."""
        self._stop.set()
        self._examining = False
        self._examination = None if not self._checked else self._examination
        self.remove_class("-running")
        self._tell()
        self.refresh_bindings()

    @on(OptionList.OptionSelected)
    def _chosen_finding(self) -> None:
        self.query_one("#detail").focus()

    def on_item_followed(self, message: Item.Followed) -> None:
        if isinstance(message.target, ToEntry):
            frame_of(self).show_entry(message.target.identifier)

    def language_changed(self) -> None:
        self._fill()
        for one in self.query(Flow):
            one.lay_again()
