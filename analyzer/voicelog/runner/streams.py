"""Where the output of a run goes besides its record."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

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


CONSOLE = Streams(0, 1, 2, None, True)
