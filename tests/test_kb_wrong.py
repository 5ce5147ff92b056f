"""What a person types wrongly at `voicelog kb`: one clear line, the right exit code, nothing written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from test_cli import voicelog

LOG = 'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in <module>\nMyProjectError: voice bank 7 is empty\n'


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], "invalid choice: 'nonsense'"),
        (["show"], "required: ID"),
        (["show", "gpu.out-of-memry"], "did you mean gpu.out-of-memory?"),
        (["show", "../../etc/passwd"], "no signature has this id"),
        (["list", "--category", "nope"], "invalid choice: 'nope'"),
        (["new"], "name a log with --from"),
        (["new", "--from", "none.log"], "no such file"),
        (["new", "--from", "."], "is a folder"),
        (["new", "--from", "fine.log"], "nothing in it fails"),
        (["new", "--from", "noise.bin"], "is binary"),
        (["new", "--from", "a.log", "--id", "BAD"], "is not area.name"),
        (["new", "--from", "a.log", "--line", "999"], "has no text on line 999"),
        (["new", "--from", "a.log", "--grow", "nope.x"], "no signature has this id"),
        (["new", "--from", "a.log", "--out", "a.log", "-q"], "is there already"),
        (["new", "--from", "a.log", "--out", "a.log/x.yaml", "-q"], "cannot be written"),
        (["lint", "none.yaml"], "no such file"),
        (["lint", "gpu.out-of-memry"], "did you mean gpu.out-of-memory?"),
        (["test", "empty"], "holds no signature"),
        (["install", "none.zip"], "cannot be read"),
        (["install", "empty"], "has no pack.yaml"),
        (["install", "--remove", "nope"], "no such pack is installed"),
        (["update", "nope"], "no such pack is installed"),
        (["update", "--rollback"], "name the pack"),
        (["site", "a.log"], "cannot be written"),
        (["site", "a.log/site"], "cannot be written"),
        (["site", "."], "is not empty and no earlier site"),
    ],
    ids=str,
)
def test_one_line_says_what_is_wrong(arguments: list[str], words: str, tmp_path: Path) -> None:
    work = tmp_path / "工 作"
    (work / "empty").mkdir(parents=True)
    (work / "a.log").write_text(LOG, encoding="utf-8")
    (work / "fine.log").write_text("all done\n", encoding="utf-8")
    (work / "noise.bin").write_bytes(bytes(range(256)) * 20)
    before = sorted(work.rglob("*"))
    done = voicelog("kb", *arguments, folder=work, VOICELOG_DATA=str(tmp_path / "data"))
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b""), said
    assert words in said
    assert said.count("\n") == 1 and said.startswith("voicelog"), said
    assert sorted(work.rglob("*")) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xac\x00\xff", "is no UTF-8 text"),
        (b"", "is empty"),
        (b"title:\n  en: the voice: it is gone\n", "put the text in single quotes"),
        (b"\tid: x\n", "tabs"),
        (b"id: 'x\n", "a quote is not closed"),
        (b"x" * 600_000, "is larger than"),
        (b'id: "a.\\e[31mx"\n', "holds a control character"),
    ],
)
@pytest.mark.parametrize("action", ["lint", "test"])
def test_a_file_that_is_no_entry_is_a_finding(action: str, content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(content)
    done = voicelog("kb", action, "x.yaml", folder=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith(b"x.yaml:1:") or b"x.yaml:2:" in done.stdout
    assert words in done.stdout.decode() and b"\x1b" not in done.stdout


def test_a_manifest_with_a_fault_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "pack.yaml").write_text("name: mine\nversion: 1.0\nlicense: MIT\nvoicelog: 0.1.0\n")
    done = voicelog("kb", "lint", "pack", folder=tmp_path)
    assert done.returncode == 1
    assert f"pack{os.sep}pack.yaml:3: license: unknown key" in done.stdout.decode().replace("/", os.sep)
