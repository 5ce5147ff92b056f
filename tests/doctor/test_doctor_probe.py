"""The probe inside real interpreters: what it tells, and what comes back when it crashes, hangs or talks nonsense."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from doctor_places import install, make_environment, make_program
from hypothesis import given
from hypothesis import strategies as st

from voicelog.doctor.answers import read_answer
from voicelog.doctor.environment import read_environment
from voicelog.doctor.gather import PROBE
from voicelog.doctor.probe import MARK
from voicelog.machine.child import Ended, run

pytestmark = pytest.mark.usefixtures("plain_machine")


def other_interpreters() -> list[str]:
    """Interpreters of other versions on this machine, oldest first."""
    found = sorted(Path.home().glob(".pyenv/versions/3.*/bin/python"))
    return [str(path) for path in found if not path.parts[-3].startswith("3.6")]


def test_the_probe_needs_python_3_7_and_the_standard_library_only() -> None:
    source = PROBE.read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 7))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        assert all(name.split(".")[0] in sys.stdlib_module_names for name in names), names
    assert ":=" not in source


@pytest.mark.slow
@pytest.mark.parametrize("python", other_interpreters())
def test_it_answers_under_every_interpreter_here(python: str) -> None:
    answer = read_answer(run([python, "-B", str(PROBE), "environment"], 60))
    assert answer.outcome == "done", answer
    environment = read_environment(answer)
    said = subprocess.run(
        [python, "-c", "import platform; print(platform.python_version())"], capture_output=True, text=True
    )
    assert environment.version == said.stdout.strip()
    assert environment.python["executable"]
    assert set(environment.python["markers"]) >= {"python_version", "sys_platform", "platform_machine"}


def test_it_sees_what_is_installed_and_in_which_order(tmp_path: Path) -> None:
    python = make_environment(tmp_path / "venv")
    install(python, "torch", "2.1.0+cpu", requires=("numpy",))
    extra = tmp_path / "behind"
    extra.mkdir()
    (extra / "torch-1.13.1.dist-info").mkdir()
    (extra / "torch-1.13.1.dist-info" / "METADATA").write_text("Name: torch\nVersion: 1.13.1\n\n", encoding="utf-8")
    (extra / "Old_Style-0.5.egg-info").write_text("Name: Old-Style\nVersion: 0.5\n\n", encoding="utf-8")
    (extra / "~orch").mkdir()
    site = next((tmp_path / "venv").rglob("site-packages"))
    (site / "more.pth").write_text(f"{extra}\n", encoding="utf-8")
    environment = read_environment(read_answer(run([str(python), "-B", str(PROBE), "environment"], 60)))
    assert environment.installed["torch"].version == "2.1.0+cpu"
    assert environment.installed["torch"].requires == ("numpy",)
    assert environment.installed["old-style"].version == "0.5"
    assert [(kept.version, hidden.version) for kept, hidden in environment.hidden] == [("2.1.0+cpu", "1.13.1")]
    assert environment.leftovers == (str(extra / "~orch"),)
    assert environment.kind == "venv"


@pytest.mark.parametrize(
    ("code", "outcome", "stage"),
    [
        ("import os; os.abort()", "crashed", "import"),
        ("import ctypes; ctypes.string_at(0)", "crashed", "import"),
        ("import os; os._exit(3)", "crashed", "import"),
        ("import time; time.sleep(60)", "timeout", "import"),
        ("import sys; sys.exit(0)", "done", ""),
        ("raise ImportError('DLL load failed')", "done", ""),
        ("print('noise'); import os; os.write(1, b'\\xff\\xfe noise'); __version__ = '1'", "done", ""),
        ("import os, sys; sys.stdout.close(); os.close(1); os.close(2); __version__ = '1'", "done", ""),
        ("x = 1 /", "done", ""),
    ],
    ids=["abort", "segfault", "exit", "hang", "system-exit", "raises", "noise", "closes-streams", "syntax"],
)
def test_a_module_that_misbehaves_is_an_answer(tmp_path: Path, code: str, outcome: str, stage: str) -> None:
    python = make_environment(tmp_path / "venv")
    install(python, "soundfile", "0.12.1", code=code)
    answer = read_answer(
        run([str(python), "-B", str(PROBE), "module", "soundfile"], 10 if outcome == "timeout" else 60)
    )
    assert answer.outcome == outcome
    assert answer.stopped_in == stage
    assert answer.outcome != "done" or answer.stages or answer.errors


def test_a_hanging_program_ends_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    child = f"import time, pathlib; time.sleep(3); pathlib.Path({str(mark)!r}).write_text('lived on')"
    script = f"import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', {child!r}])\ntime.sleep(60)\n"
    ended = run([sys.executable, "-c", script], 1)
    assert ended.timed_out
    assert ended.seconds < 30
    subprocess.run([sys.executable, "-c", "import time; time.sleep(3.5)"], check=True)
    assert not mark.exists()


def test_what_cannot_be_started_says_why(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path):
        answer = read_answer(run([str(path)], 5))
        assert answer.outcome == "unstartable"
        assert answer.detail


def test_a_program_that_is_no_python_is_garbage(tmp_path: Path) -> None:
    fake = make_program(tmp_path / "中文 folder", "python", prints="I am not Python")
    answer = read_answer(run([str(fake), "-B", str(PROBE), "environment"], 30))
    assert answer.outcome == "garbage"


def test_endless_output_is_cut() -> None:
    ended = run([sys.executable, "-c", "import sys\nwhile True: sys.stdout.write('x' * 65536)"], 1)
    assert ended.timed_out
    assert len(ended.output) <= 1 << 20


@given(st.lists(st.one_of(st.text(), st.text().map(lambda text: MARK + text), st.just(MARK + '{"stage": "a"}'))))
def test_any_output_is_read(lines: list[str]) -> None:
    answer = read_answer(Ended(0, "\n".join(lines), "", 0.1))
    assert answer.outcome in ("done", "garbage")


def test_the_folder_of_the_probe_hides_no_module(tmp_path: Path) -> None:
    """voicelog has modules called `types` and `child`; the probe's own folder must not be on the path."""
    code = (
        f"import runpy, sys; sys.argv = ['probe', 'environment']; runpy.run_path({str(PROBE)!r}, run_name='__main__')"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
    answer = read_answer(run([sys.executable, "-B", str(PROBE), "environment"], 60))
    assert os.path.dirname(PROBE) not in answer.values("python")["path"]  # noqa: PTH120
