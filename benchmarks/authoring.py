"""How long a save waits: `python -m benchmarks.authoring` times `kb lint` and `kb test` of single entries, cold."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = 40


def seconds(action: str, path: Path) -> tuple[float, float]:
    """Wall and processor time of one process that checks one entry just saved."""
    path.touch()
    started, used = time.perf_counter(), os.times()
    command = [sys.executable, "-m", "voicelog", "kb", action, str(path), "--quiet"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    processor = after.children_user + after.children_system - used.children_user - used.children_system
    return time.perf_counter() - started, processor


def main() -> None:
    files = sorted((ROOT / "knowledge" / "signatures").rglob("*.yaml"))
    chosen = random.Random(7).sample(files, SAMPLE)  # noqa: S311 - a sample, not a secret
    seconds("lint", chosen[0])  # fills the memory of patterns and entries
    print(f"{len(files)} entries, load average {os.getloadavg()[0]:.1f}")
    for action in ("lint", "test"):
        measured = [seconds(action, path) for path in chosen]
        for name, times in zip(
            ("wall", "processor"), (sorted(one) for one in zip(*measured, strict=True)), strict=True
        ):
            under = sum(one < 1 for one in times)
            print(
                f"kb {action}, {name} time: median {statistics.median(times):.2f} s, "
                f"95 % within {times[int(0.95 * SAMPLE)]:.2f} s, {under} of {SAMPLE} under 1 s"
            )


if __name__ == "__main__":
    main()
