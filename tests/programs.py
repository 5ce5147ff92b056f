"""Starting voicelog as users do: with pipes, or on a terminal of its own."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable


def environment(**more: str) -> dict[str, str]:
    """That of the tests, with the checkout's own voicelog and English answers."""
    source = os.pathsep.join([str(ROOT / "analyzer"), str(ROOT / "tui")])
    return {**os.environ, "PYTHONPATH": source, "VOICELOG_LANG": "en", "LANG": "C.UTF-8", "TERM": "xterm", **more}


def command(*arguments: str) -> list[str]:
    return [PYTHON, "-m", "voicelog", *arguments]


def start(*arguments: str, folder: Path | None = None, **more: str) -> subprocess.Popen[bytes]:
    """voicelog with pipes, in a process group of its own."""
    return subprocess.Popen(
        command(*arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=environment(**more),
        start_new_session=True,
    )


class OnTerminal:
    """voicelog on a pseudo-terminal, with somebody at the keyboard."""

    def __init__(self, *arguments: str, folder: Path | None = None) -> None:
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder or ROOT / "tests")
            os.execve(PYTHON, command(*arguments), environment())
        self.shown = b""

    def read_until(self, word: bytes, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while word not in self.shown:
            assert time.monotonic() < deadline, self.shown
            self._read()

    def _read(self) -> bool:
        if not select.select([self.terminal], [], [], 0.2)[0]:
            return True
        try:
            data = os.read(self.terminal, 65536)
        except OSError:
            return False
        self.shown += data
        return bool(data)

    def type(self, keys: bytes) -> None:
        os.write(self.terminal, keys)

    def close(self) -> None:
        """The window is gone."""
        os.close(self.terminal)

    def wait(self) -> int:
        """Exit code, as a shell tells it."""
        while self._read():
            if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                while select.select([self.terminal], [], [], 0)[0] and self._read():
                    pass
                break
        return self.reap()

    def reap(self) -> int:
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return 128 - code if code < 0 else code


def eventually(condition: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether `condition` comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def marked(mark: str) -> list[psutil.Process]:
    """Living processes whose command line holds `mark`, this one and voicelog itself not counted."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if process.info["status"] != psutil.STATUS_ZOMBIE and mark in " ".join(words) and process.pid != os.getpid():
            found.append(process)
    return found


@contextlib.contextmanager
def cleaned(mark: str) -> Iterator[None]:
    """Whatever a failed test leaves alive goes with it."""
    try:
        yield
    finally:
        for process in marked(mark):
            with contextlib.suppress(psutil.Error):
                process.send_signal(signal.SIGKILL)
