"""Packages from the index that do not fit, installed by pip into real environments; the import itself is the judge."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from doctor_places import by_check, make_environment

from voicelog.doctor.examine import examine
from voicelog.doctor.target import find_target
from voicelog.model import Examination

pytestmark = [pytest.mark.usefixtures("plain_machine"), pytest.mark.slow]


@dataclass(frozen=True)
class Conflict:
    """Packages, what the import of them says, what the check has to find, and what mends it."""

    packages: str
    code: str
    said: str
    found: frozenset[tuple[str, str, str]]
    """(cause, one, two) of every pair that is broken."""
    mended: str
    python: tuple[tuple[int, int], tuple[int, int]] = ((3, 10), (3, 13))
    """The first and the last Python for which there are wheels and in which it breaks."""


CONFLICTS = {
    "numba and numpy": Conflict(
        "numba==0.61.0 llvmlite==0.44.0 numpy==2.2.0",
        "import numba",
        "Numba needs NumPy 2.1 or less",
        frozenset({("deps.numba-numpy", "numba 0.61.0", "numpy 2.2.0")}),
        "numpy==2.1.3",
    ),
    "pandas built for numpy 1": Conflict(
        "pandas==2.1.4 numpy==2.0.0 python-dateutil pytz tzdata six",
        "import pandas",
        "numpy.dtype size changed",
        frozenset({("deps.numpy-abi", "numpy 2.0.0", "pandas 2.1.4")}),
        "pandas==2.2.2",
        ((3, 10), (3, 12)),
    ),
    "tensorboard and protobuf": Conflict(
        "tensorboard==2.9.0 protobuf==4.21.2",
        "from tensorboard.compat.proto import summary_pb2",
        "Descriptors cannot not be created directly",
        frozenset({("deps.protobuf", "protobuf 4.21.2", "tensorboard 2.9.0")}),
        "protobuf==3.20.3",
    ),
    "hydra and Python 3.11": Conflict(
        "hydra-core==1.2.0 omegaconf==2.3.0 packaging PyYAML antlr4-python3-runtime==4.9.3",
        "import hydra",
        "mutable default",
        frozenset({("python.dataclass-mutable-default", f"Python {platform.python_version()}", "hydra-core 1.2.0")}),
        "hydra-core==1.3.2",
        ((3, 11), (3, 13)),
    ),
    "webrtcvad without pkg_resources": Conflict(
        "webrtcvad==2.0.10 setuptools==82.0.0",
        "import webrtcvad",
        "No module named 'pkg_resources'",
        frozenset({("python.removed-module", "setuptools 82.0.0", "webrtcvad 2.0.10")}),
        "setuptools==80.9.0",
    ),
    "transformers, huggingface_hub and tokenizers": Conflict(
        "transformers==4.57.1 huggingface_hub==1.0.0 tokenizers==0.19.1 safetensors filelock tqdm regex requests packaging "
        "numpy PyYAML urllib3 idna certifi charset-normalizer httpx anyio httpcore h11 fsspec typing_extensions shellingham "
        "sniffio hf-xet typer-slim click",
        "import transformers",
        "is required for a normal functioning of this module",
        frozenset(
            {
                ("deps.huggingface-hub-version", "huggingface-hub 1.0.0", "transformers 4.57.1"),
                ("deps.transformers-version", "tokenizers 0.19.1", "transformers 4.57.1"),
            }
        ),
        "huggingface_hub==0.36.0 tokenizers==0.22.1",
    ),
}


def pip_install(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400)
    if done.returncode:
        pytest.skip(f"pip could not install them: {done.stderr.strip().splitlines()[-1][:200]}")


def imported(python: Path, code: str) -> tuple[int, str]:
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, encoding="utf-8", timeout=100)
    return done.returncode, done.stderr


def broken(python: Path) -> set[tuple[str, str, str]]:
    """What the check of pairs finds, the two names in the order of the alphabet."""
    found = set()
    for one in by_check(examine(find_target(str(python))), "packages.pairs"):
        if one.status == "fail":
            first, second = sorted((one.values["one"], one.values["two"]))
            found.add((one.cause, first, second))
    return found


@pytest.mark.parametrize("name", CONFLICTS)
def test_the_import_fails_as_the_table_says_and_works_when_mended(name: str, tmp_path: Path) -> None:
    conflict = CONFLICTS[name]
    first, last = conflict.python
    if not first <= sys.version_info[:2] <= last:
        pytest.skip(f"these versions are for Python {first} to {last}")
    python = make_environment(tmp_path / "venv")
    install = ("--python", str(python), "install", "-q", "--no-deps")
    pip_install(*install, *conflict.packages.split())
    code, said = imported(python, conflict.code)
    assert code != 0
    assert conflict.said in said
    assert broken(python) == conflict.found
    pip_install(*install, *conflict.mended.split())
    assert broken(python) == set()
    assert imported(python, conflict.code)[0] == 0, imported(python, conflict.code)[1]


def test_two_installations_that_shadow_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One in the environment, an older one in a folder that PYTHONPATH names: the import says which one counts."""
    python, other = make_environment(tmp_path / "venv"), tmp_path / "旧 包"
    pip_install("--python", str(python), "install", "-q", "--no-deps", "packaging==24.0", "tomli==2.0.1")
    pip_install("install", "-q", "--no-deps", "--target", str(other), "packaging==21.3", "pyparsing==3.1.2")
    assert not [one for one in examined(python, monkeypatch, "") if one.startswith("installed-twice")]
    assert examined(python, monkeypatch, str(other)) == ["installed-twice packaging 21.3 24.0"]
    done = subprocess.run([str(python), "-c", "import packaging; print(packaging.__version__)"], capture_output=True)
    assert done.stdout.strip() == b"21.3"


def test_what_pythonpath_names_does_not_reach_voicelog_itself(tmp_path: Path) -> None:
    """A folder with a broken `packaging` is the user's trouble, and is told, not suffered."""
    python, other = make_environment(tmp_path / "venv"), tmp_path / "other"
    (other / "packaging").mkdir(parents=True)
    (other / "packaging" / "__init__.py").write_text("raise RuntimeError('broken')")
    ours = str(Path(__file__).resolve().parents[2] / "analyzer")
    done = subprocess.run(
        [sys.executable, "-m", "voicelog", "doctor", "--python", str(python), "--lang", "en"],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(other), ours])},
        timeout=100,
    )
    text = done.stdout.decode()
    assert "failed" not in text, text
    assert "PYTHONPATH is set" in text


def examined(python: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> list[str]:
    monkeypatch.setenv("PYTHONPATH", path)
    found: Examination = examine(find_target(str(python)))
    return [
        " ".join((one.message, *(one.values[name] for name in ("name", "version", "hidden"))))
        for one in by_check(found, "packages.shadowed")
        if one.status == "warn"
    ]
