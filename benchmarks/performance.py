"""Speed, as ratios within one run: `python -m benchmarks.performance` writes docs/performance.md."""

from __future__ import annotations

import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "performance.md"
PAIRS = 20
LARGE = 20 * 2**20

UNKNOWN = "Traceback (most recent call last):\n  File \"train.py\", line 3, in <module>\nKeyError: 'val/pitch'\n"
SERVER_LINES = (
    "2024-05-01 08:00:{second:02d},{milli:03d} - tts.server - INFO - synthesized {count} tokens in {milli} ms for request {count}",
    'INFO:     10.0.0.{second}:51{milli:03d} - "POST /v1/audio/speech HTTP/1.1" 200 OK',
    "2024-05-01 08:00:{second:02d},{milli:03d} - asr.worker - DEBUG - chunk {count} rms 0.0{milli} vad True",
    "step {count}: loss=2.{milli:03d} lr=1.0e-4 grad_norm=0.{milli:03d}",
)


def seconds(command: list[str], given: Path | None = None) -> float:
    """Wall time of one process."""
    with given.open("rb") if given else open(os.devnull, "rb") as stream:  # noqa: PTH123
        started = time.perf_counter()
        subprocess.run(command, stdin=stream, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - started


def ratio(command: list[str], given: Path | None = None) -> tuple[float, float, float]:
    """Median ratio to bare Python over pairs, and the quartiles."""
    bare = [sys.executable, "-c", "pass"]
    pairs = [(seconds(bare), seconds(command, given)) for _ in range(PAIRS)]
    ratios = [mine / theirs for theirs, mine in pairs]
    low, middle, high = statistics.quantiles(ratios, n=4)
    return middle, low, high


def server_log(path: Path, size: int) -> None:
    """Ordinary output of a voice server with one failure near its end."""
    chance = random.Random(7)  # noqa: S311 - data, not secrets
    block = "\n".join(
        chance.choice(SERVER_LINES).format(second=chance.randrange(60), milli=chance.randrange(1000), count=at)
        for at in range(5000)
    )
    with path.open("w", encoding="utf-8") as stream:
        written = 0
        while written < size:
            written += stream.write(block + "\n")
        stream.write("RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB\n")


def main() -> None:
    program = [sys.executable, "-m", "voicelog", "analyze"]
    bare = statistics.median(seconds([sys.executable, "-c", "pass"]) for _ in range(PAIRS))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        unknown, large = folder / "unknown.log", folder / "large.log"
        unknown.write_text(UNKNOWN, encoding="utf-8")
        server_log(large, LARGE)
        known = ROOT / "docs" / "sample.log"
        seconds([*program, str(known)])  # compiles the base
        rows = [
            ("`voicelog analyze` of a small log that a pattern explains", *ratio([*program, str(known)])),
            ("`voicelog analyze` of a small log that ends `unknown`", *ratio([*program, str(unknown)])),
        ]
        speed = LARGE / 1e6 / min(seconds([*program, str(large)]) for _ in range(3))
    lines = [
        "# Performance",
        "",
        f"Written by `python -m benchmarks.performance` with Python {platform.python_version()} on {platform.machine()}, "
        f"{os.cpu_count()} cores. Ratios are taken within pairs of runs, because machines are noisy.",
        "",
        "| what | median | quartiles |",
        "|---|---|---|",
        f"| bare `python -c pass` | {bare * 1000:.0f} ms | |",
        *(f"| {what} | {middle:.1f} x bare | {low:.1f} to {high:.1f} |" for what, middle, low, high in rows),
        f"| a log of {LARGE // 2**20} MB of ordinary server output | {speed:.1f} MB/s | |",
        "",
        "An answer from the compiled base imports neither scikit-learn, numpy, textual nor requests; `tests/test_imports.py` looks.",
        "",
    ]
    DOCUMENT.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
