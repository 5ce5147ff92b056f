"""What the documents show is what happens."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from test_cli import voicelog

ROOT = Path(__file__).resolve().parents[1]
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
DOCUMENTS = [*READMES.values(), ROOT / "CONTRIBUTING.md", ROOT / "knowledge" / "README.md"]


def blocks(path: Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("language", READMES)
def test_sample_answer_is_what_the_readme_shows(language: str) -> None:
    done = voicelog("analyze", "docs/sample.log", "--lang", language, folder=ROOT)
    assert blocks(READMES[language], "text")[0] == done.stdout.decode()


@pytest.mark.parametrize("language", READMES)
def test_commands_of_the_readme_run(language: str, tmp_path: Path) -> None:
    (tmp_path / "train.log").write_bytes((ROOT / "docs" / "sample.log").read_bytes())
    (tmp_path / "infer.py").write_text("raise RuntimeError('CUDA out of memory. Tried to allocate 2.00 GiB')\n")
    lines = [line.split("#")[0].strip() for block in blocks(READMES[language], "sh") for line in block.splitlines()]
    ran = 0
    for line in lines:
        if line.startswith("voicelog "):
            path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # python, as in the document
            done = voicelog(*shlex.split(line)[1:], folder=tmp_path, PATH=path)
        elif line.startswith("python infer.py"):
            printed = subprocess.run([sys.executable, "infer.py"], cwd=tmp_path, capture_output=True).stderr
            done = voicelog("analyze", "-", given=printed)
        else:
            continue
        ran += 1
        if line.startswith(("voicelog run ", "voicelog rerun")):  # the program's own code: its failure is the sample
            assert b"gpu.out-of-memory" in done.stderr or b"expandable-segments" in done.stderr, (line, done.stderr)
            continue
        assert done.returncode == 0, (line, done.stderr)
        assert done.stdout
    assert ran >= 7


@pytest.mark.parametrize("language", READMES)
def test_python_of_the_readme_runs(language: str) -> None:
    (code,) = blocks(READMES[language], "python")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'analyzer')!r})\n{code}"],
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["diagnosed", "gpu.out-of-memory"]


def test_both_readmes_say_the_same() -> None:
    one, two = (path.read_text(encoding="utf-8") for path in READMES.values())
    assert one.count("\n## ") == two.count("\n## ")
    for kind in ("sh", "python"):
        bare = [
            [line.split("#")[0].strip() for line in "".join(blocks(path, kind)).splitlines()]
            for path in READMES.values()
        ]
        assert [line.replace("--lang en", "") for line in bare[0]] == [
            line.replace("--lang zh", "") for line in bare[1]
        ] or kind == "sh"
        assert len(bare[0]) == len(bare[1])
    assert re.findall(r"\]\((\S+?)\)", one)[1:] == re.findall(r"\]\((\S+?)\)", two)[1:]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_within_the_repository_lead_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+?)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / link).exists(), link


WRITES = ("pip install", "benchmarks.fit", "benchmarks.performance", "benchmarks.run", "pytest -n auto")
"""Commands that change the checkout, or that are this very run."""


def _contributing() -> list[str]:
    lines = [
        line.split(" #")[0].strip() for block in blocks(ROOT / "CONTRIBUTING.md", "sh") for line in block.splitlines()
    ]
    return [part.strip() for line in lines for part in line.split("&&") if not any(word in line for word in WRITES)]


@pytest.mark.slow
@pytest.mark.parametrize("command", _contributing())
def test_commands_for_contributors_run(command: str) -> None:
    assert command.startswith(".venv/bin/")
    program, *arguments = shlex.split(command.removeprefix(".venv/bin/"))
    done = subprocess.run(
        [str(Path(sys.executable).parent / program), *arguments], cwd=ROOT, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout + done.stderr
