"""Speed, as ratios within one run: `python -m benchmarks.performance` writes docs/performance.md.

`--quick` takes a tenth of the data and writes nothing.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import yaml

from benchmarks.corpus import BLIND, CORPUS, load
from benchmarks.logs import failing, ordinary
from voicelog.api import open_knowledge
from voicelog.signatures.base import KnowledgeBase

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "performance.md"
PAIRS = 15
REPEATS = 3
UNKNOWN = "Traceback (most recent call last):\n  File \"train.py\", line 3, in <module>\nKeyError: 'val/pitch'\n"
VOICELOG = [sys.executable, "-m", "voicelog", "analyze", "-q"]


class Row(NamedTuple):
    """A line of the table."""

    what: str
    figure: str
    spread: str = ""
    target: str = ""


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Wall time of one process."""
    started = time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment, check=False)
    wall = time.perf_counter() - started
    if done.returncode not in (0, 1):  # ripgrep says 1 where nothing is found
        raise RuntimeError(f"{command} ended with {done.returncode}")
    return wall


def resident(command: list[str], environment: dict[str, str]) -> int:
    """Bytes that one process held at most; asked of a small process, because a child starts with its parent's peak."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command], capture_output=True, text=True, env=environment, check=True
    )
    return int(done.stdout) * 1024


def quartiles(values: list[float]) -> tuple[float, float, float]:
    low, middle, high = statistics.quantiles(values, n=4)
    return middle, low, high


def cold(name: str, command: list[str], target: str, environment: dict[str, str]) -> Row:
    """The ratio to bare Python over pairs of runs."""
    bare = [sys.executable, "-c", "pass"]
    pairs = [(seconds(bare, environment), seconds(command, environment)) for _ in range(PAIRS)]
    middle, low, high = quartiles([mine / theirs for theirs, mine in pairs])
    return Row(name, f"{middle:.1f} x bare Python", f"{low:.1f} to {high:.1f}", target)


def large(name: str, path: Path, literals: Path, target: str, environment: dict[str, str]) -> list[Row]:
    """A large log beside ripgrep with as many literals, and beside `wc -l`."""
    commands = {
        "voicelog": [*VOICELOG, str(path)],
        "rg": ["rg", "-j1", "-F", "-c", "-f", str(literals), str(path)],
        "wc": ["wc", "-l", str(path)],
    }
    if shutil.which("rg") is None:
        del commands["rg"]
    seconds(commands["voicelog"], environment)
    rounds = [{who: seconds(command, environment) for who, command in commands.items()} for _ in range(REPEATS)]
    size = path.stat().st_size
    mine = [size / 1e6 / one["voicelog"] for one in rounds]
    rows = [
        Row(f"{name}: voicelog", f"{statistics.median(mine):.0f} MB/s", f"{min(mine):.0f} to {max(mine):.0f}", target),
        Row(f"{name}: resident at most", f"{resident(commands['voicelog'], environment) / 1e6:.0f} MB", "", "150 MB"),
        Row(f"{name}: `wc -l`", f"{size / 1e6 / statistics.median(one['wc'] for one in rounds):.0f} MB/s"),
    ]
    if "rg" in commands:
        ratios = [one["rg"] / one["voicelog"] for one in rounds]
        rows.append(
            Row(
                f"{name}: voicelog to `rg -F -c -f LITERALS` on one core",
                f"{statistics.median(ratios):.1f} times as fast",
                f"{min(ratios):.1f} to {max(ratios):.1f}",
                "2 times" if target.startswith("2") else "",
            )
        )
    return rows


def many(folder: Path, environment: dict[str, str]) -> Row:
    """The open corpus, three times over, in one process."""
    names = folder / "names.txt"
    cases = load(CORPUS, without=BLIND)
    paths = [CORPUS / f"{case.name}.log" for case in cases]
    names.write_text("\n".join(str(path) for path in paths * 3) + "\n", encoding="utf-8")
    command = [*VOICELOG, "--format", "jsonl", "--files-from", str(names)]
    rates = [3 * len(paths) / seconds(command, environment) for _ in range(REPEATS)]
    return Row(
        f"{3 * len(paths)} small logs in one process",
        f"{statistics.median(rates):.0f} a second",
        f"{min(rates):.0f} to {max(rates):.0f}",
        "400",
    )


def grown(folder: Path, times: int) -> Path:
    """A base with copies of every signature, their wordings changed so that they match other lines."""
    target = folder / f"knowledge-{times}"
    for path in sorted((ROOT / "knowledge" / "signatures").rglob("*.yaml")):
        value = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for copy in range(1, times):
            place = target / "signatures" / f"grown{copy}" / path.relative_to(ROOT / "knowledge" / "signatures")
            place.parent.mkdir(parents=True, exist_ok=True)
            text = yaml.dump(_copy(value, copy), Dumper=yaml.CSafeDumper, allow_unicode=True)
            place.write_text(text, encoding="utf-8")
    return target


def _copy(value: dict[str, object], number: int) -> dict[str, object]:
    renamed = dict(value)
    renamed["id"] = f"grown{number}.{value['id']}"
    renamed["consequences"] = []
    alternatives = value["match"] if isinstance(value["match"], list) else []
    renamed["match"] = [_turned(one, number) for one in alternatives if "pattern" in one and "like" not in one] or [
        {"pattern": f"synthetic failure {number} of {value['id']}"}
    ]
    return renamed


def _turned(alternative: dict[str, object], number: int) -> dict[str, object]:
    return {"pattern": f"copy{number:02d}[:] {alternative['pattern']}".replace("(?i)", "")}


def growth(folder: Path, path: Path, environment: dict[str, str], times: tuple[int, ...]) -> list[Row]:
    """Cold starts and large logs with more signatures."""
    rows = []
    first: tuple[float, float] | None = None
    sample = str(ROOT / "docs" / "sample.log")
    for factor in times:
        more = ["--knowledge", str(grown(folder, factor))] if factor > 1 else []
        seconds([*VOICELOG, *more, sample], environment)
        start = statistics.median(seconds([*VOICELOG, *more, sample], environment) for _ in range(PAIRS))
        seconds([*VOICELOG, *more, str(path)], environment)
        scan = statistics.median(seconds([*VOICELOG, *more, str(path)], environment) for _ in range(REPEATS))
        first = first or (start, scan)
        rows.append(
            Row(
                f"{factor} times the signatures",
                f"cold start {1000 * (start - first[0]):+.0f} ms, large log {100 * (scan / first[1] - 1):+.0f} %",
                "",
                "30 ms, 20 %" if factor == 10 else "",
            )
        )
    return rows


def literals_of(base: KnowledgeBase, path: Path) -> int:
    """Write as many literals as the base looks for, the base's own, and tell their number."""
    found = sorted({piece for _, held in base.pieces.items() for piece, _ in held})
    path.write_text("\n".join(found) + "\n", encoding="utf-8")
    return len(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--growth", type=int, nargs="*", default=[1, 10])
    options = parser.parse_args()
    size = 10**8 if options.quick else 10**9
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment["VOICELOG_CACHE"] = str(folder / "cache")
        literals, unknown, big, bad = (folder / part for part in ("literals", "unknown.log", "big.log", "bad.log"))
        count = literals_of(open_knowledge(), literals)
        unknown.write_text(UNKNOWN, encoding="utf-8")
        ordinary(big, size, 5)
        failing(bad, size // 10)
        sample = ROOT / "docs" / "sample.log"
        seconds([*VOICELOG, str(sample)], environment)
        steps: list[Callable[[], list[Row]]] = [
            lambda: [cold("a small log that a pattern explains", [*VOICELOG, str(sample)], "8", environment)],
            lambda: [cold("a small log that ends `unknown`", [*VOICELOG, str(unknown)], "24", environment)],
            lambda: [many(folder, environment)],
            lambda: large(f"{size // 10**6} MB, five failures", big, literals, "2 times ripgrep", environment),
            lambda: large(
                f"{size // 10**7} MB, a failure in every hundred lines", bad, literals, "100 MB/s", environment
            ),
            lambda: growth(folder, bad, environment, tuple(options.growth)),
        ]
        rows = [row for step in steps for row in step()]
    versions = ", ".join(f"{one} {importlib.metadata.version(one)}" for one in ("hyperscan", "google-re2"))
    text = "\n".join(
        [
            "# Performance",
            "",
            f"Written by `python -m benchmarks.performance` with Python {platform.python_version()}, {versions} on "
            f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at its end; the base looks "
            f"for {count:,} pieces. Ratios are taken within rounds of one run, because machines are noisy.",
            "",
            "| what | median | spread | target |",
            "|---|---|---|---|",
            *(f"| {row.what} | {row.figure} | {row.spread} | {row.target} |" for row in rows),
            "",
            "An answer from the compiled base imports neither scikit-learn, numpy, textual nor requests "
            "(`tests/test_imports.py`); a large log is read in one pass, and memory does not grow with it "
            "(`tests/unit/test_scan.py`).",
            "",
        ]
    )
    print(text)
    if not options.quick:
        DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
