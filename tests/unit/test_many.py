"""Many logs at once: the same answers, in the order of the names, whatever finds the pieces and however many processes."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.corpus import BLIND, CORPUS, load

from conftest import shared_base
from test_cli import voicelog
from voicelog.match.pattern import pieces_in
from voicelog.scan.pieces import piece_search

CASES = load(CORPUS, without=BLIND)[::15]
PATHS = [str(CORPUS / f"{case.name}.log") for case in CASES]


def test_an_automaton_finds_the_pieces_that_the_table_finds() -> None:
    pytest.importorskip("hyperscan")
    base = shared_base()
    search = piece_search(base)
    assert search is not None
    for case in CASES:
        text = case.text.lower()
        assert search(text) == pieces_in(text, base.pieces)


def test_names_from_a_list_are_answered_in_order(tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_bytes("\r\n".join([*PATHS[:3], "", "nowhere.log"]).encode())
    done = voicelog("analyze", "--format", "jsonl", "--files-from", str(names))
    assert done.returncode == 2 and b"nowhere.log: no such file" in done.stderr
    assert [line.count(b'"schema"') for line in done.stdout.splitlines()[:3]] == [1, 1, 1]
    listed = voicelog("analyze", "--format", "jsonl", "--files-from", "-", given="\n".join(PATHS[:3]).encode())
    assert listed.stdout.splitlines() == done.stdout.splitlines()[:3]


@pytest.mark.slow
def test_several_processes_give_the_same_answers_in_the_same_order() -> None:
    one = voicelog("analyze", "--format", "jsonl", *PATHS)
    two = voicelog("analyze", "--format", "jsonl", "--jobs", "2", *PATHS)
    assert one.stdout == two.stdout and one.stdout.count(b"\n") == len(PATHS)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process there")
def test_an_interrupt_ends_cleanly_with_what_is_done() -> None:
    command = [sys.executable, "-m", "voicelog", "analyze", "--format", "jsonl", "--jobs", "2", *PATHS * 200]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in errors
    lines = (first + rest).splitlines()
    assert 0 < len(lines) < 200 * len(PATHS) and all(line.endswith("}") for line in lines)
