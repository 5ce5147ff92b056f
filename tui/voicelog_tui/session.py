"""What all screens of one start share: settings, the knowledge base, the logs that are open and their reports."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Protocol, cast

from textual.dom import DOMNode

from voicelog.cli.settings import Settings
from voicelog.experience import Experience, recall
from voicelog.language import Language
from voicelog.model import Report
from voicelog.runner.types import Run
from voicelog.signatures.base import KnowledgeBase
from voicelog_tui.logs import OpenLog
from voicelog_tui.words import word


class Stopped(Exception):
    """Somebody does not want to wait any longer."""


class Session:
    """Everything that outlives a change of place or language."""

    def __init__(
        self, settings: Settings, open_base: Callable[[], KnowledgeBase], logs: list[OpenLog] | None = None
    ) -> None:
        self.settings = settings
        self.language: Language = settings.lang
        self.logs = logs or []
        self.current: OpenLog | None = self.logs[0] if self.logs else None
        self.wanted_entry = ""
        """The entry that the knowledge base is to show when it is gone to."""
        self.wanted_line = 0
        """The line that the log is to show when it is gone to."""
        self.is_closing = False
        """Whether nobody waits for anything any more."""
        self._open_base = open_base
        self._base: KnowledgeBase | None = None
        self._base_error: Exception | None = None
        self._base_opened = Event()
        self._base_thread: Thread | None = None
        self._experience: Experience | None = None
        self._lock = Lock()

    @property
    def base(self) -> KnowledgeBase:
        """The knowledge base, opened at first use, which takes seconds after an update: ask from a worker.

        Raises Stopped where the interface is left meanwhile, and what opening it raises.
        """
        if self._base is None:
            with self._lock:
                if self._base_thread is None:
                    # no worker's thread: the end of the process does not wait for this one
                    self._base_thread = Thread(target=self._open, name="voicelog-base", daemon=True)
                    self._base_thread.start()
            while not self._base_opened.wait(0.1):
                if self.is_closing:
                    raise Stopped
        if self._base is None:
            raise self._base_error or Stopped
        return self._base

    def _open(self) -> None:
        try:
            self._base = self._open_base()
        except Exception as error:  # whoever asks for the base gets it
            self._base_error = error
        self._base_opened.set()

    def base_for(self, run: Run) -> KnowledgeBase:
        """The base that explains a run: with the packs of the project that it ran in, beside those of everywhere."""
        from voicelog.cli.knowledge import knowledge_packs, open_knowledge
        from voicelog.packs.find import places_of_command

        places = places_of_command(run.argv, run.folder)
        if knowledge_packs(self.settings, *places) == knowledge_packs(self.settings):
            return self.base
        return open_knowledge(self.settings, *places)

    @property
    def is_ready(self) -> bool:
        """Whether the base is open, so that asking for it waits for nothing."""
        return self._base is not None

    @property
    def experience(self) -> Experience:
        """What fixes did on this machine before."""
        if self._experience is None:
            self._experience = recall()
        return self._experience

    def forget_experience(self) -> None:
        """A re-run has taught something: the next question reads it again."""
        self._experience = None

    def explained_by(self, identifier: str) -> list[tuple[OpenLog, Report]]:
        """The logs of this session that a signature explains, or is named in, with the report that says so."""
        return [(log, report) for log in self.logs for report in log.reports if identifier in _named(report)]

    def step(self, by: int) -> OpenLog | None:
        """The log after the current one, or before it, from the other end again."""
        if self.current is None:
            return None
        return self.logs[(self.logs.index(self.current) + by) % len(self.logs)]


def _named(report: Report) -> set[str]:
    return {one.id for part in (report.diagnoses, report.consequences, report.benign) for one in part}


class Frame(Protocol):
    """What places, dialogs and widgets may ask of the app around them."""

    session: Session
    shown_place: str

    def places(self) -> list[tuple[str, str]]:
        """The places that can be gone to, each with its key."""

    def action_place(self, name: str) -> None:
        """Go to a place."""

    def show_entry(self, identifier: str) -> None:
        """Go to the knowledge base, at an entry."""

    def show_log(self, log: OpenLog, line: int = 0) -> None:
        """Go to a log of this session, at a line counted from 1."""

    def rerun(self, run: Run, signature: str = "", fix: str = "") -> None:
        """Propose to run it again, with a fix of a signature applied where one is named."""


def frame_of(node: DOMNode) -> Frame:
    """The app that a widget or screen belongs to."""
    return cast(Frame, node.app)


def session_of(node: DOMNode) -> Session:
    """The session that a widget or screen belongs to."""
    return frame_of(node).session


def say(node: DOMNode, name: str, /, **values: object) -> str:
    """One of the interface's words in the language that is chosen now."""
    return word(name, session_of(node).language, values)
