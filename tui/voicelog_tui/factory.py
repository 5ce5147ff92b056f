"""Builds the interface: from what stands on the command line, and for tests over a session of theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from voicelog.cli.settings import Settings
from voicelog.errors import InputError
from voicelog.signatures.base import KnowledgeBase
from voicelog_tui.app import VoicelogApp
from voicelog_tui.document.pipe import Pipe
from voicelog_tui.logs import OpenLog
from voicelog_tui.session import Session
from voicelog_tui.terminal import prepare

_BEGINNING = 0.3
"""Seconds in which what is piped in may show that it is no log, before anything is drawn."""


def make_app(session: Session) -> VoicelogApp:
    """The app, ready to run."""
    return VoicelogApp(session)


def open_session(settings: Settings, open_base: Callable[[], KnowledgeBase], names: Sequence[str]) -> Session:
    """A session over files, recorded runs, and standard input for `-`; the terminal is made ready for it.

    Raises InputError where one cannot be shown, or where there is no terminal.
    """
    found = {name: _log(name) for name in dict.fromkeys(names) if name != "-"}
    piped = prepare(takes_input="-" in names)
    if piped is not None:
        pipe = Pipe("<stdin>", piped)
        pipe.wait(_BEGINNING)
        found["-"] = OpenLog(pipe.name, pipe=pipe)
    return Session(settings, open_base, [found[name] for name in dict.fromkeys(names)])


def _log(name: str) -> OpenLog:
    """A file, else a recorded run; raises InputError where the first page of it cannot be shown."""
    log = OpenLog(name, path=name)
    if Path(name).exists():
        log.open()
        return log
    from voicelog.runner.store import Store

    try:
        run = Store().find(name)
    except InputError as error:
        if error.slug not in ("no-such-run", "no-runs"):
            raise
        hint = "check its spelling; voicelog runs list shows the recorded runs"
        raise InputError("no-such-file", "no such file, and no such run", where=name, hint=hint) from None
    return OpenLog(" ".join(run.argv), run=run)
