"""Other programs, run with a limit: whatever they do, an answer comes back in time."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

_running: set[subprocess.Popen[bytes]] = set()
"""Programs that some thread waits for."""
_MOST_OUTPUT = 1 << 20
"""Bytes that are read of each stream."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended and what it printed."""

    code: int | None
    """Exit code, negative for a signal; None where it could not be started or was stopped."""
    output: str
    errors: str
    seconds: float
    timed_out: bool = False
    problem: str = ""
    """Why it could not be started."""

    @property
    def fine(self) -> bool:
        return self.code == 0


def run(
    command: Sequence[str], limit: float, *, environment: Mapping[str, str] | None = None, folder: str | None = None
) -> Ended:
    """Run `command` without input for at most `limit` seconds; its children end with it."""
    started = time.monotonic()
    # Files, not pipes: a grandchild that keeps a pipe open cannot hold us up, nor can output fill it.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(  # noqa: S603 - an argument list of ours, no shell
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                env=dict(environment) if environment is not None else None,
                cwd=folder,
                creationflags=0x08000000 if sys.platform == "win32" else 0,  # CREATE_NO_WINDOW
            )
        except (OSError, ValueError) as error:
            return Ended(None, "", "", time.monotonic() - started, problem=_reason(error))
        timed_out = False
        _running.add(process)
        try:
            code: int | None = process.wait(limit)
        except subprocess.TimeoutExpired:
            timed_out, code = True, None
            end_tree(process)
        finally:
            _running.discard(process)
        return Ended(code, _text(output), _text(errors), time.monotonic() - started, timed_out)


def end_all() -> None:
    """End every program that another thread waits for: after an interrupt nobody needs their answers."""
    for process in list(_running):
        end_tree(process)


def end_tree(process: subprocess.Popen[bytes]) -> None:
    """End a process and everything it started."""
    import psutil

    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
    with contextlib.suppress(OSError):
        process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)


def _text(stream: IO[bytes]) -> str:
    """The end of what was printed, in the system's encoding where it is not UTF-8."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(size - _MOST_OUTPUT, 0))
    data = stream.read(_MOST_OUTPUT)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        import locale

        return data.decode(locale.getpreferredencoding(False), "replace")


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)
