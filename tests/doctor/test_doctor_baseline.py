"""What has changed since it last worked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from voicelog.doctor.baseline import compare_with_baseline, data_folder, save_baseline
from voicelog.errors import InputError
from voicelog.language import LANGUAGES
from voicelog.model import Change, Examination, Finding, Target
from voicelog.render.comparison import to_comparison_text

pytestmark = pytest.mark.usefixtures("plain_machine")


def examination(packages: dict[str, str], free: str = "80.0 GB", **facts: str) -> Examination:
    room = Finding("disk.space", "ok", "disk-room", {"role": "hub", "free": free})
    return Examination(Target("/app/venv/bin/python", "option", "--python"), (room,), facts, 1.0, packages=packages)


BEFORE = examination({"torch": "2.1.0", "numpy": "1.26.4", "gone": "1"}, driver="535.1", python="3.10", proxy="x")
AFTER = examination({"torch": "2.1.0", "numpy": "2.0.1", "new": "1"}, "3.0 GB", driver="551.2", python="3.10")


def test_every_kind_of_change() -> None:
    save_baseline(BEFORE)
    assert compare_with_baseline(BEFORE).changes == ()
    assert compare_with_baseline(AFTER).changes == (
        Change("packages", "gone", "1", ""),
        Change("packages", "new", "", "1"),
        Change("packages", "numpy", "1.26.4", "2.0.1"),
        Change("facts", "driver", "535.1", "551.2"),
        Change("disk", "hub", "80.0", "3.0"),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_in_words(language: str) -> None:
    save_baseline(BEFORE)
    text = to_comparison_text(compare_with_baseline(AFTER), language)  # type: ignore[arg-type]
    assert text.count("\n") == 6
    assert "1.26.4 → 2.0.1" in text
    assert to_comparison_text(compare_with_baseline(BEFORE), language).startswith("✓")  # type: ignore[arg-type]


def test_a_little_disk_is_no_change() -> None:
    save_baseline(BEFORE)
    assert not compare_with_baseline(BEFORE._replace(findings=examination({}, "78.5 GB").findings)).changes


def test_another_interpreter_has_its_own() -> None:
    save_baseline(BEFORE)
    other = BEFORE._replace(target=Target("/other/python", "option", ""))
    with pytest.raises(InputError) as caught:
        compare_with_baseline(other)
    assert "--baseline save" in caught.value.hint


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema": "other"}', "\x00"])
def test_a_damaged_file_is_an_error(text: str) -> None:
    save_baseline(BEFORE).write_text(text)
    with pytest.raises(InputError):
        compare_with_baseline(BEFORE)


def test_odd_values_in_the_file_are_only_differences() -> None:
    path = save_baseline(BEFORE)
    value = json.loads(path.read_text())
    path.write_text(json.dumps({**value, "packages": 3, "facts": None, "room": {"hub": "much"}}))
    assert compare_with_baseline(BEFORE).changes


def test_a_place_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VOICELOG_DATA", str(tmp_path / "file"))
    assert data_folder() == tmp_path / "file"
    with pytest.raises(InputError):
        save_baseline(BEFORE)
