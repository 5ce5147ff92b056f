"""From an unknown log to a finished entry, through the real program."""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_cli import ROOT, voicelog
from voicelog.draft.pattern import pattern_of
from voicelog.linear import compile_pattern

LOG = """\
(base) alice@gpubox42:~/tts$ python run.py
loading the plugin host
Traceback (most recent call last):
  File "/home/alice/tts/run.py", line 8, in <module>
    main()
  File "/home/alice/venv/lib/python3.11/site-packages/pedalboard/io.py", line 33, in main
    raise ValueError(message)
ValueError: Unable to scan plugin /home/alice/vst/foo.vst3: unsupported plugin format (code 3), size 1.5 MB
"""
WRITTEN = (
    ("TODO what is wrong", "A plugin cannot be read"),
    ("TODO 出了什么问题", "无法读取插件"),
    ("TODO why it happens.", "The plugin is made for another system: it's foreign, as it seems."),
    ("TODO 为什么会这样。", "插件是为别的系统做的: 不是本机的。"),
    ("id: todo", "id: other-plugin"),
    ("TODO what to do", "Take another plugin, the right one"),
    ("TODO 怎么办", "换一个插件"),
    ("TODO the first step.", "Take the one for your system, #1 of the list: it is named 'x64'."),
    ("TODO 第一步。", "用对应系统的版本。"),
    ("TODO how to see that it worked.", "It loads."),
    ("TODO 怎样确认修好了。", "能加载。"),
    ("'TODO where this was printed: an issue, or the command and versions'", "https://example.org/issue/1"),
    ("TODO why this is something else", "the plugin was read, its state was not"),
    (
        "'TODO a line with nearly the same words that means something else'",
        "'ValueError: Unable to scan the state of a plugin'",
    ),
)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "日志 1.log"
    path.write_text(LOG, encoding="utf-8")
    return path


def finished(draft: str) -> str:
    for todo, text in WRITTEN:
        assert draft.count(todo) == 1, todo
        draft = draft.replace(todo, text)
    return draft


def test_a_draft_is_complete_but_for_what_is_marked(log: Path, tmp_path: Path) -> None:
    done = voicelog("kb", "new", "--from", str(log), "--no-input", folder=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    path = tmp_path / done.stdout.decode().strip()
    text = path.read_text(encoding="utf-8")
    assert "alice" not in text and "gpubox42" not in text
    assert "exception: ValueError" in text and "pedalboard" in text and "os linux" in text
    assert r"Unable to scan plugin (?P<path>" in text and r"size (?P<size>" in text
    assert voicelog("kb", "test", str(path)).returncode == 0
    linted = json.loads(voicelog("kb", "lint", str(path), "--format", "json").stdout)[0]
    assert linted["findings"]
    assert all("written" in one["message"] or "no name yet" in one["message"] for one in linted["findings"]), linted
    path.write_text(finished(text), encoding="utf-8")
    for action in ("lint", "test"):
        done = voicelog("kb", action, str(path))
        assert done.returncode == 0, done.stdout.decode()


def test_a_finished_draft_answers_the_log_it_came_from(log: Path, tmp_path: Path) -> None:
    name = voicelog(
        "kb", "new", "--from", str(log), "--id", "plugin.scan", "--no-input", folder=tmp_path
    ).stdout.decode()
    own = tmp_path / "own" / "plugin" / "scan.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(finished((tmp_path / name.strip()).read_text(encoding="utf-8")), encoding="utf-8")
    assert json.loads(voicelog("analyze", "--format", "json", str(log)).stdout)["verdict"] == "unknown"
    done = voicelog("analyze", "--format", "json", "--knowledge", str(tmp_path / "own"), str(log))
    (top,) = json.loads(done.stdout)["diagnoses"]
    assert top["id"] == "plugin.scan"
    assert top["captures"]["size"] == "1.5 MB"


def test_chosen_lines_decide(log: Path, tmp_path: Path) -> None:
    done = voicelog(
        "kb", "new", "--from", str(log), "--line", "2", "--no-input", "--id", "plugin.host", folder=tmp_path
    )
    text = (tmp_path / done.stdout.decode().strip()).read_text(encoding="utf-8")
    assert "- pattern: 'loading the plugin host'" in text


def test_nothing_is_overwritten_and_nothing_is_drafted_of_nothing(log: Path, tmp_path: Path) -> None:
    arguments = ("kb", "new", "--from", str(log), "--id", "plugin.scan", "--no-input")
    assert voicelog(*arguments, folder=tmp_path).returncode == 0
    again = voicelog(*arguments, folder=tmp_path)
    assert (again.returncode, again.stdout) == (2, b"")
    assert b"is there already" in again.stderr
    fine = tmp_path / "fine.log"
    fine.write_text("all good\n")
    done = voicelog("kb", "new", "--from", str(fine), "--no-input", folder=tmp_path)
    assert done.returncode == 2
    assert b"--line" in done.stderr
    assert voicelog("kb", "new", "--no-input", folder=tmp_path).returncode == 2


def test_a_known_failure_is_said_to_be_one(tmp_path: Path) -> None:
    log = tmp_path / "oom.log"
    log.write_text("torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.71 GiB\n")
    done = voicelog("kb", "new", "--from", str(log), "--no-input", folder=tmp_path)
    assert b"answers this log already: gpu.out-of-memory" in done.stderr


def test_a_signature_grows_a_wording(log: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / "plugin" / "scan.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(
        (ROOT / "knowledge/signatures/os/no-display.yaml")
        .read_text(encoding="utf-8")
        .replace("id: os.no-display", "id: plugin.scan"),
        encoding="utf-8",
    )
    before = own.read_text(encoding="utf-8").splitlines()
    arguments = ("--from", str(log), "--grow", "plugin.scan", "--knowledge", str(tmp_path / "own"), "--no-input")
    done = voicelog("kb", "new", *arguments, folder=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    after = own.read_text(encoding="utf-8").splitlines()
    changes = [line for line in difflib.ndiff(before, after) if line[:1] in "+-"]
    assert all(line.startswith("+") for line in changes)
    assert any("Unable to scan plugin" in line and "pattern" in line for line in changes)
    report = json.loads(voicelog("analyze", "--format", "json", "--knowledge", str(tmp_path / "own"), str(log)).stdout)
    assert report["diagnoses"][0]["id"] == "plugin.scan"


def test_in_a_project_with_a_pack_the_draft_goes_into_it(log: Path, tmp_path: Path) -> None:
    project = tmp_path / "项目"
    (project / ".voicelog").mkdir(parents=True)
    manifest = "name: my-tts\nversion: 1.0.0\nlicence: MIT\nvoicelog: 0.1.0\n"
    (project / ".voicelog" / "pack.yaml").write_text(manifest, encoding="utf-8")
    done = voicelog("kb", "new", "--from", str(log), "--id", "plugin.scan", "--no-input", folder=project)
    path = project / ".voicelog" / "signatures" / "plugin" / "scan.yaml"
    assert project / done.stdout.decode().strip() == path
    assert "id: my-tts.plugin.scan" in path.read_text(encoding="utf-8")
    path.write_text(finished(path.read_text(encoding="utf-8")), encoding="utf-8")
    for action in ("lint", "test"):
        done = voicelog("kb", action, ".voicelog", folder=project)
        assert done.returncode == 0, done.stdout.decode()
    report = json.loads(voicelog("analyze", "--format", "json", str(log), folder=project).stdout)
    assert report["diagnoses"][0]["id"] == "my-tts.plugin.scan"


def test_errors_printed_right_before_belong_to_the_example(tmp_path: Path) -> None:
    """Programs often tell why on a line of its own and then raise something general."""
    log = tmp_path / "x.log"
    why = "ERROR: the plugin host has no folder to work in"
    log.write_text(f"starting\n{why}\n" + LOG[LOG.index("Traceback") :], encoding="utf-8")
    name = voicelog("kb", "new", "--from", str(log), "--id", "a.b", "--no-input", folder=tmp_path).stdout.decode()
    assert f"      {why}\n      Traceback" in (tmp_path / name.strip()).read_text(encoding="utf-8")
    arguments = ("--from", str(log), "--id", "a.c", "--line", "2", "--no-input")
    name = voicelog("kb", "new", *arguments, folder=tmp_path).stdout.decode()
    text = (tmp_path / name.strip()).read_text(encoding="utf-8")
    assert f"- pattern: '{why}'" in text and "      ValueError: Unable" in text


def test_a_copy_apart_from_the_checkout_at_hand_says_so(log: Path, tmp_path: Path) -> None:
    """As `pip install .` leaves it: its base and the clone's are two."""
    clone = tmp_path / "clone"
    for folder in ("analyzer/voicelog", "tests/corpus", "knowledge"):
        (clone / folder).mkdir(parents=True)
    (clone / "knowledge" / "causes.yaml").write_text("causes: {}\n")
    package = tmp_path / "site-packages"
    shutil.copytree(ROOT / "analyzer", package)
    shutil.copytree(ROOT / "knowledge", package / "voicelog" / "knowledge")
    arguments = [sys.executable, "-m", "voicelog", "kb", "new", "--from", str(log), "--id", "a.b", "--no-input"]
    environment = {**os.environ, "PYTHONPATH": str(package), "VOICELOG_LANG": "en"}
    done = subprocess.run(arguments, cwd=clone, env=environment, capture_output=True)
    assert done.returncode == 0 and b"run pip install -e ." in done.stderr
    done = subprocess.run(arguments, cwd=tmp_path, env=environment, capture_output=True)
    assert done.returncode == 0 and b"pip install" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is needed")
def test_a_person_is_asked_and_the_editor_opens(log: Path, tmp_path: Path) -> None:
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.environ.update(PYTHONPATH=str(ROOT / "analyzer"), LANG="C.UTF-8", VISUAL="")
        os.environ["EDITOR"] = f"{sys.executable} -c \"import sys; open('edited', 'w').write(sys.argv[1])\""
        os.execv(sys.executable, [sys.executable, "-m", "voicelog", "kb", "new", "--from", str(log), "--lang", "en"])
    shown = b""
    while b"for a new signature" not in shown:
        shown += os.read(terminal, 4096)
    os.write(terminal, b"\n")
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
    except OSError:
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, shown.decode()
    edited = Path((tmp_path / "edited").read_text())
    assert (tmp_path / edited).is_file()
    assert re.search(rb"kb lint --watch", shown)


_TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=200)


@given(
    st.one_of(
        _TEXTS,
        st.lists(
            st.sampled_from(
                [
                    "'a b'",
                    "/x/y.wav",
                    "C:\\\\a\\\\b",
                    "3.14",
                    "0x7ffe12",
                    "[1, 2]",
                    "(",
                    "\\",
                    "{x}",
                    "WinError 126",
                    "1.5 GB",
                    "http://x/y",
                    "word",
                    "显存",
                ]
            ),
            max_size=12,
        ).map(" ".join),
    )
)
def test_a_pattern_matches_the_line_that_it_was_made_of(line: str) -> None:
    made = pattern_of(line)
    found = compile_pattern(made.text).search(line.strip())
    assert found
    assert {name: value for name, value in found.groupdict().items() if value} == {
        name: value for name, value in made.captures.items() if value
    }


@pytest.mark.parametrize(
    ("line", "pattern"),
    [
        ("[WinError 126] The module '/a/b.dll' is gone", r"\[WinError 126\] The module '(?P<path>[^']+)' is gone"),
        ("Expected 80 channels but got 100", r"Expected (?P<number>-?[\d,]+) channels but got (?P<number2>-?[\d,]+)"),
        (
            "Load model in/m.onnx failed: in/m.onnx",
            r"Load model (?P<path>[^\s'\":,;()\[\]]+) failed: [^\s'\":,;()\[\]]+",
        ),
        ("wav2vec2 needs float16", "wav2vec2 needs float16"),
        ("found 2.1.0+cu118", r"found (?P<version>v?[\w.+]+)"),
    ],
)
def test_what_varies_becomes_a_named_capture_and_what_decides_stays(line: str, pattern: str) -> None:
    assert pattern_of(line).text == pattern
