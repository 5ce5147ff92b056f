"""`voicelog doctor` and `voicelog analyze --doctor` as people run them: streams, exit codes, formats."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from doctor_places import install, make_environment, make_program, nvidia_smi

from test_cli import ROOT, voicelog

pytestmark = pytest.mark.usefixtures("plain_machine")

NO_GPU = b"RuntimeError: No CUDA GPUs are available\n"
CPU_TORCH = """
    import types
    __version__ = "2.1.2+cpu"
    version = types.SimpleNamespace(cuda=None)
    cuda = types.SimpleNamespace(is_available=lambda: False, device_count=lambda: 0, get_arch_list=lambda: [])
    backends = _C = types.SimpleNamespace()
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with a torch for the CPU."""
    made = make_environment(tmp_path_factory.mktemp("environment") / "venv")
    install(made, "torch", "2.1.2+cpu", code=CPU_TORCH)
    return made


@pytest.fixture
def with_card(tmp_path: Path) -> str:
    """A PATH on which nvidia-smi shows a card."""
    script = nvidia_smi("551.23", "12.4", ["NVIDIA GeForce RTX 3060, 551.23, 12288, 400, 8.6"])
    make_program(tmp_path / "bin", "nvidia-smi", script=script)
    return f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"


def test_problems_give_exit_code_1_and_stand_first(python: Path, with_card: str) -> None:
    done = voicelog("doctor", "--python", str(python), PATH=with_card)
    assert (done.returncode, done.stderr) == (1, b"")
    lines = done.stdout.decode().splitlines()
    assert lines[0].startswith("✗ Problems: ")
    assert "leads to gpu.cpu-only-build" in done.stdout.decode()
    assert f"$ {python} -m pip uninstall -y torch torchvision torchaudio" in done.stdout.decode()


def test_json_is_one_document(python: Path, with_card: str) -> None:
    done = voicelog("doctor", "--python", str(python), "--format", "json", "--lang", "zh", PATH=with_card)
    document = json.loads(done.stdout)
    assert document["schema"] == "voicelog.examination/1"
    assert document["target"]["path"] == str(python)
    build = next(one for one in document["findings"] if one["check"] == "torch.build")
    assert (build["status"], build["cause"]) == ("fail", "gpu.cpu-only-build")
    assert "显卡" in build["text"] or "N 卡" in build["text"]
    assert document["findings"][0]["status"] in ("fail", "crashed")
    assert document["facts"]["torch_build"] == "cpu"


def test_markdown_tells_nobody_who_and_where(tmp_path: Path) -> None:
    home = tmp_path / "home" / "zhangsan"
    secret = make_environment(home / "voice" / "venv")
    done = voicelog(
        "doctor",
        *("--python", str(secret), "--format", "markdown"),
        HOME=str(home),
        USERPROFILE=str(home),
        USER="zhangsan",
        LOGNAME="zhangsan",
        PYTHONHOME="",
        HF_HOME=str(home / "cache"),
        https_proxy="http://zhangsan:hf_abcdefghijklmnopqrstuvwx@proxy.example:3128",
    )
    text = done.stdout.decode()
    assert text.startswith("### ")
    assert "zhangsan" not in text
    assert "hf_abcdef" not in text
    assert "user1" in text
    assert b"Replaced: " in done.stderr


def test_the_doctor_joins_the_log(python: Path, with_card: str, tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.write_bytes(NO_GPU)
    alone = json.loads(voicelog("analyze", "--format", "json", str(log)).stdout)
    assert alone["diagnoses"][0]["id"] == "gpu.cuda-unavailable"
    options = ("analyze", "--doctor", "--python", str(python), "--format", "json", str(log))
    both = json.loads(voicelog(*options, PATH=with_card).stdout)
    top = both["diagnoses"][0]
    assert top["id"] == "gpu.cpu-only-build"
    assert both["examined"] == {"path": str(python), "origin": "option", "reason": "--python"}
    assert f"Examined: {python}" in voicelog(*options[:-3], str(log), PATH=with_card, COLUMNS="200").stdout.decode()
    assert top["evidence"][0]["text"].startswith("RuntimeError")
    assert any(one["check"] == "torch.build" for one in top["findings"])


@pytest.mark.skipif(sys.platform == "win32", reason="paths of the other systems")
def test_the_log_names_the_interpreter(python: Path, with_card: str, tmp_path: Path) -> None:
    (library,) = python.parent.parent.rglob("torch/__init__.py")
    given = f'Traceback (most recent call last):\n  File "{library}", line 3, in x\n    y\n{NO_GPU.decode()}'
    both = json.loads(
        voicelog("analyze", "--doctor", "--format", "json", "-", given=given.encode(), PATH=with_card).stdout
    )
    assert both["diagnoses"][0]["id"] == "gpu.cpu-only-build"
    assert Path(both["facts"]["interpreter"]).parent == python.parent


@pytest.mark.skipif(sys.platform == "win32", reason="paths of the other systems")
def test_a_recorded_run_names_the_interpreter(python: Path, with_card: str, tmp_path: Path) -> None:
    """The newest run of this folder, or the one that is named; a run of another folder says nothing of this one."""
    here, elsewhere = tmp_path / "模型 one", tmp_path / "two"
    for folder in (here, elsewhere):
        folder.mkdir()
    assert voicelog("run", "--", str(python), "-c", "print('ran')", folder=here).returncode == 0
    assert voicelog("run", "--", "true", folder=here).returncode == 0

    def examined(folder: Path, *arguments: str) -> dict[str, str]:
        done = voicelog("doctor", "--format", "json", *arguments, folder=folder, PATH=with_card)
        found: dict[str, str] = json.loads(done.stdout)["target"]
        return found

    assert (examined(here)["path"], examined(here)["origin"]) == (str(python), "run")
    assert examined(elsewhere)["origin"] != "run"
    assert examined(elsewhere, "--project", str(here))["path"] == str(python)
    identifier = examined(here)["reason"]
    assert examined(elsewhere, "--run", identifier) == {"path": str(python), "origin": "run", "reason": identifier}
    text = voicelog("doctor", folder=here, PATH=with_card).stdout.decode()
    assert f"as run {identifier} was started with it" in " ".join(text.split())
    done = voicelog("doctor", "--run", "last", PATH=with_card)
    assert (done.returncode, b"ran a program that is no Python" in done.stderr) == (2, True)
    log = b'  File "infer.py", line 1, in x\n' + NO_GPU
    report = json.loads(
        voicelog("analyze", "--doctor", "--format", "json", "-", given=log, folder=here, PATH=with_card).stdout
    )
    assert report["diagnoses"][0]["id"] == "gpu.cpu-only-build"


def test_several_logs_a_large_one_and_one_that_grows(python: Path, with_card: str, tmp_path: Path) -> None:
    small, large = tmp_path / "small.log", tmp_path / "large.log"
    small.write_bytes(NO_GPU)
    large.write_bytes(b"a step of the training\n" * 50_000 + NO_GPU + b"a step of the training\n" * 50_000)
    options = ("analyze", "--doctor", "--python", str(python), "--format", "jsonl")
    done = voicelog(*options, str(small), str(large), PATH=with_card)
    grown = voicelog(*options, "--follow", "-", given=b"a step\n" + NO_GPU, PATH=with_card)
    answers = [json.loads(line) for line in (*done.stdout.splitlines(), *grown.stdout.splitlines())]
    assert [one["source"] for one in answers] == [str(small), str(large), "<stdin>"]
    for answer in answers:
        assert [one["id"] for one in answer["diagnoses"]] == ["gpu.cpu-only-build"]
        assert answer["examined"]["path"] == str(python)
        assert "torch.build" in {one["check"] for one in answer["diagnoses"][0]["findings"]}


def test_baseline(python: Path, tmp_path: Path) -> None:
    place = str(tmp_path / "data")
    nothing = voicelog("doctor", "--python", str(python), "--baseline", "compare", VOICELOG_DATA=place)
    assert nothing.returncode == 2
    assert nothing.stderr.count(b"\n") == 1
    assert b"--baseline save" in nothing.stderr
    saved = voicelog("doctor", "--python", str(python), "--baseline", "save", VOICELOG_DATA=place)
    assert saved.returncode == 0
    assert str(tmp_path / "data") in saved.stdout.decode()
    same = voicelog("doctor", "--python", str(python), "--baseline", "compare", VOICELOG_DATA=place)
    assert (same.returncode, same.stdout[:3].decode()) == (0, "✓")
    record = install(python, "librosa", "0.10.1")
    changed = voicelog(
        "doctor", "--python", str(python), "--baseline", "compare", "--format", "json", VOICELOG_DATA=place
    )
    record.joinpath("METADATA").unlink()
    record.joinpath("INSTALLER").unlink()
    record.joinpath("RECORD").unlink()
    record.rmdir()
    assert changed.returncode == 1
    (change,) = json.loads(changed.stdout)["changes"]
    assert change == {"part": "packages", "name": "librosa", "before": None, "after": "0.10.1"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["doctor", "--run", "20000101"], ["20000101", "no such run"]),
        (["doctor", "--run", "last", "--python", "python3"], ["--python", "--run"]),
        (["doctor", "--python", "nowhere/python"], ["nowhere/python", "no such interpreter"]),
        (["doctor", "--project", "nowhere"], ["nowhere", "is no folder"]),
        (["doctor", "--basline", "save"], ["--basline", "did you mean --baseline?"]),
        (["doctor", "--baseline", "keep"], ["invalid choice"]),
        (["analyze", "--python", "x", "-"], ["--doctor"]),
        (["analyze", "--doctor", "--jobs", "2", "a.log", "b.log"], ["--doctor", "--jobs"]),
    ],
)
def test_bad_input_gets_one_clear_line_and_code_2(arguments: list[str], words: list[str]) -> None:
    done = voicelog(*arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.count(b"\n") == 1, done.stderr
    assert all(word in done.stderr.decode() for word in words)


def test_a_gbk_console(python: Path) -> None:
    done = voicelog("doctor", "--python", str(python), "--lang", "zh", PYTHONIOENCODING="gbk")
    assert "检查的是" in done.stdout.decode("gbk")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_an_interrupt_ends_it_and_what_it_started(tmp_path: Path) -> None:
    import signal
    import time

    slow = make_environment(tmp_path / "venv")
    begun, mark = tmp_path / "begun", tmp_path / "mark"
    code = f"import time, pathlib\npathlib.Path({str(begun)!r}).touch()\ntime.sleep(4)\npathlib.Path({str(mark)!r}).touch()\n"
    install(slow, "numpy", "1.26.4", code=code)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer")}
    process = subprocess.Popen(
        [sys.executable, "-m", "voicelog", "doctor", "--python", str(slow)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while not begun.exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert out == b""
    time.sleep(5)
    assert not mark.exists()
