"""Real voice models, broken for real and mended through `voicelog rerun` (CPU PyTorch, weights out of their packages).

Every case is one program that fails, the cause that voicelog must name, and, where a fix can be applied, the fix that
must end in *fixed*.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from programs import command, environment

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
TORCH = Path(os.environ.get("VOICELOG_TORCH_PYTHON") or ROOT / ".venv-torch" / "bin" / "python")
HOME = TORCH.parent.parent
"""A virtual environment with torch, and wheels of the models beside it; `.ci/run` makes it."""

pytestmark = [
    pytest.mark.torch,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix"),
    pytest.mark.usefixtures("torch_python"),
]

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 17090379\n"
PAGE = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Sign in to go on</body></html>\n"
ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


class Place:
    """A folder to run in and a Python with one model's package of its own, which a test may break."""

    def __init__(self, folder: Path, package: str) -> None:
        self.folder = folder
        home = folder / "env"
        subprocess.run([TORCH, "-m", "venv", "--without-pip", home], check=True)
        (self.packages,) = home.glob("lib/python3*/site-packages")
        (shared,) = HOME.glob("lib/python3*/site-packages")
        (self.packages / "shared.pth").write_text(f"{shared}\n")
        self.python = str(home / "bin" / "python")
        self.environment = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(HOME / "wheels"), "PIP_NO_CACHE_DIR": "1"}
        if package:
            self.call([self.python, "-m", "pip", "install", "-q", "--no-deps", package])

    def call(self, argv: list[str]) -> None:
        subprocess.run(argv, check=True, env=environment(**self.environment), capture_output=True, timeout=300)

    def voicelog(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            command(*arguments),
            capture_output=True,
            cwd=self.folder,
            env=environment(**self.environment, **more),
            timeout=500,
        )

    def run(self, script: str, *options: str, **more: str) -> str:
        """The id of the first cause of a failing run."""
        return self.run_wrapped((), script, *options, **more)

    def run_wrapped(self, wrapper: tuple[str, ...], script: str, *options: str, **more: str) -> str:
        argv = [*wrapper, self.python, str(EXAMPLES / script), *options]
        done = self.voicelog("run", "--", *argv, **more)
        assert done.returncode != 0, done.stdout.decode()
        found = self.last()
        assert found["report"]["diagnoses"], done.stderr.decode()
        assert len(done.stderr.decode().rsplit("\n✗", 1)[-1].rsplit("\nx ", 1)[-1].splitlines()) <= 15
        return str(found["report"]["diagnoses"][0]["id"])

    def last(self) -> dict[str, dict[str, list[dict[str, str]]]]:
        found: dict[str, dict[str, list[dict[str, str]]]] = json.loads(
            self.voicelog("runs", "show", "--format", "json").stdout
        )
        return found

    def mend(self, fix: str, **more: str) -> str:
        """What the fix did."""
        done = self.voicelog("rerun", "--yes", "--fix", fix, **more)
        assert self.last()["outcome"], done.stderr.decode()
        return str(self.last()["outcome"]["verdict"])


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    yield Place(tmp_path, getattr(request, "param", "silero-vad"))
    shutil.rmtree(tmp_path, ignore_errors=True)


RESEMBLYZER = pytest.mark.parametrize("place", ["Resemblyzer"], indirect=True)
NOTHING = pytest.mark.parametrize("place", [""], indirect=True)


@pytest.mark.parametrize(
    ("script", "package", "wanted"),
    [
        ("detect_speech.py", "silero-vad", "speech from"),
        ("track_pitch.py", "", "Hz where it is loud"),
        ("embed_speaker.py", "Resemblyzer", "similarity"),
        ("serve_speech.py", "silero-vad", "pieces of speech"),
    ],
)
def test_every_example_runs_as_it_is(script: str, package: str, wanted: str, tmp_path: Path) -> None:
    place = Place(tmp_path, package)
    check = ["--check", "--port", str(_free_port())] if script == "serve_speech.py" else []
    done = place.voicelog("run", "--", place.python, str(EXAMPLES / script), *check)
    assert done.returncode == 0, done.stderr.decode()
    assert wanted in done.stdout.decode()
    assert "✗" not in done.stderr.decode()


@RESEMBLYZER
@pytest.mark.parametrize(
    ("damage", "cause"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:9_000_000]), "model.file-corrupt"),
        (lambda path: path.write_text(POINTER), "model.lfs-pointer"),
        (lambda path: path.write_text(PAGE), "model.html-instead"),
    ],
    ids=["truncated", "pointer", "page"],
)
def test_a_damaged_checkpoint_comes_back_with_its_package(place: Place, damage: object, cause: str) -> None:
    assert callable(damage)
    damage(place.packages / "resemblyzer" / "pretrained.pt")
    assert place.run("embed_speaker.py") == cause
    assert place.mend("reinstall-package") == "fixed"


def test_a_truncated_torchscript_model(place: Place) -> None:
    path = place.packages / "silero_vad" / "data" / "silero_vad.jit"
    path.write_bytes(path.read_bytes()[:1_000_000])
    assert place.run("detect_speech.py") == "model.file-corrupt"
    assert place.mend("reinstall-package") == "fixed"


@pytest.mark.parametrize(
    ("script", "options", "cause", "fix"),
    [
        ("detect_speech.py", ("--device", "cuda"), "gpu.cpu-only-build", "run-on-cpu"),
        ("track_pitch.py", ("--device=cuda:0",), "gpu.cpu-only-build", "run-on-cpu"),
        ("track_pitch.py", ("--half",), "gpu.half-unsupported", "switch-off-half"),
        ("detect_speech.py", ("--half",), "gpu.dtype-mismatch", "full-precision"),
        ("detect_speech.py", ("--sample-rate", "11025"), "audio.sample-rate", "rate-option"),
    ],
)
def test_an_option_that_does_not_fit(place: Place, script: str, options: tuple[str, ...], cause: str, fix: str) -> None:
    assert place.run(script, *options) == cause
    assert place.mend(fix) == "fixed"


def test_a_stereo_file(place: Place) -> None:
    code = "import sound, pathlib; sound.write(pathlib.Path('stereo.wav'), sound.voice(), 16000, 2)"
    subprocess.run([place.python, "-c", code], cwd=place.folder, env=environment(PYTHONPATH=str(EXAMPLES)), check=True)
    assert place.run("detect_speech.py", "stereo.wav") == "audio.channels"
    assert place.mend("mono-option") == "fixed"


def test_half_precision_switched_on_in_the_configuration(place: Place) -> None:
    config = place.folder / "config.json"
    config.write_text('{\n  "model": "tiny",   "half": true\n}\n')
    assert place.run("track_pitch.py") == "gpu.half-unsupported"
    assert place.mend("switch-off-half") == "fixed"
    assert config.read_text() == '{\n  "model": "tiny",   "half": false\n}\n'
    assert len(list(place.folder.glob("config.json.voicelog-*.bak"))) == 1


def test_a_missing_input_can_only_be_mended_by_hand(place: Place) -> None:
    assert place.run("detect_speech.py", "nowhere.wav") == "path.not-found"
    done = place.voicelog("rerun", "--yes")
    assert done.returncode == 2
    assert "by hand" in done.stderr.decode()


def test_an_input_under_a_chinese_path_where_python_speaks_ascii(place: Place) -> None:
    folder = place.folder / "语音"
    folder.mkdir()
    code = f"import sound, pathlib; sound.write(pathlib.Path({str(folder / '输入.wav')!r}), sound.voice(), 16000)"
    subprocess.run([place.python, "-c", code], cwd=place.folder, env=environment(PYTHONPATH=str(EXAMPLES)), check=True)
    (place.folder / "list.txt").write_text("语音/输入.wav\n", encoding="utf-8")
    assert place.run("detect_speech.py", "--list", "list.txt", **ASCII) == "encoding.decode"
    assert place.mend("utf8-mode", **ASCII) == "fixed"


def test_a_console_that_cannot_print_a_name(place: Place) -> None:
    code = "import sound, pathlib; sound.write(pathlib.Path('声.wav'), sound.voice(), 16000)"
    subprocess.run([place.python, "-c", code], cwd=place.folder, env=environment(PYTHONPATH=str(EXAMPLES)), check=True)
    assert place.run("detect_speech.py", "声.wav", PYTHONIOENCODING="ascii") == "encoding.console"
    assert place.mend("utf8-mode", PYTHONIOENCODING="ascii") == "fixed"


@NOTHING
def test_memory_runs_out(place: Place) -> None:
    if not shutil.which("prlimit"):
        pytest.skip("no prlimit")
    limited = ("prlimit", f"--as={3 << 30}")
    options = ("--hop-length", "8", "--batch-size", "8000")
    assert place.run_wrapped(limited, "track_pitch.py", *options, OMP_NUM_THREADS="1") == "memory.ram-exhausted"
    assert place.mend("smaller-work", OMP_NUM_THREADS="1") == "fixed"


@NOTHING
def test_a_missing_module(place: Place) -> None:
    assert place.run("detect_speech.py") == "deps.module-missing"
    assert place.mend("install-one") == "fixed"


def test_a_busy_port(place: Place) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        assert place.run("serve_speech.py", "--check", "--port", str(busy.getsockname()[1])) == "net.port-in-use"
        assert place.mend("other-port") == "fixed"


def _cuda() -> bool:
    code = "import torch; raise SystemExit(not torch.cuda.is_available())"
    return subprocess.run([TORCH, "-c", code], capture_output=True).returncode == 0


@pytest.mark.parametrize(
    ("script", "options", "cause", "fix"),
    [
        (
            "track_pitch.py",
            ("--device", "cuda", "--hop-length", "1", "--batch-size", "1000000"),
            "gpu.out-of-memory",
            "smaller-batch",
        ),
        ("track_pitch.py", ("--device", "cuda:99"), "gpu.invalid-device", "use-zero"),
        ("detect_speech.py", ("--device", "cuda", "--half"), "gpu.dtype-mismatch", "full-precision"),
    ],
)
def test_on_a_real_card(place: Place, script: str, options: tuple[str, ...], cause: str, fix: str) -> None:
    if not _cuda():
        pytest.skip("no CUDA device")
    assert place.run(script, *options) == cause
    assert place.mend(fix) == "fixed"


def test_working_through_the_safe_fixes_until_it_runs(place: Place) -> None:
    """Two faults on one command line: the first fix leads further, the second one mends it."""
    assert place.run("detect_speech.py", "--device", "cuda", "--sample-rate", "11025") == "gpu.cpu-only-build"
    done = place.voicelog("rerun", "--try", "--yes")
    assert done.returncode == 0, done.stderr.decode()
    text = done.stderr.decode()
    assert text.index("Further") < text.index("Fixed")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
