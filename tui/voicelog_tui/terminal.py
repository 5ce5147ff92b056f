"""The terminal for the interface, also where the log is piped in on the standard input that keys would come from."""

from __future__ import annotations

import contextlib
import os
import sys
from io import BufferedReader

from voicelog.errors import InputError

KEYBOARD = "CONIN$" if sys.platform == "win32" else "/dev/tty"
"""What a process opens to read the keys of the terminal that it was started from."""


def prepare(*, takes_input: bool) -> BufferedReader | None:
    """Make standard input the keyboard and standard error the screen; what was piped in instead, where it is wanted.

    Raises InputError where there is no terminal, or nothing is piped in although it is wanted.
    """
    hint = "voicelog analyze answers without one"
    if not _is_terminal(1) or os.environ.get("TERM") == "dumb":
        raise InputError("no-terminal", "the interface needs a terminal to draw on", hint=hint)
    piped: BufferedReader | None = None
    if _is_terminal(0):
        if takes_input:
            example = "python infer.py 2>&1 | voicelog tui -"
            raise InputError("nothing-piped", "nothing is piped in", where="-", hint=example)
    else:
        try:
            keyboard = os.open(KEYBOARD, os.O_RDWR | getattr(os, "O_BINARY", 0))
        except OSError:
            raise InputError("no-terminal", "there is no terminal to read keys from", hint=hint) from None
        if takes_input:
            piped = open(os.dup(0), "rb")  # noqa: PTH123, SIM115 - a descriptor, read for as long as we run
        _replace(0, keyboard)
        os.close(keyboard)
    if sys.platform != "win32" and not _is_terminal(2):
        _replace(2, 1)  # where Textual draws there
    return piped


def _is_terminal(descriptor: int) -> bool:
    with contextlib.suppress(OSError):
        return os.isatty(descriptor)
    return False


def _replace(descriptor: int, by: int) -> None:
    os.dup2(by, descriptor)
    if sys.platform == "win32":
        _tell_windows(descriptor)


def _tell_windows(descriptor: int) -> None:
    """The console functions ask for the standard handles, and not for descriptors."""
    if sys.platform == "win32":
        import ctypes
        import msvcrt

        ctypes.windll.kernel32.SetStdHandle(-10 - descriptor, msvcrt.get_osfhandle(descriptor))
