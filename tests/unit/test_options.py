"""Command lines with an option added, replaced or removed, only where the program really has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelog.runner.options import changed, first_argument, known_options
from voicelog.signatures.types import Argument

DEVICE = Argument("replace", ("--device", "-d"), "cpu")
HALF = Argument("remove", ("--half", "--fp16"))
MONO = Argument("add", ("--mono", "--to-mono"))


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("python infer.py --device cuda", "python infer.py --device cpu"),
        ("python infer.py --device=cuda:1 x", "python infer.py --device=cpu x"),
        ("python -u infer.py -d cuda", "python -u infer.py -d cpu"),
        ("python -m tool.infer --device cuda", "python -m tool.infer --device cpu"),
        ("nice -n 5 python infer.py --device cuda", "nice -n 5 python infer.py --device cpu"),
        (r"runtime\python.exe infer.py --device cuda", r"runtime\python.exe infer.py --device cpu"),
        ("whisper a.wav --device cuda", "whisper a.wav --device cpu"),
        ("python infer.py --text --devices", "python infer.py --text --devices"),
        ("python infer.py -- --device cuda", "python infer.py -- --device cuda"),
        ("python infer.py --device", "python infer.py --device"),
        ("python -d infer.py", "python -d infer.py"),
    ],
)
def test_replacing_a_value(line: str, wanted: str) -> None:
    assert changed(line.split(), DEVICE, "cpu", frozenset()) == tuple(wanted.split())


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("python infer.py --half x", "python infer.py x"),
        ("python infer.py x --fp16", "python infer.py x"),
        ("python infer.py --halfway", "python infer.py --halfway"),
    ],
)
def test_removing_a_flag(line: str, wanted: str) -> None:
    assert changed(line.split(), HALF, "", frozenset()) == tuple(wanted.split())


def test_adding_only_what_the_program_knows() -> None:
    line = ("python", "infer.py", "x.wav")
    assert changed(line, MONO, "", frozenset()) == line
    assert changed(line, MONO, "", frozenset({"--to-mono"})) == (*line, "--to-mono")
    assert changed((*line, "--mono"), MONO, "", frozenset({"--mono"})) == (*line, "--mono")
    assert changed(line, Argument("add", ("--device",), "cpu"), "cpu", frozenset({"--device"})) == (
        *line,
        "--device",
        "cpu",
    )


def test_what_a_program_knows_stands_in_its_script_or_its_usage(tmp_path: Path) -> None:
    (tmp_path / "infer.py").write_text(
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('-d', '--device')\nprint('--not-this')\n"
        "p.add_argument('--mono', action='store_true')\nx = '--neither'\n"
    )
    found = known_options(["python", "infer.py"], str(tmp_path), "")
    assert {"--device", "-d", "--mono"} <= found
    assert "--neither" not in found
    usage = (
        "usage: tool [-h] [--device DEVICE]\n            [--batch-size N]\ntool: error: unrecognized arguments: --x\n"
    )
    found = known_options(["tool", "--x"], str(tmp_path), usage)
    assert {"--device", "--batch-size"} <= found
    assert "--x" not in found


def test_a_script_that_is_none_has_no_options(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_bytes(b"\xff\xfe\0\0 def (")
    assert known_options(["python", "bad.py"], str(tmp_path), "") == frozenset()
    assert known_options(["python", "nowhere.py"], str(tmp_path), "") == frozenset()


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=8), st.sampled_from([DEVICE, HALF, MONO]))
def test_nothing_but_the_option_ever_changes(argv: list[str], change: Argument) -> None:
    found = changed(argv, change, change.value, frozenset())
    assert 0 <= first_argument(argv) <= len(argv)
    assert abs(len(found) - len(argv)) <= 1
    assert found == tuple(argv) or any(word.split("=")[0] in change.options for word in argv)
