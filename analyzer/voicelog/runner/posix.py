"""Start a program below a guard and stay out of its way (Linux and macOS)."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from voicelog.runner.command import Command, CommandError, live
from voicelog.runner.relay import Relay
from voicelog.runner.streams import Listener, Streams
from voicelog.runner.terminal import Terminal
from voicelog.runner.types import Exit, StoppedBy

_FORWARDED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGTSTP", "SIGWINCH", "SIGCONT")
_ASKED_BY_USER = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_LOOK = 0.1
"""Seconds between two looks at whether somebody wants it to stop."""
_PATIENCE = 5.0
"""Seconds between asking a program whose time is over to end and ending it."""


class PosixProgram:
    """One program, from its start to its end."""

    def __init__(self, command: Command, streams: Streams, listener: Listener) -> None:
        self._streams = streams
        self._ended = threading.Event()
        self._relays: list[Relay] = []
        self._terminal: Terminal | None = None
        self._typed = b""
        self._events = b""
        self._exit: Exit | None = None
        self._stopped_by: StoppedBy = ""
        self._asked = False
        self._woken, self._wake = os.pipe()
        for end in (self._woken, self._wake):
            os.set_blocking(end, False)
        if streams.listener is not None and streams.stdout is None:
            command = live(command)
        self._link, control = socket.socketpair()
        given = self._connect(listener)
        self._signals = self._take_signals()  # before the program: none that it provokes may end us
        try:
            try:
                self._start(command, control, given)
            finally:
                control.close()
                for descriptor in given.to_close:
                    os.close(descriptor)
            self.pid = self._await_start(command)
        except BaseException:
            self._signals.close()
            raise
        for relay in self._relays:
            relay.start()

    def _connect(self, listener: Listener) -> _Given:
        """Terminals where the user has terminals, pipes elsewhere, one pipe where both outputs go to the same place."""
        streams = self._streams
        shown = [fd for fd in (streams.stdout, streams.stderr) if fd is not None and os.isatty(fd)]
        typed = [streams.stdin] if streams.stdin is not None and os.isatty(streams.stdin) else []
        if streams.foreground and (shown or typed):
            self._terminal = Terminal((typed or shown)[0], shows_output=bool(shown))
        slave = self._terminal.slave if self._terminal else -1
        given = _Given(terminal=slave)
        if self._terminal:
            given.to_close.append(slave)
            self._relays.append(
                Relay(os.dup(self._terminal.master), shown[0] if shown else None, listener, self._ended)
            )
        given.stdin = slave if typed and self._terminal else _or_null(streams.stdin, given)
        given.stdout = (
            slave if streams.stdout in shown and self._terminal else self._pipe(streams.stdout, listener, given)
        )
        if streams.stderr in shown and self._terminal:
            given.stderr = slave
        elif given.stdout != slave and _same(streams.stdout, streams.stderr):
            given.stderr = given.stdout
        else:
            given.stderr = self._pipe(streams.stderr, listener, given)
        return given

    def _pipe(self, target: int | None, listener: Listener, given: _Given) -> int:
        source, end = os.pipe()
        given.to_close.append(end)
        self._relays.append(Relay(source, target, listener, self._ended))
        return end

    def _start(self, command: Command, control: socket.socket, given: _Given) -> None:
        guard = str(Path(__file__).with_name("guard.py"))
        settings = [str(control.fileno()), str(given.terminal), command.program]
        self._guard = subprocess.Popen(  # noqa: S603 - the user's own command
            [sys.executable, "-I", "-S", guard, *settings, *command.argv],
            stdin=given.stdin,
            stdout=given.stdout,
            stderr=given.stderr,
            cwd=command.folder,
            env=dict(command.environment),
            pass_fds=[control.fileno(), *([given.terminal] if given.terminal >= 0 else [])],
            start_new_session=True,
        )

    def _await_start(self, command: Command) -> int:
        while b"\n" not in self._events:
            data = self._link.recv(4096)
            if not data:
                raise CommandError("no-guard", "the program could not be started", 126, where=command.argv[0])
            self._events += data
        line, self._events = self._events.split(b"\n", 1)
        kind, value = line.split()
        if kind == b"started":
            return int(value)
        reason = os.strerror(int(value))
        raise CommandError("cannot-execute", f"cannot be executed: {reason}", 126, where=command.argv[0])

    def wait(self, limit: float | None = None) -> Exit:
        """Serve keyboard, signals and the guard until the program has ended and its output is passed on."""
        deadline = time.monotonic() + limit if limit is not None else None
        if self._terminal:
            self._terminal.take()
        try:
            self._take_events(b"")  # the program may have ended before anybody asked
            while self._exit is None:
                deadline = self._serve(deadline)
        except BaseException:
            self._link.close()  # the guard ends everything that the program started
            self._guard.wait()
            self._signals.close()
            raise
        finally:
            if self._terminal:
                self._terminal.give_back()
        self._finish()
        return self._exit

    def _serve(self, deadline: float | None) -> float | None:
        readers: list[int] = [self._link.fileno(), self._woken]
        writers: list[int] = []
        if self._terminal and self._streams.stdin is not None and os.isatty(self._streams.stdin):
            if self._typed:
                writers.append(self._terminal.master)
            elif self._terminal.foreground():
                readers.append(self._streams.stdin)
        left = max(0.0, deadline - time.monotonic()) if deadline is not None else None
        if self._streams.stop is not None and not self._asked:
            left = _LOOK if left is None else min(_LOOK, left)
        readable, writable, _ = select.select(readers, writers, [], left)
        if self._woken in readable:
            for number in os.read(self._woken, 512):
                self._forward(number)
        if self._streams.stdin in readable:
            self._read_keys()
        if writable and self._terminal:
            with contextlib.suppress(BlockingIOError):
                self._typed = self._typed[os.write(self._terminal.master, self._typed) :]
        if self._link.fileno() in readable:
            self._read_events()
        if self._exit is None and self._streams.stopping and not self._asked:
            return self._end("user")
        if self._exit is None and deadline is not None and time.monotonic() >= deadline:
            return self._end("time")
        return deadline

    def _read_keys(self) -> None:
        try:
            self._typed = os.read(self._streams.stdin or 0, 4096)
        except OSError:
            self._typed = b""
        if b"\x03" in self._typed or b"\x1c" in self._typed:
            self._stopped_by = self._stopped_by or "user"

    def _read_events(self) -> None:
        data = self._link.recv(4096)
        if not data:  # the guard itself was killed; the program died with it
            self._exit = Exit(128 + signal.SIGKILL, signal.SIGKILL, self._stopped_by)
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
        self._take_events(data)

    def _take_events(self, data: bytes) -> None:
        self._events += data
        *lines, self._events = self._events.split(b"\n")
        for line in lines:
            if line == b"stopped":
                self._pause()
            elif line.startswith(b"ended "):
                _, status, memory, cpu = line.split()
                code = os.waitstatus_to_exitcode(int(status))
                number = -code if code < 0 else 0
                self._exit = Exit(128 + number if number else code, number, self._stopped_by, int(memory), float(cpu))

    def _pause(self) -> None:
        """The user stopped the job: stop as well, and go on together."""
        if not self._streams.foreground:
            return
        if self._terminal:
            self._terminal.give_back()
        os.kill(os.getpid(), signal.SIGSTOP)
        if self._terminal:
            self._terminal.take()
        self._tell(b"resume\n")

    def _forward(self, number: int) -> None:
        if number == signal.SIGWINCH:
            if self._terminal:
                self._terminal.resize()
        elif number == signal.SIGCONT:
            if self._terminal:
                self._terminal.take()
        else:
            if number in _ASKED_BY_USER:
                self._stopped_by = self._stopped_by or "user"
            self._tell(b"signal %d\n" % number)

    def _end(self, by: StoppedBy) -> float:
        """Ask it to end, the second time make it; the moment at which the second time comes."""
        if not self._asked:
            self._stopped_by = by
        self._tell(b"signal %d\n" % (signal.SIGKILL if self._asked else signal.SIGTERM))
        self._asked = True
        return time.monotonic() + _PATIENCE

    def _tell(self, line: bytes) -> None:
        with contextlib.suppress(OSError):
            self._link.sendall(line)

    def _take_signals(self) -> contextlib.ExitStack:
        """Every signal that reaches this process is the program's, until the stack is closed."""
        taken = contextlib.ExitStack()
        if not self._streams.foreground or threading.current_thread() is not threading.main_thread():
            return taken
        taken.callback(signal.set_wakeup_fd, signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False))
        for name in _FORWARDED:
            number = getattr(signal, name)
            if signal.getsignal(number) != signal.SIG_IGN:  # nohup, or a shell that looks after its jobs
                taken.callback(signal.signal, number, signal.signal(number, _noted))
        return taken

    def _finish(self) -> None:
        self._ended.set()
        for relay in self._relays:
            relay.join()
        self._tell(b"release\n")
        self._link.close()
        self._guard.wait()
        self._signals.close()
        if self._terminal:
            os.close(self._terminal.master)
        os.close(self._woken)
        os.close(self._wake)


class _Given:
    """The descriptors that the program gets."""

    def __init__(self, terminal: int) -> None:
        self.terminal = terminal
        self.stdin = self.stdout = self.stderr = -1
        self.to_close: list[int] = []


def _noted(number: int, frame: FrameType | None) -> None:
    """The wake-up pipe has the number; nothing else is done between two instructions."""


def _or_null(descriptor: int | None, given: _Given) -> int:
    if descriptor is not None:
        return descriptor
    null = os.open(os.devnull, os.O_RDONLY)
    given.to_close.append(null)
    return null


def _same(one: int | None, two: int | None) -> bool:
    if one is None or two is None:
        return one is two
    first, second = os.fstat(one), os.fstat(two)
    return (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino)
