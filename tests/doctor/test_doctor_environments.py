"""Real small environments with what goes wrong in them, examined whole: probe, gathering, checks."""

from __future__ import annotations

import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from doctor_places import by_check, install, make_environment, make_program, nvidia_smi, pip_check

from programs import eventually
from voicelog.doctor.examine import examine
from voicelog.doctor.gather import Cancelled
from voicelog.doctor.target import find_target
from voicelog.model import Examination, Finding

pytestmark = pytest.mark.usefixtures("plain_machine")


def examined(python: Path, project: Path | None = None) -> Examination:
    return examine(find_target(str(python)), project)


def only(found: Examination, check: str) -> Finding:
    (one,) = by_check(found, check)
    return one


@pytest.fixture(scope="module")
def conflicting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment in a folder with Chinese and a space, with conflicts of several kinds."""
    python = make_environment(tmp_path_factory.mktemp("语音 项目") / "venv")
    install(
        python,
        "torch",
        "2.1.2+cpu",
        requires=("sympy", 'typing-extensions; python_version < "3"'),
        code=_torch("2.1.2+cpu"),
    )
    install(
        python, "torchaudio", "2.3.1+cpu", requires=("torch==2.3.1",), code="raise OSError('undefined symbol: _ZN3c10')"
    )
    install(python, "numpy", "2.0.1")
    install(python, "numba", "0.59.1", requires=("numpy<1.27,>=1.22", "llvmlite<0.43,>=0.42"))
    install(python, "transformers", "4.57.1", requires=("huggingface-hub<1.0,>=0.34.0", "tokenizers<=0.23.0,>=0.22.0"))
    install(python, "huggingface-hub", "1.1.0")
    install(python, "tokenizers", "0.22.1")
    install(python, "webrtcvad", "2.0.10")
    return python


def _torch(version: str) -> str:
    """The parts of torch that the probe asks."""
    return f"""
        import sys, types
        __version__ = {version!r}
        version = types.SimpleNamespace(cuda=None, hip=None)
        cuda = types.SimpleNamespace(is_available=lambda: False, device_count=lambda: 0, get_arch_list=lambda: [])
        backends = types.SimpleNamespace()
        _C = types.SimpleNamespace()
        class Ones:
            def __matmul__(self, other): return self
            def sum(self): return 4096.0
        def ones(*shape, device="cpu"): return Ones()
    """


def test_conflicts_of_every_kind_are_found(conflicting: Path) -> None:
    found = examined(conflicting)
    broken = {one.cause for one in by_check(found, "packages.pairs") if one.status == "fail"}
    assert broken == {
        "deps.numpy-abi",
        "deps.numba-numpy",
        "deps.huggingface-hub-version",
        "python.removed-module",
    }
    companion = next(one for one in by_check(found, "packages.companions") if one.status == "fail")
    assert (companion.values["name"], companion.values["wanted"]) == ("torchaudio", "2.1")
    imports = next(one for one in by_check(found, "packages.imports") if one.status == "fail")
    assert imports.cause == "deps.torch-companion-mismatch"
    assert "undefined symbol" in imports.evidence[0]
    assert found.facts["torch_build"] == "cpu"
    assert found.facts["numpy"] == "2.0.1"
    assert any(one.message == "path-non-ascii" for one in found.findings) or sys.platform == "win32"


@pytest.mark.slow
def test_unmet_dependencies_are_those_that_pip_finds(conflicting: Path) -> None:
    """pip itself is the judge."""
    said = pip_check(conflicting)
    assert "numba 0.59.1 has requirement" in said
    found = examined(conflicting)
    unmet = [line for one in by_check(found, "packages.dependencies") for line in one.evidence]
    for line in said.splitlines():
        name, version = line.split()[:2]
        assert any(entry.startswith(f"{name} {version}: ") for entry in unmet), line
    counted = sum(int(one.values.get("count", 0)) for one in by_check(found, "packages.dependencies"))
    assert counted == len(said.splitlines())


def test_a_card_beside_a_torch_for_the_cpu(conflicting: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = nvidia_smi("551.23", "12.4", ["NVIDIA GeForce RTX 3060, 551.23, 12288, 400, 8.6"])
    make_program(tmp_path / "bin", "nvidia-smi", script=script)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    found = examined(conflicting)
    build = only(found, "torch.build")
    assert (build.status, build.cause) == ("fail", "gpu.cpu-only-build")
    assert found.facts["gpu"] == "NVIDIA GeForce RTX 3060"
    assert found.facts["gpu_arch"] == "8.6"
    assert found.facts["driver_cuda"] == "12.4"


@pytest.mark.parametrize(
    ("code", "status", "message"),
    [
        ("import os; os.abort()", "crashed", "import-crashes"),
        ("raise ImportError('libcublas.so.12: cannot open shared object file')", "fail", "import-fails"),
        ("print('x' * 100000)", "fail", "import-fails"),
    ],
    ids=["crash", "raise", "no torch at all"],
)
def test_a_torch_that_misbehaves(tmp_path: Path, code: str, status: str, message: str) -> None:
    python = make_environment(tmp_path / "venv")
    install(python, "torch", "2.1.0+cu118", code=code)
    (one, *_) = by_check(examined(python), "torch.build")
    assert (one.status, one.message) == (status, message)


def test_nothing_but_an_interpreter(tmp_path: Path) -> None:
    found = examined(make_environment(tmp_path / "venv"))
    assert not [one for one in found.findings if one.status in ("fail", "crashed")]
    assert only(found, "python.pip").message == "pip-missing"
    assert only(found, "torch.build").status == "skip"


def test_an_interpreter_that_is_none(tmp_path: Path) -> None:
    found = examined(make_program(tmp_path, "python3", prints="hello"))
    one = only(found, "python.interpreter")
    assert (one.status, one.message) == ("crashed", "python-garbage")
    assert "python" not in found.facts


@pytest.mark.parametrize(
    ("variables", "message", "evidence"),
    [
        ({"PYTHONIOENCODING": "ascii"}, "output-other", "preferred utf-8, output ascii"),
        ({"PYTHONUTF8": "1"}, "encoding-utf8", "preferred utf-8, output utf-8"),
        ({"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}, "encoding-other", ""),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="locales of POSIX")
def test_encodings_as_variables_set_them(
    variables: dict[str, str], message: str, evidence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"LC_ALL": "C.UTF-8", **variables}.items():
        monkeypatch.setenv(name, value)
    one = only(examined(make_environment(tmp_path / "venv")), "text.encoding")
    assert one.message == message
    assert evidence in one.evidence[0].lower()


def test_programs_there_broken_and_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = make_environment(tmp_path / "venv")
    install(python, "pydub", "0.25.1")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    make_program(tmp_path / "bin", "sox", prints="sox:      SoX v14.4.2")
    make_program(tmp_path / "bin", "espeak-ng", prints="error while loading shared libraries", code=127)
    found = examined(python)
    (needed,) = [one for one in by_check(found, "audio.ffmpeg") if one.status == "fail"]
    assert (needed.message, needed.values["needs"]) == ("program-needed", "pydub")
    assert only(found, "audio.sox").values["version"] == "14.4.2"
    broken = only(found, "text.espeak")
    assert (broken.status, broken.message, broken.values["code"]) == ("fail", "program-broken", "127")
    assert found.facts["ffmpeg_missing"] == "yes"
    assert found.facts["sox"] == "14.4.2"


def test_ffmpeg_beside_the_project_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    project = tmp_path / "RVC"
    for name in ("ffmpeg", "ffprobe"):
        make_program(project, name, prints=f"{name} version 4.3.1 Copyright (c) 2000-2020")
    found = examined(make_environment(tmp_path / "venv"), project)
    assert {one.values["version"] for one in by_check(found, "audio.ffmpeg")} == {"4.3.1"}


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(__import__("os"), "geteuid"), reason="rights of POSIX")
def test_a_folder_without_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write anywhere but into /proc."""
    monkeypatch.setenv("HF_HOME", "/proc/huggingface")
    found = examined(make_environment(tmp_path / "venv"))
    one = next(one for one in by_check(found, "rights.folders") if one.status == "fail")
    assert one.values["role"] == "hub"
    assert one.cause == "path.permission-denied"


def test_a_busy_port_and_a_silent_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as holder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("https_proxy", f"http://user:secret@127.0.0.1:{free.getsockname()[1]}")
        free.close()
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            holder.bind(("127.0.0.1", 7860))
        except OSError:
            pytest.skip("port 7860 is in use here")
        holder.listen()
        found = examined(make_environment(tmp_path / "venv"))
    busy = next(one for one in by_check(found, "network.ports") if one.values.get("port") == "7860")
    assert (busy.status, busy.cause) == ("warn", "net.port-in-use")
    silent = only(found, "network.proxy")
    assert (silent.message, silent.cause) == ("proxy-silent", "net.proxy")
    assert "secret" not in str(silent)
    assert found.facts["proxy_silent"] == "yes"


def test_progress_names_every_step_once(tmp_path: Path) -> None:
    seen: list[tuple[str, bool]] = []
    examine(
        find_target(str(make_environment(tmp_path / "venv"))), progress=lambda step, ended: seen.append((step, ended))
    )
    begun = [step for step, ended in seen if not ended]
    assert sorted(begun) == sorted(step for step, ended in seen if ended)
    assert len(set(begun)) == len(begun)
    assert {"environment", "driver", "memory"} <= set(begun)


def test_each_check_is_told_once_as_it_ends(tmp_path: Path) -> None:
    """What is told live is what stands in the examination, whatever arrived last."""
    python = make_environment(tmp_path / "venv")
    install(python, "numpy", "1.26.4", code="import time; time.sleep(1)")
    told: list[tuple[str, ...]] = []
    over: set[str] = set()
    before_it_ended: list[str] = []

    def progress(step: str, ended: bool) -> None:
        if ended:
            over.add(step)

    def found(findings: tuple[Finding, ...]) -> None:
        told.append(tuple(str(one) for one in findings))
        if "numpy" not in over:
            before_it_ended.extend(one.check for one in findings)

    done = examine(find_target(str(python)), progress=progress, found=found)
    assert sorted(text for findings in told for text in findings) == sorted(str(one) for one in done.findings)
    assert "python.version" in before_it_ended, "it does not wait for an import that it does not look at"
    assert "packages.imports" not in before_it_ended


def test_an_examination_that_nobody_waits_for_ends_with_its_programs(tmp_path: Path) -> None:
    python = make_environment(tmp_path / "venv")
    install(python, "numpy", "1.26.4", code="import time; time.sleep(600)")
    stop = threading.Event()

    def importing() -> bool:
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):  # it ended meanwhile
                if child.status() != psutil.STATUS_ZOMBIE and "numpy" in child.cmdline():
                    return True
        return False

    with ThreadPoolExecutor(1) as pool:
        examining = pool.submit(examine, find_target(str(python)), stop=stop)
        assert eventually(importing)
        stop.set()
        with pytest.raises(Cancelled):
            examining.result()
    assert not importing()


@pytest.mark.torch
@pytest.mark.slow
def test_a_real_torch(torch_python: str) -> None:
    found = examined(Path(torch_python))
    assert found.facts["torch"].startswith("2.")
    assert [one.status for one in by_check(found, "torch.product")][:1] == ["ok"]
    assert only(found, "torch.build").status in ("ok", "fail")
    assert by_check(found, "packages.imports")[0].status != "crashed"
