"""The compiled base on disk: never trusted when damaged, rebuilt when a file changes, harmless where it cannot be kept."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from entry_samples import HEAD
from voicelog import analyze
from voicelog.signatures.cache import open_base

ROOT = Path(__file__).resolve().parents[2]
SIGNATURE = f"{HEAD}match:\n  - pattern: 'widget exploded'\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VOICELOG_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "knowledge" / "signatures" / "area" / "name.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(SIGNATURE, encoding="utf-8")
    return tmp_path / "knowledge"


def cached(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "cache").glob("base-*.bin")
    return path


def answers(folder: Path) -> str:
    return analyze("RuntimeError: widget exploded", knowledge=open_base([folder])).diagnoses[0].id


def test_second_start_reads_what_the_first_wrote(folder: Path, tmp_path: Path) -> None:
    assert answers(folder) == "area.name"
    before = cached(tmp_path).stat().st_mtime_ns
    assert answers(folder) == "area.name"
    assert cached(tmp_path).stat().st_mtime_ns == before


def test_a_changed_file_is_compiled_again(folder: Path, tmp_path: Path) -> None:
    answers(folder)
    file = folder / "signatures" / "area" / "name.yaml"
    file.write_text(SIGNATURE.replace("A title", "Another"), encoding="utf-8")
    assert open_base([folder]).signature("area.name").title.en == "Another"


def test_bases_that_take_turns_are_compiled_once(folder: Path, tmp_path: Path) -> None:
    """As in two projects with signatures of their own; of many, a few are kept."""
    names = [tmp_path / f"other{number}" for number in range(6)]
    for other in names:
        (other / "signatures" / "area").mkdir(parents=True)
        (other / "signatures" / "area" / "name.yaml").write_text(SIGNATURE + f"# {other.name}\n", encoding="utf-8")
    for other in names[:2] * 2:
        answers(other)
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "cache").glob("base-*.bin")}
    assert len(kept) == 2
    for other in names[:2]:
        answers(other)
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "cache").glob("base-*.bin")} == kept
    for other in names:
        answers(other)
    assert len(list((tmp_path / "cache").glob("base-*.bin"))) == 4


@pytest.mark.parametrize("seed", range(40))
def test_damage_anywhere_is_noticed(seed: int, folder: Path, tmp_path: Path) -> None:
    answers(folder)
    path, chance = cached(tmp_path), random.Random(seed)
    data = bytearray(path.read_bytes())
    if seed % 4 == 0:
        data = data[: chance.randrange(len(data))]
    else:
        data[chance.randrange(len(data))] ^= 1 + chance.randrange(255)
    path.write_bytes(data)
    (tmp_path / "cache" / "keys.bin").write_bytes(
        b"rubbish" if seed % 3 == 0 else (tmp_path / "cache" / "keys.bin").read_bytes()
    )
    base = open_base([folder])
    assert analyze("RuntimeError: widget exploded", knowledge=base).diagnoses[0].id == "area.name"
    assert base.signature("area.name").title.zh == "标题"
    assert base.postings is not None
    assert base.lexicon is not None


def test_nowhere_to_keep_it(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("VOICELOG_CACHE", str(tmp_path / "file" / "cache"))
    assert answers(folder) == "area.name"


def test_two_first_starts_at_once(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer"), "VOICELOG_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "voicelog", "analyze", "--format", "json", str(ROOT / "docs" / "sample.log")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) for _ in range(3)]
    outputs = [process.communicate(timeout=300)[0] for process in running]
    assert len(set(outputs)) == 1
    assert b"gpu.arch-unsupported.too-new" in outputs[0]
    assert not list((tmp_path / "cache").glob(".*"))
