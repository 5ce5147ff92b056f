"""The only writer of standard output and standard error, and the exit codes."""

from __future__ import annotations

import os
import sys
from enum import IntEnum
from typing import TextIO

from voicelog.errors import VoicelogError

_PLAIN_MARKS = str.maketrans(
    {"✗": "x", "✓": "+", "→": ">", "·": "-", "…": "...", "—": "-", "“": '"', "”": '"', "─": "-"}
)


class ExitCode(IntEnum):
    """What the process says of itself."""

    ANSWERED = 0
    FOUND = 1
    BAD_INPUT = 2
    INTERRUPTED = 130


def write_text(text: str) -> None:
    """Text for a person, in the terminal's own encoding; what it cannot show becomes something plain."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        data = text.translate(_PLAIN_MARKS).encode(encoding, "replace")
    except LookupError:
        data = text.encode("utf-8", "replace")
    _write(data if os.linesep == "\n" else data.replace(b"\n", os.linesep.encode()))


def write_data(text: str) -> None:
    """Text for a program: always UTF-8."""
    _write(text.encode("utf-8", "surrogatepass"))


def _write(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def report_error(error: VoicelogError) -> None:
    """One line: what, where, and what to do."""
    hint = f" ({error.hint})" if error.hint else ""
    write_error(f"voicelog: {error}{hint}")


def open_standard() -> None:
    """Whoever started us may have closed a standard stream: nothing else is ever to get its number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def is_keyboard() -> bool:
    """Whether somebody sits at standard input, and nothing is piped in."""
    return sys.stdin is None or sys.stdin.isatty()


def write_error(line: str) -> None:
    """A line to standard error, whatever its encoding; nothing where there is none."""
    if sys.stderr is None:
        return
    if sys.stdout is not None:
        sys.stdout.flush()
    encoding = sys.stderr.encoding or "utf-8"
    try:
        line.encode(encoding)
    except UnicodeEncodeError:
        line = line.translate(_PLAIN_MARKS).encode(encoding, "backslashreplace").decode(encoding)
    print(line, file=sys.stderr, flush=True)


def write_progress(line: str) -> None:
    """The line on standard error that the next one replaces, only on a terminal; an empty one clears it."""
    if not (sys.stderr and sys.stderr.isatty()):
        return
    encoding = sys.stderr.encoding or "utf-8"
    shown = line[: columns() - 1].encode(encoding, "replace").decode(encoding)
    text = f"\r\x1b[K{shown}" if os.environ.get("TERM") != "dumb" else f"\r{shown:<78}"
    print(text, end="", file=sys.stderr, flush=True)


def colored(stream: TextIO | None) -> bool:
    """Whether to colour: no-color.org and force-color.org, then a terminal that is not dumb."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def columns() -> int:
    """Width of the terminal, or what COLUMNS says; 80 where there is none."""
    if (wanted := os.environ.get("COLUMNS", "")).isdigit() and int(wanted):
        return int(wanted)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80 if sys.__stdout__ else 80
    except (OSError, ValueError):
        return 80


def silence_broken_pipe() -> None:
    """After the reader went away, leave nothing for the interpreter to flush into it."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
