"""The parent of a watched program on Linux and macOS, started as a script of its own.

It outlives voicelog for as long as it takes to end everything that the program started, so that even `kill -9` of
voicelog leaves no orphan behind. It reads commands from a socket and writes events to it, one line each:

    in:  signal NUMBER | resume | release        out: started PID | failed ERRNO | stopped | ended STATUS MEMORY CPU
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
import socket
import subprocess
import sys
import time

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_GRACE = 0.5
"""Seconds between asking the program to end and ending it."""


def main(control: int, terminal: int, program: str, arguments: list[str]) -> int:
    """Start the program, serve voicelog until it lets go or is gone."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    link = socket.socket(fileno=control)
    if terminal >= 0:
        _take_terminal(terminal)
    ignored = [n for n in (1, 2, 3, 15) if signal.getsignal(n) == signal.SIG_IGN]  # nohup, or a shell's background
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTTOU, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    child = _start(link, terminal, program, arguments, ignored)
    if child <= 0:
        return 1
    for descriptor in {0, 1, 2, terminal} - {-1}:
        os.close(descriptor)
    _serve(link, woken, child)
    return 0


def _prctl(option: int, value: int) -> None:
    """Linux only; elsewhere the process groups have to do."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _take_terminal(terminal: int) -> None:
    import fcntl
    import termios

    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def _start(link: socket.socket, terminal: int, program: str, arguments: list[str], ignored: list[int]) -> int:
    failing, failed = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _become(terminal, program, arguments, failed, ignored)
        finally:
            os._exit(127)
    os.close(failed)
    reason = os.read(failing, 32)
    os.close(failing)
    if reason:
        os.waitpid(child, 0)
        link.sendall(b"failed " + reason + b"\n")
        return 0
    link.sendall(b"started %d\n" % child)
    return child


def _become(terminal: int, program: str, arguments: list[str], failed: int, ignored: list[int]) -> None:
    """In the new process: its own group, in the foreground of its terminal, then the program."""
    os.setpgid(0, 0)
    if terminal >= 0:
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(terminal, os.getpid())
        if terminal > 2:
            os.close(terminal)
    for number in range(1, signal.NSIG):
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        os.execv(program, arguments)  # noqa: S606 - the user's own command
    except OSError as error:
        if error.errno == errno.ENOEXEC and _is_text(program):
            os.execv("/bin/sh", ["sh", program, *arguments[1:]])  # noqa: S606 - as a shell does with such a file
        os.write(failed, b"%d" % (error.errno or 0))


def _is_text(program: str) -> bool:
    """Whether a shell would read the file as a script: no NUL in its first line."""
    with contextlib.suppress(OSError), open(program, "rb") as stream:  # noqa: PTH123
        return b"\0" not in stream.readline(128)
    return False


def _serve(link: socket.socket, woken: int, child: int) -> None:
    pending = b""
    poll = select.poll()
    poll.register(link, select.POLLIN)
    poll.register(woken, select.POLLIN)
    while True:
        poll.poll()
        with contextlib.suppress(BlockingIOError):
            os.read(woken, 4096)
        _reap(link, child)
        if not select.select([link], [], [], 0)[0]:
            continue
        try:
            data = link.recv(4096)
        except OSError:
            data = b""
        if not data:
            _end_everything(child)
            return
        pending += data
        *lines, pending = pending.split(b"\n")
        for line in lines:
            if line == b"release":
                return
            if line == b"resume":
                _signal_tree(child, signal.SIGCONT)
            elif line.startswith(b"signal "):
                _signal_tree(child, int(line[7:]))


def _reap(link: socket.socket, child: int) -> None:
    while True:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG | os.WUNTRACED)
        except ChildProcessError:
            return
        if pid == 0:
            return
        if pid != child:
            continue
        memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        spent = usage.ru_utime + usage.ru_stime
        event = b"stopped\n" if os.WIFSTOPPED(status) else b"ended %d %d %.3f\n" % (status, memory, spent)
        with contextlib.suppress(OSError):
            link.sendall(event)


def _signal_tree(child: int, number: int) -> None:
    """To every process that the program started and that still shares its session."""
    session = os.getsid(0)
    for pid in _descendants():
        with contextlib.suppress(OSError):
            if os.getsid(pid) == session or pid == child:
                os.kill(pid, number)


def _end_everything(child: int) -> None:
    """voicelog is gone: ask politely, then leave nothing alive."""
    for pid in _descendants():
        for number in (signal.SIGTERM, signal.SIGCONT):
            with contextlib.suppress(OSError):
                os.kill(pid, number)
    deadline = time.monotonic() + _GRACE
    while _alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    while alive := _alive():
        for pid in alive:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def _alive() -> list[int]:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    return _descendants()


def _descendants() -> list[int]:
    """Every living process below this one; what lost its parent hangs below it too, on Linux."""
    children: dict[int, list[int]] = {}
    for pid, parent, state in _processes():
        if state != "Z":
            children.setdefault(parent, []).append(pid)
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _processes() -> list[tuple[int, int, str]]:
    """(process, parent, state) of every process."""
    if sys.platform != "linux":
        with subprocess.Popen(["/bin/ps", "-axo", "pid=,ppid=,state="], stdout=subprocess.PIPE, text=True) as listing:
            rows = [line.split() for line in listing.communicate()[0].splitlines()]
        return [(int(row[0]), int(row[1]), row[2][:1]) for row in rows if int(row[0]) != listing.pid]
    found = []
    for name in os.listdir("/proc"):  # noqa: PTH208 - no pathlib: every program waits for this script to start
        if not name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):
            with open(f"/proc/{name}/stat", "rb") as stream:  # noqa: PTH123
                after = stream.read().rsplit(b")", 1)[1].split()
            found.append((int(name), int(after[1]), after[0].decode()))
    return found


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]))
