"""One value of a configuration file changes, everything else stays byte for byte, and it can be taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from voicelog.errors import InputError
from voicelog.runner.edits import difference, find_edit, make, undo
from voicelog.signatures.types import Setting

HALF = Setting(("nowhere.json", "config.json", "配置.yaml"), ("train.fp16_run", "half"), "false")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("config.json", '{"half":true , "x": [1,\t2]}', '{"half":false , "x": [1,\t2]}'),
        ("config.json", '{\r\n  "train": {"fp16_run": true}\r\n}\r\n', '{\r\n  "train": {"fp16_run": false}\r\n}\r\n'),
        ("config.json", '{"half": "true"}', '{"half": "false"}'),
        ("配置.yaml", "# 注释\nhalf: true  # keep\nother: 1\n", "# 注释\nhalf: false  # keep\nother: 1\n"),
        ("配置.yaml", "train:\n  fp16_run: True\n", "train:\n  fp16_run: False\n"),
        ("config.json", "half: 'true'\n", "half: 'false'\n"),
    ],
)
def test_a_value_changes_and_comes_back(tmp_path: Path, name: str, before: str, after: str) -> None:
    path = tmp_path / name
    path.write_bytes(before.encode())
    edit = find_edit(HALF, str(tmp_path))
    assert edit is not None
    assert [line[0] for line in difference(edit)] == ["-", "+"]
    assert path.read_bytes() == before.encode(), "looking changes nothing"
    made = make(edit)
    assert path.read_bytes() == after.encode()
    assert Path(made.backup).read_bytes() == before.encode()
    assert undo(made)
    assert path.read_bytes() == before.encode()
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    "text", ["", "{", "[1, 2]", '{"half": false}', '{"half": {"a": 1}}', '{"train": "x"}', "\t:\n- ]", "half: [true]"]
)
def test_where_there_is_nothing_to_change(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_text(text)
    assert find_edit(HALF, str(tmp_path)) is None


def test_no_text_no_file_and_a_large_file(tmp_path: Path) -> None:
    assert find_edit(HALF, str(tmp_path)) is None
    (tmp_path / "config.json").write_bytes(b"\xff\xfe\0half: true")
    assert find_edit(HALF, str(tmp_path)) is None
    (tmp_path / "config.json").write_bytes(b"half: true\n" + b"#" * (5 << 20))
    assert find_edit(HALF, str(tmp_path)) is None


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"half": true}')
    edit = find_edit(HALF, str(tmp_path))
    assert edit is not None
    path.write_text('{"half": 1}')
    with pytest.raises(InputError):
        make(edit)
    path.write_text('{"half": true, "x": 1}')
    made = make(edit)
    path.write_text('{"half": false, "x": 2}')
    assert undo(made), "the rest may have changed: only the value comes back"
    assert path.read_text() == '{"half": true, "x": 2}'
    assert Path(made.backup).exists()
    path.write_text('{"half": "gone"}')
    assert not undo(made)


@given(st.dictionaries(st.text(), st.one_of(st.booleans(), st.integers(), st.text(), st.lists(st.integers()))))
def test_any_json_keeps_everything_else(tmp_path_factory: pytest.TempPathFactory, values: dict[str, object]) -> None:
    folder = tmp_path_factory.mktemp("edit")
    text = json.dumps({**values, "half": True}, ensure_ascii=False)
    (folder / "config.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    edit = find_edit(HALF, str(folder))
    if edit is None:
        with pytest.raises((yaml.YAMLError, UnicodeDecodeError)):
            yaml.compose(text.encode("utf-8", "surrogatepass").decode("utf-8"), Loader=yaml.SafeLoader)
        return
    make(edit)
    assert json.loads((folder / "config.json").read_text(encoding="utf-8")) == {**values, "half": False}
