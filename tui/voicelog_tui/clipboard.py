"""Text onto the system's clipboard, by the program that every system has for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import PureWindowsPath
from typing import NamedTuple

_LONGEST_WAIT = 3.0
"""Seconds after which a program that takes no text is given up."""


class Program(NamedTuple):
    """A program that puts its standard input onto a clipboard."""

    argv: tuple[str, ...]
    encoding: str = "utf-8"

    @property
    def name(self) -> str:
        """How people call it."""
        return PureWindowsPath(self.argv[0]).name


def programs() -> Iterator[Program]:
    """Those that fit this system and the session at hand, the likeliest first."""
    if sys.platform == "win32":  # by its whole path: a bare name would be looked for in the current folder first
        folder = os.environ.get("SYSTEMROOT", r"C:\Windows")
        yield Program((rf"{folder}\System32\clip.exe",), "utf-16-le")
        return
    if sys.platform == "darwin":
        yield Program(("pbcopy",))
    if os.environ.get("WAYLAND_DISPLAY"):
        yield Program(("wl-copy",))
    if os.environ.get("DISPLAY"):
        yield Program(("xclip", "-selection", "clipboard"))
        yield Program(("xsel", "--clipboard", "--input"))
    if os.environ.get("WSL_DISTRO_NAME"):
        yield Program(("clip.exe",), "utf-16-le")
    if os.environ.get("TMUX"):
        yield Program(("tmux", "load-buffer", "-w", "-"))


def copy(text: str) -> str:
    """Put `text` onto the clipboard; the name of the program that took it, nothing where none did."""
    for program in programs():
        if (path := shutil.which(program.argv[0])) is None:
            continue
        environment = {**os.environ, "LC_CTYPE": "UTF-8"} if sys.platform == "darwin" else None
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, the text on its standard input only
                [path, *program.argv[1:]],
                input=text.encode(program.encoding, "replace"),
                stdout=subprocess.DEVNULL,  # xclip stays behind to serve the text, and would hold a pipe open
                stderr=subprocess.DEVNULL,
                timeout=_LONGEST_WAIT,
                env=environment,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return program.name
    return ""
