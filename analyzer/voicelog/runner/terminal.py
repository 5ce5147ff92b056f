"""The user's terminal while a program runs on a pseudo-terminal of its own (Linux and macOS)."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import termios
from typing import Any

_SIZE = b"\0" * 8


class Terminal:
    """A pseudo-terminal that looks like the user's, and the user's own in raw mode while it is the foreground's."""

    def __init__(self, user: int, *, shows_output: bool) -> None:
        self._user = user
        self._shows_output = shows_output
        self._before: list[Any] | None = None
        self.master, self.slave = pty.openpty()
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self.slave, termios.TCSANOW, termios.tcgetattr(user))
        self.resize()

    def resize(self) -> None:
        with contextlib.suppress(OSError):
            fcntl.ioctl(self.master, termios.TIOCSWINSZ, fcntl.ioctl(self._user, termios.TIOCGWINSZ, _SIZE))

    def foreground(self) -> bool:
        """Whether keys typed now are meant for us."""
        try:
            return os.tcgetpgrp(self._user) == os.getpgrp()
        except OSError:
            return False

    def take(self) -> None:
        """Keys go to the program untouched, Ctrl-C among them: its own terminal turns that into a signal."""
        if not self.foreground():
            return
        with contextlib.suppress(termios.error):
            before = termios.tcgetattr(self._user)
            raw = list(before)
            raw[0] &= ~(termios.BRKINT | termios.ICRNL | termios.INPCK | termios.ISTRIP | termios.IXON)
            if self._shows_output:
                raw[1] &= ~termios.OPOST
            raw[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
            termios.tcsetattr(self._user, termios.TCSADRAIN, raw)
            self._before = before

    def give_back(self) -> None:
        if self._before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._user, termios.TCSADRAIN, self._before)
            self._before = None
