"""Start a program with pipes and stay out of its way (Windows; everything but the job object works anywhere)."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import IO, TYPE_CHECKING

from voicelog.runner.command import Command, CommandError, live
from voicelog.runner.job import Job
from voicelog.runner.streams import Listener, Streams
from voicelog.runner.types import Exit, StoppedBy

if TYPE_CHECKING:
    import psutil

_PIECE = 2**16
_EVERY = 0.2
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
_PATIENCE = 5.0
"""Seconds between asking a program whose time is over to end and ending it."""
_QUIET = 1.0
"""Seconds that the output may go on after the end of the program, where a detached child holds the pipe."""


class PortableProgram:
    """One program, from its start to its end."""

    def __init__(self, command: Command, streams: Streams, listener: Listener) -> None:
        self._streams = streams
        self._stopped_by: StoppedBy = ""
        self._asked = False
        self._job = Job()
        stdin = subprocess.DEVNULL if streams.stdin is None else streams.stdin
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the user's own command
                list(command.argv),
                executable=command.program,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=command.folder,
                env=dict(live(command).environment),
                bufsize=0,
            )
        except OSError as error:
            reason = error.strerror or str(error)
            raise CommandError("cannot-execute", f"cannot be executed: {reason}", 126, where=command.argv[0]) from None
        self.pid = self._process.pid
        self._job.add(self.pid)
        self._copies = [
            threading.Thread(target=_copy, args=(source, target, listener), name="voicelog-relay", daemon=True)
            for source, target in ((self._process.stdout, streams.stdout), (self._process.stderr, streams.stderr))
        ]
        for copy in self._copies:
            copy.start()

    def wait(self, limit: float | None = None) -> Exit:
        """Wait until the program has ended and its output is passed on; Ctrl-C is its own affair."""
        deadline = time.monotonic() + limit if limit is not None else None
        with self._keyboard(), self._ended_with_us():
            while self._process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(_EVERY)
                if self._process.poll() is not None:
                    break
                if self._streams.stopping and not self._asked:
                    deadline = self._end("user")
                elif deadline is not None and time.monotonic() >= deadline:
                    deadline = self._end("time")
            for copy in self._copies:
                copy.join(_QUIET)
        self._job.release()
        code = self._process.returncode
        number = -code if code < 0 and os.name == "posix" else 0
        return Exit(128 + number if number else code & 0xFFFFFFFF, number, self._stopped_by)

    @contextlib.contextmanager
    def _ended_with_us(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            for process in _tree(self.pid):
                with contextlib.suppress(OSError):
                    process.kill()
            raise

    def _end(self, by: StoppedBy) -> float:
        """Ask it to end, the second time make it; the moment at which the second time comes."""
        import psutil

        if not self._asked:
            self._stopped_by = by
        for process in _tree(self.pid):
            with contextlib.suppress(OSError, psutil.Error):
                process.send_signal(_KILL if self._asked else signal.SIGTERM)
        self._asked = True
        return time.monotonic() + _PATIENCE

    @contextlib.contextmanager
    def _keyboard(self) -> Iterator[None]:
        """The console gives Ctrl-C and Ctrl-Break to the program as well: here they are only noted."""
        if not self._streams.foreground or threading.current_thread() is not threading.main_thread():
            yield
            return
        numbers = [getattr(signal, name) for name in ("SIGINT", "SIGBREAK") if hasattr(signal, name)]
        before = {number: signal.signal(number, self._noted) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _noted(self, number: int, frame: FrameType | None) -> None:
        self._stopped_by = self._stopped_by or "user"


def _copy(source: IO[bytes] | None, target: int | None, listener: Listener) -> None:
    if source is None:
        return
    with source:
        while data := source.read(_PIECE):
            listener(data)
            view = memoryview(data)
            while view and target is not None:
                try:
                    view = view[os.write(target, view) :]
                except OSError:  # nobody reads any more: the record goes on
                    target = None


def _tree(pid: int) -> list[psutil.Process]:
    import psutil

    with contextlib.suppress(psutil.Error):
        root = psutil.Process(pid)
        return [*root.children(recursive=True), root]
    return []
