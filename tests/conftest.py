"""What all tests share: the base, compiled once, and a clean environment."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.compile import compile_base
from voicelog.signatures.load import Loaded, load

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # speed is measured in benchmarks, never by a test on a busy machine

ROOT = Path(__file__).resolve().parents[1]
KNOWLEDGE = ROOT / "knowledge"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--refresh", action="store_true", help="rewrite the golden files")
    parser.addoption("--mutations", default="4200", help="damaged model files to inspect; 100000 for the whole")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nobody's settings reach a test, and no test leaves a record behind."""
    monkeypatch.setenv("VOICELOG_STATE", str(tmp_path_factory.mktemp("state")))
    for name in ("NO_COLOR", "FORCE_COLOR", "VOICELOG_LANG", "VOICELOG_FORMAT", "VOICELOG_CONFIG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def loaded() -> Loaded:
    return load([KNOWLEDGE])


@lru_cache(maxsize=1)
def shared_base() -> KnowledgeBase:
    """The bundled base without its similarity index, compiled once a process."""
    return compile_base([KNOWLEDGE], "test", similarity=False)


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    return shared_base()


@pytest.fixture
def plain_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's environment, proxy or baseline reaches a test."""
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "CUDA_VISIBLE_DEVICES", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VOICELOG_DATA", str(tmp_path / "voicelog-data"))


@pytest.fixture(scope="session")
def torch_python() -> str:
    """An interpreter whose environment has a real torch; `.ci/run` makes one."""
    python = os.environ.get("VOICELOG_TORCH_PYTHON") or str(ROOT / ".venv-torch" / "bin" / "python")
    if not Path(python).exists():
        pytest.skip("no environment with torch: VOICELOG_TORCH_PYTHON names none and .venv-torch is not there")
    return python
