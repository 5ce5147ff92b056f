"""Fresh interpreters show what an answer really imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = (
    "sklearn",
    "numpy",
    "scipy",
    "textual",
    "rich",
    "torch",
    "requests",
    "argcomplete",
    "yaml",
    "rapidfuzz",
    "psutil",
    "pynvml",
)


def imported(cache: Path, log: str) -> set[str]:
    """Top-level modules in `sys.modules` after one answer from a warm cache."""
    code = (
        "import sys; sys.argv[1:] = ['analyze', '--format', 'json', '-']; from voicelog.cli.main import main; "
        "main(); print('|'.join(sorted({name.split('.')[0] for name in sys.modules})), file=sys.stderr)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer"), "VOICELOG_CACHE": str(cache)}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], input=log.encode(), capture_output=True, env=environment, timeout=120
        )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.decode().strip().splitlines()[-1].split("|"))


@pytest.mark.slow
def test_an_answer_by_pattern_imports_nothing_heavy(tmp_path: Path) -> None:
    found = imported(tmp_path, "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB\n")
    assert not found & set(HEAVY)


@pytest.mark.slow
def test_an_unknown_pays_for_similarity_only(tmp_path: Path) -> None:
    found = imported(tmp_path, "ValueError: the frobnicator of the project is upside down\n")
    assert found & set(HEAVY) <= {"rapidfuzz"}
