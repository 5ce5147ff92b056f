"""How soon the interface shows something, and whether it ever stops answering: `python -m benchmarks.tui` writes docs/tui.md.

Everything is measured from outside, in a real pseudo-terminal: what counts is when bytes arrive there. `--quick` takes
a tenth of the data and writes nothing. Linux only.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import platform
import pty
import re
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.logs import ordinary

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "tui.md"
SAMPLE = ROOT / "docs" / "sample.log"
PAIRS = 15
_PATIENCE = 120.0
_KEYS = (b"\x1b[6~", b"\x1b[5~")
"""Page down, page up."""
_BETWEEN_KEYS = 0.03


class Row(NamedTuple):
    """A line of the table."""

    what: str
    figure: str
    spread: str = ""
    target: str = ""


class Terminal:
    """A program in a terminal of 120 by 40, and what it wrote."""

    def __init__(self, command: list[str]) -> None:
        self.started = time.perf_counter()
        self.process, self._descriptor = pty.fork()
        if self.process == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8")
            os.execvp(command[0], command)  # noqa: S606 - our own program
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.written = b""

    def read(self, limit: float) -> bytes:
        """What was written within so many seconds; nothing after its end."""
        if not select.select([self._descriptor], [], [], limit)[0]:
            return b""
        with contextlib.suppress(OSError):
            data = os.read(self._descriptor, 65536)
            self.written += data
            return data
        return b""

    def until(self, text: bytes) -> float:
        """Seconds from the start until `text` stands on the screen."""
        while text not in re.sub(rb"\x1b\[[0-9;]*m", b"", self.written):
            if time.perf_counter() - self.started > _PATIENCE:
                raise RuntimeError(f"{text!r} never came")
            self.read(1.0)
        return time.perf_counter() - self.started

    def press(self, key: bytes) -> None:
        os.write(self._descriptor, key)

    def answered(self, key: bytes) -> float:
        """Seconds from a key until something is painted."""
        while self.read(0):
            pass
        pressed = time.perf_counter()
        self.press(key)
        while not self.read(1.0):
            if time.perf_counter() - pressed > _PATIENCE:
                raise RuntimeError("the interface does not answer")
        return time.perf_counter() - pressed

    def peak(self) -> int:
        """Most bytes that the process held."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) * 1024 if found else 0

    def close(self) -> None:
        self.press(b"q")
        deadline = time.perf_counter() + 10
        while time.perf_counter() < deadline:
            self.read(0.1)
            if os.waitpid(self.process, os.WNOHANG)[0]:
                break
        else:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        os.close(self._descriptor)


def bare() -> float:
    """Seconds of an interpreter that does nothing, in a terminal too."""
    terminal = Terminal([sys.executable, "-c", "pass"])
    os.waitpid(terminal.process, 0)
    return time.perf_counter() - terminal.started


def interface(path: Path) -> list[str]:
    return [sys.executable, "-m", "voicelog", "tui", str(path), "--lang", "en"]


def first_paint(path: Path, text: bytes) -> tuple[float, float]:
    """(seconds until a line of the log is painted, times bare Python)."""
    one = bare()
    terminal = Terminal(interface(path))
    shown = terminal.until(text)
    terminal.close()
    return shown, shown / one


def while_reading(path: Path, answer: bytes) -> tuple[list[float], float, int]:
    """(seconds that each key waited while a log was read and explained, seconds until the answer, bytes at most)."""
    terminal = Terminal(interface(path))
    terminal.until(b"Reading the log")
    terminal.press(b"\t")
    waits: list[float] = []
    while answer not in re.sub(rb"\x1b\[[0-9;]*m", b"", terminal.written):
        waits.append(terminal.answered(_KEYS[len(waits) % 3 == 2]))
        time.sleep(_BETWEEN_KEYS)
    done = time.perf_counter() - terminal.started
    for _ in range(40):
        terminal.answered(_KEYS[0])
    peak = terminal.peak()
    terminal.close()
    return waits, done, peak


def spread(values: list[float], unit: str, scale: float = 1.0) -> tuple[str, str]:
    """Median and quartiles in words."""
    low, middle, high = (value * scale for value in statistics.quantiles(values, n=4))
    return f"{middle:.0f} {unit}", f"{low:.0f} to {high:.0f}"


def measured(size: int, pairs: int) -> list[Row]:
    """All figures."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        big = Path(folder) / "big.log"
        ordinary(big, size, 5)
        beginning = big.open("rb").readline().strip()[:24]
        first_paint(SAMPLE, b"webui.py")
        small, large, ratios, growth = [], [], [], []
        for _ in range(pairs):
            seconds, ratio = first_paint(SAMPLE, b"webui.py")
            large_seconds, _ = first_paint(big, beginning)
            small.append(seconds)
            ratios.append(ratio)
            large.append(large_seconds)
            growth.append(large_seconds / seconds)
        rows.append(Row("first paint of a small log", *spread(small, "ms", 1000)))
        rows.append(Row("the same, to bare `python -c pass`", *spread(ratios, "times"), "30 times"))
        name = f"{size / 1e9:.1f} GB"
        rows.append(Row(f"first page of a log of {name}", *spread(large, "ms", 1000)))
        low, middle, high = statistics.quantiles(growth, n=4)
        rows.append(
            Row(
                "the same, to the first paint of a small one",
                f"{middle:.2f} times",
                f"{low:.2f} to {high:.2f}",
                "2 times",
            )
        )
        answers = []
        for _ in range(pairs):
            terminal = Terminal(interface(SAMPLE))
            answers.append(terminal.until(b"99 % sure"))
            terminal.close()
        rows.append(Row("answer for a small log", *spread(answers, "ms", 1000), "1 s"))
        waits, done, peak = while_reading(big, b"Do this first")
        slow = sorted(waits)[-1]
        rows.append(Row(f"answer for the log of {name}", f"{done:.1f} s"))
        rows.append(
            Row(
                f"a key pressed while it is read and explained, until something is painted ({len(waits)} keys)",
                f"{1000 * statistics.median(waits):.0f} ms",
                f"slowest {1000 * slow:.0f} ms",
                "100 ms",
            )
        )
        rows.append(Row("memory at most, the log explained and scrolled through", f"{peak / 1e6:.0f} MB"))
    return rows


def document(rows: list[Row]) -> str:
    load = os.getloadavg()[0]
    lines = [
        "# How soon the interface answers",
        "",
        f"Written by `python -m benchmarks.tui` with Python {platform.python_version()} on {platform.machine()}, "
        f"{os.cpu_count()} cores, load {load:.1f} when it ended. Each figure is taken from outside, in a pseudo-terminal "
        "of 120 by 40: what counts is when it is painted there. Median, and the quartiles of the runs.",
        "",
        "| what | measured | spread | aim |",
        "|---|---|---|---|",
        *(f"| {row.what} | {row.figure} | {row.spread} | {row.target} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the data, nothing written")
    quick = parser.parse_args().quick
    text = document(measured(100 * 10**6 if quick else 10**9, 5 if quick else PAIRS))
    print(text)
    if not quick:
        DOCUMENT.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
