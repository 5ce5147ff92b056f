"""Which interpreter is examined: what the user says, then the log, the project, the active environment, PATH."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from doctor_places import make_environment

from voicelog.doctor.target import find_target
from voicelog.errors import InputError
from voicelog.model import Log, Source
from voicelog.parse import parse

pytestmark = pytest.mark.usefixtures("plain_machine")

posix = pytest.mark.skipif(sys.platform == "win32", reason="paths of the other systems")


def log_of(*paths: str) -> Log:
    frames = "".join(f'  File "{path}", line 3, in load\n    x()\n' for path in paths)
    return parse(Source("run.log", f"Traceback (most recent call last):\n{frames}RuntimeError: no\n"))


def test_the_option_wins_and_takes_programs_and_folders(tmp_path: Path) -> None:
    python = make_environment(tmp_path / "my venv 中文")
    log = log_of(str(make_environment(tmp_path / "other")))
    assert find_target(str(python), log=log).path == str(python)
    assert find_target(str(tmp_path / "my venv 中文"), log=log).path == str(python)
    assert find_target(str(python)).origin == "option"


@pytest.mark.parametrize("wrong", ["nowhere/python", "no-such-python-3.99", "."])
def test_an_option_that_names_none_is_an_error(wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        find_target(wrong)
    assert caught.value.where == wrong


@posix
def test_the_log_names_the_environment_by_its_libraries(tmp_path: Path) -> None:
    python = make_environment(tmp_path / "venv")
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    library = tmp_path / "venv" / "lib" / version / "site-packages" / "torch" / "serialization.py"
    found = find_target(log=log_of("/app/infer.py", str(library)))
    assert (found.origin, found.reason) == ("log", str(library))
    assert Path(found.path).parent == python.parent


@posix
def test_a_log_cannot_have_just_anything_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that only looks like an interpreter, or that strangers can replace, is not taken from a log."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.chdir(tmp_path)
    evil = tmp_path / "evil" / "bin" / "python3.10"
    evil.parent.mkdir(parents=True)
    evil.write_text("#!/bin/sh\ntouch ran\n")
    evil.chmod(0o755)
    library = str(tmp_path / "evil" / "lib" / "python3.10" / "site-packages" / "x.py")
    assert find_target(log=log_of(library)).path != str(evil)
    open_to_all = make_environment(tmp_path / "open")
    (tmp_path / "open").chmod(0o777)
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    library = str(tmp_path / "open" / "lib" / version / "site-packages" / "x.py")
    assert not find_target(log=log_of(library)).path.startswith(str(open_to_all.parent))
    if os.getuid() == 0:
        of_another = make_environment(tmp_path / "another")
        os.chown(of_another.parent, 65534, 65534)
        library = str(tmp_path / "another" / "lib" / version / "site-packages" / "x.py")
        assert not find_target(log=log_of(library)).path.startswith(str(of_another.parent))
    for odd in (r"\\server\share\venv\Lib\site-packages\x.py", "lib/python3.10/site-packages/x.py", "/bin/sh"):
        assert find_target(log=log_of(odd)).origin != "log"
    assert not (tmp_path / "ran").exists()


def test_a_recorded_run_counts_after_the_log_and_before_the_project(tmp_path: Path) -> None:
    ran, active = make_environment(tmp_path / "ran"), make_environment(tmp_path / "active")
    make_environment(tmp_path / "project" / ".venv")
    recorded = [("20260101-120000-aaaa", str(tmp_path / "gone" / "python")), ("20260101-110000-bbbb", str(ran))]
    environment = {"VIRTUAL_ENV": str(tmp_path / "active"), "PATH": ""}
    found = find_target(recorded=recorded, project=tmp_path / "project", environment=environment)
    assert (found.path, found.origin, found.reason) == (str(ran), "run", "20260101-110000-bbbb")
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    library = tmp_path / "active" / "lib" / version / "site-packages" / "torch" / "x.py"
    if sys.platform != "win32":
        assert find_target(log=log_of(str(library)), recorded=recorded).origin == "log"
    assert find_target(str(active), recorded=recorded).origin == "option"
    assert find_target(recorded=recorded[:1], environment=environment).path == str(active)


def test_a_bundle_in_the_project_counts_before_the_active_environment(tmp_path: Path) -> None:
    bundle = tmp_path / "GPT-SoVITS 整合包"
    (bundle / "runtime").mkdir(parents=True)
    shutil.copy(sys.executable, bundle / "runtime" / "python.exe")
    active = make_environment(tmp_path / "active")
    environment = {"VIRTUAL_ENV": str(tmp_path / "active"), "PATH": os.environ["PATH"]}
    found = find_target(project=bundle, environment=environment)
    assert (found.origin, found.path) == ("project", str(bundle / "runtime" / "python.exe"))
    assert find_target(project=tmp_path / "nothing", environment=environment).path == str(active)


def test_the_active_environment_then_path_then_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    python = make_environment(tmp_path / "conda")
    found = find_target(environment={"CONDA_PREFIX": str(tmp_path / "conda"), "PATH": ""})
    assert (found.origin, found.reason, found.path) == ("environment", "CONDA_PREFIX", str(python))
    found = find_target(environment={"PATH": str(python.parent)})
    assert (found.origin, Path(found.path).parent) == ("path", python.parent)
    assert find_target(environment={"PATH": str(tmp_path)}).path == sys.executable
