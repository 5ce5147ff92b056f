"""When a signature was added, as the repository tells it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from conftest import KNOWLEDGE, ROOT
from voicelog.packs.find import find_packs
from voicelog.site.since import added_days

git = pytest.mark.skipif(shutil.which("git") is None or not (ROOT / ".git").exists(), reason="a repository is needed")


@git
def test_every_old_signature_has_its_day() -> None:
    days = added_days(KNOWLEDGE / "signatures")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", days["gpu.out-of-memory"])
    assert "gpu.cudnn-error.no-engine" in days


def test_outside_of_a_repository_nothing_is_said(tmp_path: Path) -> None:
    assert added_days(tmp_path) == {}
    assert added_days(tmp_path / "nowhere") == {}


def test_the_pack_of_the_project_in_which_a_program_lies_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICELOG_DATA", str(tmp_path / "data"))
    project = tmp_path / "项 目"
    (project / ".voicelog").mkdir(parents=True)
    (project / ".voicelog" / "pack.yaml").touch()
    (project / "src" / "deep").mkdir(parents=True)
    assert find_packs([], [project / "src" / "deep"]) == [project / ".voicelog"]
    (project / "src" / ".git").mkdir()
    assert find_packs([], [project / "src" / "deep"]) == []
