"""A real terminal for the installed command: tmux types the keys and tells what stands on the screen."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 60.0


class Tmux:
    """One tmux server of our own with one shell in it."""

    def __init__(self, folder: Path, columns: int, rows: int) -> None:
        self._socket = str(folder / "tmux")
        self._size = (str(columns), str(rows))
        self.folder = folder
        self._asked = 0

    def run(self, *arguments: str) -> str:
        command = ["tmux", "-f", "/dev/null", "-S", self._socket, *arguments]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout

    def start(self, environment: dict[str, str]) -> None:
        columns, rows = self._size
        shell = ["env", "-i", *(f"{name}={value}" for name, value in environment.items()), "sh"]
        self.run("new-session", "-d", "-x", columns, "-y", rows, "-c", str(self.folder), shlex.join(shell))
        self.run("set-option", "-g", "status", "off")
        self.run("set-option", "-s", "set-clipboard", "on")
        self.type("stty -a > before.txt; echo rea''dy")
        self.until(lambda text: "ready" in text)

    def type(self, line: str) -> None:
        """A line for the shell."""
        self.run("send-keys", "-l", line)
        self.run("send-keys", "Enter")

    def press(self, *keys: str) -> None:
        self.run("send-keys", *keys)

    def screen(self) -> str:
        return self.run("capture-pane", "-p")

    def until(self, holds: Callable[[str], bool]) -> str:
        """The screen once it is as wanted."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            text = self.screen()
            if holds(text):
                return text
            time.sleep(0.05)
        raise AssertionError(f"never came:\n{self.screen()}")

    def shows(self, *words: str) -> str:
        return self.until(lambda text: all(word in text for word in words))

    def left(self) -> None:
        """Wait until the ordinary screen is back: what is typed before is read by nobody."""
        self.until(lambda _: self.run("display-message", "-p", "#{alternate_on}").strip() == "0")

    def exit_code(self) -> int:
        """How the last command ended, asked of a shell that has its terminal again."""
        self.left()
        self._asked += 1
        self.type(f"c=$?; clear; echo {self._asked}:code=$c.")
        begin = f"{self._asked}:code="
        text = self.until(lambda text: text.startswith(begin) and "." in text)
        return int(text.removeprefix(begin).partition(".")[0])

    def is_restored(self) -> bool:
        """Whether the terminal is as it was: its modes, the ordinary screen, the cursor shown, no mouse reports."""
        self.type("stty -a > after.txt; echo do''ne")
        self.until(lambda text: "done" in text)
        same = (self.folder / "before.txt").read_bytes() == (self.folder / "after.txt").read_bytes()
        flags = self.run("display-message", "-p", "#{alternate_on}#{cursor_flag}#{mouse_any_flag}#{mouse_all_flag}")
        return same and flags.strip() == "0100"


@contextlib.contextmanager
def tmux(folder: Path, columns: int = 100, rows: int = 30, **more: str) -> Iterator[Tmux]:
    """A terminal in which `voicelog` is the installed command; the test is skipped where there is no tmux."""
    if sys.platform == "win32" or shutil.which("tmux") is None:
        pytest.skip("no tmux here: `apt-get install tmux`, which .ci/run does, brings it")
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "PS1": "$ ",
        "VOICELOG_STATE": str(folder / "state"),
        "VOICELOG_CACHE": os.environ.get("VOICELOG_CACHE", str(Path.home() / ".cache" / "voicelog")),
        "VOICELOG_LANG": "en",
        **more,
    }
    terminal = Tmux(folder, columns, rows)
    terminal.start(environment)
    try:
        yield terminal
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            terminal.run("kill-server")
