"""What being watched costs: `python -m benchmarks.run [PAIRS]` writes docs/run.md."""

from __future__ import annotations

import contextlib
import os
import platform
import pty
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "run.md"
PAIRS = 12
"""Of runs with and without voicelog, each other pair in the other order, so that a machine that gets busier favours none."""
EDGES = 31
ROUNDS = 300_000_000
"""Of an empty loop: some ten seconds of one core, as long as the shortest inference that is worth watching."""
FLOOD = 1 << 30
WORK = f"for _ in range({ROUNDS}): pass"
SCREENFUL = 1 << 28
FLOODING = "import os; block = bytes(range(256)) * 4096\nfor _ in range({0} >> 20): os.write(1, block)"


def watched(code: str, *options: str) -> list[str]:
    return [sys.executable, "-m", "voicelog", "run", *options, "--", sys.executable, "-c", code]


def times(command: list[str]) -> tuple[float, float]:
    """Wall seconds, and processor seconds of everything below it."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise SystemExit(f"{command} ended with {status}")
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime


def in_pairs(bare: list[str], mine: list[str], count: int) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Times of both commands, one after the other and each other time the other way round."""
    found = []
    for number in range(count):
        if number % 2:
            second = times(mine)
            found.append((times(bare), second))
        else:
            found.append((times(bare), times(mine)))
    return found


def memory(code: str) -> int:
    """Most bytes that voicelog and its guard held at one moment, the watched program left out."""
    most = 0
    process = psutil.Popen(
        watched(code), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None:
        with contextlib.suppress(psutil.Error):
            own = [process, *(one for one in process.children() if "guard.py" in " ".join(one.cmdline()))]
            most = max(most, sum(one.memory_full_info().pss for one in own))
        time.sleep(0.02)
    return most


def through_pipe() -> float:
    """Bytes a second."""
    started = time.perf_counter()
    process = subprocess.Popen(
        watched(FLOODING.format(FLOOD), "--quiet"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    return _drained(process.stdout.fileno() if process.stdout else -1, started, process.wait)


def through_terminal(*, bare: bool = False) -> float:
    """Bytes a second; `bare` is without voicelog. The terminal makes two characters of each line's end."""
    started = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        code = FLOODING.format(SCREENFUL)
        command = [sys.executable, "-c", code] if bare else watched(code, "--quiet")
        os.execv(command[0], command)  # noqa: S606 - the real program on a real terminal
    return _drained(terminal, started, lambda: os.waitpid(pid, 0))


def _drained(descriptor: int, started: float, ended: Callable[[], object]) -> float:
    count = 0
    with contextlib.suppress(OSError):
        while data := os.read(descriptor, 1 << 20):
            count += len(data)
    ended()
    return count / (time.perf_counter() - started)


def main(count: int = PAIRS) -> None:
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {"VOICELOG_STATE": name, "VOICELOG_CACHE": f"{name}/cache"}
        failing = "print('working'); raise RuntimeError('CUDA out of memory. Tried to allocate 2.00 GiB')"
        first = memory(failing)  # compiles the base
        bare = [sys.executable, "-c", WORK]
        pairs = in_pairs(bare, watched(WORK), count)
        walls = [mine[0] / theirs[0] - 1 for theirs, mine in pairs]
        best = min(mine[0] for _, mine in pairs) / min(theirs[0] for theirs, _ in pairs) - 1
        edges = in_pairs([sys.executable, "-c", "pass"], watched("pass"), EDGES)
        ends = sorted(mine[0] - theirs[0] for theirs, mine in edges)
        both_ends = statistics.median(mine[1] - theirs[1] for theirs, mine in edges)
        working = statistics.median(one[0] for one, _ in pairs)
        asleep = [sys.executable, "-c", "import time; time.sleep(10)"]
        own = statistics.median(mine[1] - theirs[1] for theirs, mine in in_pairs(asleep, watched(asleep[2]), 5))
        low, middle, high = statistics.quantiles(walls, n=4)
        most = max(memory("import time; time.sleep(3)"), memory(failing))
        pipe = max(through_pipe() for _ in range(3))
        screen = max(through_terminal() for _ in range(2))
        plain = max(through_terminal(bare=True) for _ in range(2))
    lines = [
        "# What being watched costs",
        "",
        f"Written by `python -m benchmarks.run` with Python {platform.python_version()} on {platform.machine()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[1]:.1f} while it ran. Pairs of runs, with and without voicelog, one after the other."
        " Processor times hold on any machine; wall times and throughput are those of a machine as busy as this one.",
        "",
        "| what | measured | aim |",
        "|---|---|---|",
        f"| wall time added to a CPU-bound program of {working:.0f} s, median of {count} pairs | {middle:+.1%} (quartiles {low:+.1%} to {high:+.1%}) | at most 2 % |",
        f"| the same, best of {count} with against best of {count} without | {best:+.1%} | at most 2 % |",
        f"| wall time added to a program that does nothing: all that is waited for at both ends | median {statistics.median(ends):.2f} s, quickest tenth {ends[EDGES // 10]:.2f} s | |",
        f"| processor time of voicelog and its guard, start and end only | {both_ends:.2f} s | |",
        f"| the same while a program runs for 10 s, in shares of a program that computes as long | {own:.2f} s, {own / 10:.1%} | |",
        f"| of that the watching itself: looking once a second, keeping the record | {(own - both_ends) / 10:.1%} | at most 2 % |",
        f"| memory of voicelog and its guard at its peak (PSS), diagnosis included | {most / 1e6:.0f} MB | under 60 MB |",
        f"| the same in the first run after an installation, which compiles the base once | {first / 1e6:.0f} MB | |",
        f"| output passed on through a pipe | {pipe / 1e6:.0f} MB/s | 100 MB/s |",
        f"| output passed on through a terminal | {screen / 1e6:.0f} MB/s (the terminal alone: {plain / 1e6:.0f} MB/s) | |",
    ]
    DOCUMENT.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
