"""Run it again with a fix: everything is shown first, a yes starts it, the outcome is compared."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import ClassVar, Literal, NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Button, OptionList
from textual.widgets.option_list import Option

from voicelog.errors import InputError, VoicelogError
from voicelog.language import pick, word
from voicelog.runner.command import Command
from voicelog.runner.plan import Plan, plans
from voicelog.runner.rerun import Rerun, command_of, rerun, starting_point
from voicelog.runner.store import Store
from voicelog.runner.streams import Streams
from voicelog.runner.summary import RunText, shown
from voicelog.runner.types import Run
from voicelog.signatures.base import KnowledgeBase
from voicelog_tui.logs import OpenLog
from voicelog_tui.session import Stopped, frame_of, say, session_of
from voicelog_tui.widgets.footer import KeyLine
from voicelog_tui.widgets.output import Output
from voicelog_tui.widgets.page import Layout, Page

Phase = Literal["planning", "asking", "running", "over"]


class Proposal(NamedTuple):
    """From where it would start, and everything that could be done to it."""

    start: Run
    base: KnowledgeBase
    plans: tuple[Plan, ...]
    commands: tuple[Command | VoicelogError, ...]
    """For each plan what would run, or why it cannot; the last one is for no plan at all."""


class RerunDialog(ModalScreen[None]):
    """Proposes, runs, compares; Escape stops what runs, and closes what does not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "key-yes"),
        Binding("o", "log", "key-log"),
        Binding("escape", "stop", "key-stop"),
        Binding("escape", "close", "key-close"),
    ]
    DEFAULT_CSS = """
    RerunDialog { align: center middle; background: $background 60%; }
    RerunDialog > Vertical {
        width: 96%; max-width: 130; height: auto; max-height: 96%;
        border: round $primary; background: $background; padding: 0 1;
    }
    RerunDialog.-running > Vertical, RerunDialog.-over > Vertical { height: 96%; }
    RerunDialog OptionList, RerunDialog OptionList:focus {
        height: auto; max-height: 8; border: none; background: $background; background-tint: $background 0%;
        padding: 0; margin-bottom: 1;
    }
    RerunDialog .option-list--option-highlighted, RerunDialog OptionList:focus > .option-list--option-highlighted {
        background: $cursor; color: $foreground; text-style: none;
    }
    RerunDialog #said { height: auto; max-height: 16; }
    RerunDialog Output { border-top: hkey $panel; }
    RerunDialog Output { display: none; }
    RerunDialog.-running Output, RerunDialog.-over Output { display: block; }
    RerunDialog.-running OptionList, RerunDialog.-over OptionList { display: none; }
    RerunDialog.-running #said, RerunDialog.-over #said { max-height: 50%; }
    RerunDialog #buttons { height: auto; padding-top: 1; }
    RerunDialog.-running #buttons, RerunDialog.-over #buttons, RerunDialog.-planning #buttons { display: none; }
    RerunDialog Button { margin-right: 2; }
    """

    class Proposed(Message):
        """It is known what could be done."""

        def __init__(self, proposal: Proposal) -> None:
            super().__init__()
            self.proposal = proposal

    class Over(Message):
        """It has run, or could not."""

        def __init__(self, result: Rerun | VoicelogError) -> None:
            super().__init__()
            self.result = result

    def __init__(self, run: Run, signature: str = "", fix: str = "") -> None:
        super().__init__()
        self._named = run
        self._wanted = (signature, fix)
        self._proposal: Proposal | None = None
        self._chosen = 0
        self._by_hand = False
        """Whether the fix that was asked for is none that can be applied."""
        self._result: Rerun | VoicelogError | None = None
        self._began = 0.0
        self._stop = threading.Event()
        self._phase: Phase = "planning"

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = say(self, "rerun-title")
            yield OptionList(id="fixes", markup=False)
            yield Page(self._said, id="said")
            yield Output()
            with Horizontal(id="buttons"):
                yield Button(Content(say(self, "rerun-yes")), id="yes", variant="primary", compact=True)
                yield Button(Content(say(self, "rerun-no")), id="no", compact=True)
        yield KeyLine()

    def on_mount(self) -> None:
        self._enter("planning")
        self.set_interval(0.5, self._tick)
        self._propose()

    def on_unmount(self) -> None:
        self._stop.set()  # nothing goes on running unseen

    @work(thread=True, group="proposal")
    def _propose(self) -> None:
        session, store = session_of(self), Store()
        try:
            if self._named.state == "running":
                raise InputError("still-running", "is still running", where=self._named.id, hint="wait for its end")
            base = session.base_for(self._named)
            start = starting_point(self._named, store)
            found = tuple(plans(start, base, session.experience))
            commands = [_command(start, [plan]) for plan in found]
            commands.append(_command(start, []))
            self.post_message(self.Proposed(Proposal(start, base, found, tuple(commands))))
        except Stopped:
            pass
        except VoicelogError as error:
            self.post_message(self.Over(error))

    def on_rerun_dialog_proposed(self, message: Proposed) -> None:
        proposal = self._proposal = message.proposal
        named = [(plan.signature, plan.fix.id) for plan in proposal.plans]
        self._by_hand = self._wanted != ("", "") and self._wanted not in named
        self._chosen = named.index(self._wanted) if self._wanted in named else 0
        self._enter("asking")
        options = self.query_one(OptionList)
        options.add_options([Option(self._label(plan)) for plan in proposal.plans])
        options.add_option(Option(Content(say(self, "rerun-unchanged"))))
        options.highlighted = self._chosen
        options.focus()

    def _label(self, plan: Plan) -> Content:
        language = session_of(self).language
        risk = word(f"risk-{plan.fix.changes}", language)
        return Content.assemble(pick(plan.fix.title, language), (f"  {risk}", "$warning"), f"  {plan.signature}")

    @on(OptionList.OptionHighlighted)
    def _choose(self, event: OptionList.OptionHighlighted) -> None:
        self._chosen = event.option_index
        self._say_again()

    @on(OptionList.OptionSelected)
    def _taken(self) -> None:
        self.query_one("#yes").focus()

    def _plans(self, proposal: Proposal) -> list[Plan]:
        return [proposal.plans[self._chosen]] if self._chosen < len(proposal.plans) else []

    def _said(self, layout: Layout) -> None:
        """What is said above the output: the plan, what goes on, the outcome."""
        proposal, result = self._proposal, self._result
        if isinstance(result, VoicelogError):
            self._refused(layout, result)
        elif proposal is None:
            layout.text(say(self, "rerun-planning"), "muted")
        elif result is not None:
            text = RunText(proposal.base, session_of(self).language, columns=layout.columns)
            layout.lines(text.outcome(proposal.start, result.run, result.outcome))
        elif isinstance(command := proposal.commands[self._chosen], VoicelogError):
            self._refused(layout, command)
        elif self._phase == "running":
            name = "rerun-stopping" if self._stop.is_set() else "rerun-running"
            layout.text(say(self, name, seconds=f"{time.monotonic() - self._began:.0f}"), "warning")
            layout.literal(shown(command.argv), "command", 2, "$ ")
        else:
            self._planned(layout, proposal, command)

    def _refused(self, layout: Layout, error: VoicelogError) -> None:
        hint = f" ({error.hint})" if error.hint else ""
        layout.text(say(self, "rerun-not", reason=f"{error}{hint}"), "bad")

    def _planned(self, layout: Layout, proposal: Proposal, command: Command) -> None:
        chosen = self._plans(proposal)
        if not proposal.plans:
            layout.text(say(self, "rerun-nobody"))
        elif self._by_hand:
            layout.text(say(self, "rerun-by-hand"), "warning")
        if any(not plan.trusted for plan in chosen):
            layout.text(say(self, "rerun-untrusted"), "warning")
        text = RunText(proposal.base, session_of(self).language, columns=layout.columns)
        layout.lines(text.plan(proposal.start, command, chosen))
        layout.blank()
        layout.text(say(self, "rerun-shown"), "muted")

    def _say_again(self) -> None:
        self.query_one("#said", Page).again()

    def _tick(self) -> None:
        if self._phase == "running":
            self._say_again()

    def _enter(self, phase: Phase) -> None:
        self._phase = phase
        for one in ("planning", "asking", "running", "over"):
            self.set_class(one == phase, f"-{one}")
        self._say_again()
        self.refresh_bindings()

    # Running

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "yes":
            return self._phase == "asking" and self._can_run
        if action == "log":
            return isinstance(self._result, Rerun)
        if action in ("stop", "close"):
            return (self._phase == "running") is (action == "stop")
        return super().check_action(action, parameters)

    @property
    def _can_run(self) -> bool:
        return self._proposal is not None and isinstance(self._proposal.commands[self._chosen], Command)

    @on(Button.Pressed, "#yes")
    def action_yes(self) -> None:
        if self._proposal is None or self._phase != "asking" or not self._can_run:
            return
        self._began = time.monotonic()
        self._enter("running")
        self.query_one(Output).query_one("RichLog").focus()
        self._run(self._proposal, self._plans(self._proposal))

    @work(thread=True, group="rerun")
    def _run(self, proposal: Proposal, chosen: Sequence[Plan]) -> None:
        streams = Streams(listener=self.query_one(Output).write, stop=self._stop)
        try:
            result: Rerun | VoicelogError = rerun(proposal.start, chosen, proposal.base, streams, Store())
        except VoicelogError as error:
            result = error
        self.post_message(self.Over(result))

    def on_rerun_dialog_over(self, message: Over) -> None:
        self._result = message.result
        session_of(self).forget_experience()
        self._enter("over")
        self.query_one(Output).show_end()

    def action_stop(self) -> None:
        self._stop.set()
        self._say_again()

    @on(Button.Pressed, "#no")
    def action_close(self) -> None:
        self.dismiss(None)

    def action_log(self) -> None:
        """Open what it printed and what is said of it."""
        if isinstance(self._result, Rerun):
            session = session_of(self)
            opened = OpenLog(self._result.run.id, run=self._result.run)
            session.logs.append(opened)
            frame_of(self).show_log(opened)


def _command(start: Run, chosen: Sequence[Plan]) -> Command | VoicelogError:
    try:
        return command_of(start, chosen)
    except VoicelogError as error:
        return error
