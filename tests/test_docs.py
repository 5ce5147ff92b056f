"""What the documents show is what happens."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from doctor_places import make_environment

from model_samples import rvc, torch_zip
from test_cli import voicelog

ROOT = Path(__file__).resolve().parents[1]
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
WALKS = {"en": ROOT / "CONTRIBUTING.md", "zh": ROOT / "CONTRIBUTING.zh.md"}
DOCUMENTS = [
    *READMES.values(),
    *WALKS.values(),
    ROOT / "knowledge" / "README.md",
    ROOT / "docs" / "inspection.md",
]


def blocks(path: Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("language", READMES)
def test_sample_answer_is_what_the_readme_shows(language: str) -> None:
    done = voicelog("analyze", "docs/sample.log", "--lang", language, folder=ROOT)
    assert blocks(READMES[language], "text")[0] == done.stdout.decode()


@pytest.mark.parametrize("language", READMES)
def test_commands_of_the_readme_run(language: str, tmp_path: Path) -> None:
    (tmp_path / "train.log").write_bytes((ROOT / "docs" / "sample.log").read_bytes())
    make_environment(tmp_path / "venv")
    torch_zip(tmp_path / "model.pth", rvc())
    (tmp_path / "weights").mkdir()
    (tmp_path / "infer.py").write_text("raise RuntimeError('CUDA out of memory. Tried to allocate 2.00 GiB')\n")
    lines = [line.split("#")[0].strip() for block in blocks(READMES[language], "sh") for line in block.splitlines()]
    ran = 0
    for line in lines:
        allowed = {0}
        if line.startswith("voicelog tui"):
            in_a_terminal(shlex.split(line), tmp_path)
            ran += 1
            continue
        if line.startswith("voicelog "):
            path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # python, as in the document
            data = str(tmp_path / "data")
            done = voicelog(*shlex.split(line)[1:], folder=tmp_path, PATH=path, VOICELOG_DATA=data)
            if line.startswith("voicelog doctor"):
                allowed = {0, 1}  # what is broken here is not the README's fault
        elif line.startswith("python infer.py"):
            printed = subprocess.run([sys.executable, "infer.py"], cwd=tmp_path, capture_output=True).stderr
            done = voicelog(*shlex.split(line.split("|")[1])[1:], given=printed)
        else:
            continue
        ran += 1
        if line.startswith(("voicelog run ", "voicelog rerun")):  # the program's own code: its failure is the sample
            assert b"gpu.out-of-memory" in done.stderr or b"expandable-segments" in done.stderr, (line, done.stderr)
            continue
        assert done.returncode in allowed, (line, done.stderr)
        assert done.stdout
    assert ran >= 11


@pytest.mark.parametrize("language", READMES)
def test_python_of_the_readme_runs(language: str) -> None:
    (code,) = blocks(READMES[language], "python")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'analyzer')!r})\n{code}"],
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["diagnosed", "gpu.out-of-memory"]


def in_a_terminal(command: list[str], folder: Path) -> None:
    """The interface opens over the log, and is left with q; without a terminal it names what answers instead."""
    refused = voicelog(*command[1:], folder=folder)
    assert refused.returncode == 2 and b"voicelog analyze" in refused.stderr
    if sys.platform == "win32":
        return
    import pty

    process, descriptor = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.environ |= {
            "TERM": "xterm-256color",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "analyzer"), str(ROOT / "tui")]),
        }
        os.execv(sys.executable, [sys.executable, "-m", *command])
    written, asked = b"", False
    with contextlib.suppress(OSError):
        while data := os.read(descriptor, 65536):
            written += data
            if b"train.log" in written and not asked:
                asked = True
                os.write(descriptor, b"q")
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0, written[-2000:]


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
    links = [
        [link.replace(".zh.md", ".md").replace("-zh.svg", "-en.svg") for link in re.findall(r"\]\((\S+?)\)", text)[1:]]
        for text in (one, two)
    ]
    assert links[0] == links[1]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_within_the_repository_lead_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+?)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / link).exists(), link


WRITES = (
    "pip install",
    "benchmarks.fit",
    "benchmarks.performance",
    "benchmarks.inspection",
    "benchmarks.run",
    "benchmarks.tui",
    "benchmarks.screenshots",
    "pytest -n auto",
    "--mutations",
)
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


def _as_shown(block: str) -> str:
    """The block as a pattern: a line with … stands for any lines, and the number of labelled logs or per cent for any."""
    lines = ["(?:.*\n)*?" if line.strip() == "…" else re.escape(line) + "\n" for line in block.splitlines()]
    return re.sub(r"\d+(?=\\? (?:labelled|份标注)|\\? ?%)", r"\\d+", "".join(lines))


@pytest.mark.parametrize("language", WALKS)
def test_the_walk_shows_what_happens(language: str, tmp_path: Path) -> None:
    """Every command of the walk runs in order, and prints what the document shows."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    (tmp_path / "own" / "model").mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "bank-too-new.yaml", tmp_path / "own" / "model")
    shown = blocks(WALKS[language], "console")
    assert len(shown) >= 6
    for block in shown:
        command, _, wanted = block.partition("\n")
        assert command.startswith("$ voicelog ")
        done = voicelog(*shlex.split(command)[2:], folder=tmp_path, VOICELOG_LANG=language, merged=True)
        assert re.fullmatch(_as_shown(wanted), done.stdout.decode()), (command, done.stdout.decode())


def test_both_walks_go_the_same_way() -> None:
    one, two = (path.read_text(encoding="utf-8") for path in WALKS.values())
    commands = [re.findall(r"^\$ (.*)$", text, re.MULTILINE) for text in (one, two)]
    assert commands[0] == commands[1]


def test_the_finished_entry_of_the_walk_is_the_draft_with_its_gaps_filled(tmp_path: Path) -> None:
    name = "bank-too-new.yaml"
    done = voicelog(
        *("kb", "new", "--from", str(ROOT / "docs" / "unknown.log"), "--id", "model.bank-too-new"),
        *("--out", str(tmp_path / name), "--no-input"),
    )
    assert done.returncode == 0
    draft = (tmp_path / name).read_text(encoding="utf-8")
    finished = (ROOT / "docs" / name).read_text(encoding="utf-8")
    example = draft[draft.index("    text: |2") : draft.index("    captures")]
    assert example in finished
    assert "TODO" in draft and "TODO" not in finished
