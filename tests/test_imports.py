"""Fresh interpreters show what an answer really imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCTOR = ("psutil", "packaging")
OTHERS = ("voicelog.modelfile", "voicelog.doctor", "voicelog.render.examination", "voicelog.language.findings")
HEAVY = (
    "sklearn",
    "numpy",
    "scipy",
    "textual",
    "voicelog_tui",
    "rich",
    "torch",
    "requests",
    "cryptography",
    "zipfile",
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
    assert not found & {*HEAVY, *DOCTOR}


@pytest.mark.slow
def test_an_unknown_pays_for_similarity_only(tmp_path: Path) -> None:
    found = imported(tmp_path, "ValueError: the frobnicator of the project is upside down\n")
    assert found & set(HEAVY) <= {"rapidfuzz"}


@pytest.mark.slow
def test_an_answer_does_not_pay_for_the_other_commands(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv[1:] = ['analyze', '-']; from voicelog.cli.main import main; main(); "
        f"print('|'.join(name for name in sys.modules if name.startswith({OTHERS})), file=sys.stderr)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer"), "VOICELOG_CACHE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], input=b"ok\n", capture_output=True, env=environment, timeout=120
    )
    assert done.stderr.strip() == b""


@pytest.mark.slow
def test_inspection_imports_nothing_that_could_load_a_model(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv[1:] = ['inspect', sys.argv[1]]; from voicelog.cli.main import main; main(); "
        "print('|'.join(sorted({name.split('.')[0] for name in sys.modules})), file=sys.stderr)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer"), "VOICELOG_CACHE": str(tmp_path)}
    (tmp_path / "config.json").write_text("{}")
    for _ in range(2):
        command = [sys.executable, "-c", code, str(tmp_path / "config.json")]
        done = subprocess.run(command, capture_output=True, env=environment, timeout=120)
    found = set(done.stderr.decode().strip().splitlines()[-1].split("|"))
    assert not found & {*HEAVY, "onnx", "safetensors", "fickling"} - {"yaml", "psutil"}
