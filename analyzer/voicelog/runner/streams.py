"""Where the output of a run goes besides its record."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple, Protocol

from voicelog.runner.types import Exit

Listener = Callable[[bytes], None]


class Streams(NamedTuple):
    """The three standard streams of the program; None is nowhere."""

    stdin: int | None = None
    stdout: int | None = None
    stderr: int | None = None
    listener: Listener | None = None
    """Gets every piece of output, from any thread."""
    foreground: bool = False
    """Whether signals and the keyboard of this process are meant for the program."""
    stop: threading.Event | None = None
    """Set from another thread, it asks the program to end, and soon makes it."""

    @property
    def stopping(self) -> bool:
        """Whether the program is to end now."""
        return self.stop is not None and self.stop.is_set()


CONSOLE = Streams(0, 1, 2, None, True)


class Program(Protocol):
    """A program that was started."""

    pid: int

    def wait(self, limit: float | None = None) -> Exit:
        """Wait for its end, for at most `limit` seconds before it is asked to end."""
