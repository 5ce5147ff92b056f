"""Run a program from its start to its record: started, watched, ended, explained."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from voicelog.errors import InputError, VoicelogError
from voicelog.machine.limits import oom_kills
from voicelog.runner import codec
from voicelog.runner.command import Command, interpreter_of, recorded_environment
from voicelog.runner.logs import LogWriter
from voicelog.runner.store import Store, write
from voicelog.runner.streams import Listener, Program, Streams
from voicelog.runner.types import Applied, Exit, Run
from voicelog.runner.watch import Watch

if TYPE_CHECKING:
    from voicelog.signatures.base import KnowledgeBase


def execute(
    command: Command,
    base: Callable[[], KnowledgeBase] | None,
    streams: Streams,
    store: Store,
    *,
    limit: float | None = None,
    applied: Sequence[Applied] = (),
    parent: str = "",
) -> Run:
    """The finished run of `command`; raises CommandError where it cannot start, InputError where nothing can be kept.

    `limit` is in seconds. `base` is opened only when the program has ended; None explains nothing.
    """
    started, began = time.time(), time.monotonic()
    identifier, folder = store.create(started)
    run = Run(
        id=identifier,
        argv=command.argv,
        folder=command.folder,
        interpreter=interpreter_of(command),
        environment=recorded_environment(command.environment),
        started=started,
        record=folder,
        applied=tuple(applied),
        parent=parent,
    )
    try:
        write(folder / "run.json", _start_of(run))
    except OSError as error:
        store.remove(run.id)
        hint = "free some space, or set VOICELOG_STATE to another disk"
        raise InputError("no-state", f"no record can be kept: {error.strerror}", where=str(folder), hint=hint) from None
    log = LogWriter(folder)
    try:
        program = start_program(command, streams, log.write)
    except BaseException:
        log.close()
        store.remove(run.id)
        raise
    kills = oom_kills()
    preparing = _Prepared(base) if base is not None else None
    watch = Watch(program.pid, folder, command.folder, log, began)
    try:
        ended = program.wait(limit)
    except BaseException:
        ended = Exit(128 + signal.SIGINT, signal.SIGINT, "user")
        raise
    finally:
        watch.close()
        log.close()
        run = _ended(run, ended, watch, log, began)
        with contextlib.suppress(OSError):
            write(folder / "end.json", _end_of(run))
    if preparing is not None:
        from voicelog.runner.explain import explain

        run = run._replace(report=explain(run, preparing.base(), oom_kills() - kills))
        with contextlib.suppress(OSError):
            write(folder / "report.json", codec.plain(run.report))
    return run


class _Prepared:
    """The knowledge base, opened while the program runs, so that nobody waits for it at the end."""

    def __init__(self, base: Callable[[], KnowledgeBase]) -> None:
        self._open = base
        self._thread = threading.Thread(target=self._prepare, name="voicelog-base", daemon=True)
        self._found: KnowledgeBase | None = None
        self._thread.start()

    def _prepare(self) -> None:
        with contextlib.suppress(VoicelogError):  # told by whoever asks for the base
            from voicelog.model import Source
            from voicelog.pipeline import analyze_source

            base = self._open()
            analyze_source(Source("", "\n"), base)
            self._found = base

    def base(self) -> KnowledgeBase:
        self._thread.join()
        return self._found or self._open()


def _ended(run: Run, ended: Exit, watch: Watch, log: LogWriter, began: float) -> Run:
    return run._replace(
        state="ended",
        seconds=round(time.monotonic() - began, 3),
        exit=ended,
        samples=tuple(watch.samples),
        log_complete=log.complete,
    )


def start_program(command: Command, streams: Streams, record: Listener) -> Program:
    """Start the program; `record` and whoever listens get its output, from any thread."""

    def listener(data: bytes) -> None:
        record(data)
        if streams.listener:
            streams.listener(data)

    if sys.platform == "win32":
        from voicelog.runner.portable import PortableProgram

        return PortableProgram(command, streams, listener)
    from voicelog.runner.posix import PosixProgram

    return PosixProgram(command, streams, listener)


def _start_of(run: Run) -> dict[str, object]:
    return {
        "schema": codec.SCHEMA,
        "id": run.id,
        "argv": list(run.argv),
        "folder": run.folder,
        "interpreter": run.interpreter,
        "environment": dict(run.environment),
        "started": run.started,
        "applied": [codec.plain(one) for one in run.applied],
        "parent": run.parent,
        "pid": os.getpid(),
    }


def _end_of(run: Run) -> dict[str, object]:
    return {"seconds": run.seconds, "exit": codec.plain(run.exit), "log_complete": run.log_complete}
