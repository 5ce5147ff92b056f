"""Lines of logs of every size and kind, as the interface shows them."""

from __future__ import annotations

import bz2
import gzip
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelog.errors import InputError
from voicelog.ingest.decode import decode
from voicelog.parse.cleaning import clean
from voicelog_tui.document.document import Document
from voicelog_tui.document.opening import Spool, open_logs
from voicelog_tui.document.rows import Fold, Rows
from voicelog_tui.document.search import Matches, search


def opened(path: Path) -> Document:
    logs = open_logs(str(path))
    one = next(logs)
    for _ in one.rest:
        pass
    return one.document


def written(data: bytes, piece: int) -> Document:
    spool = Spool()
    for start in range(0, len(data), piece):
        spool.add(data[start : start + piece])
    spool.document.complete = True
    return spool.document


LINES = st.lists(st.binary(max_size=40) | st.just(b"x" * 70_000), max_size=60)


@given(lines=LINES, ended=st.booleans(), piece=st.integers(1, 200_000))
def test_lines_are_those_of_the_bytes_however_they_come(lines: list[bytes], ended: bool, piece: int) -> None:
    lines = [line.replace(b"\n", b" ") for line in lines]
    data = b"\n".join(lines) + (b"\n" if ended and lines else b"")
    document = written(data, max(piece, len(data) // 50))
    wanted = data.split(b"\n")
    if not wanted[-1]:
        wanted.pop()
    assert document.count == len(wanted)
    for number in sorted(range(len(wanted)), key=lambda number: -number):
        raw = wanted[number]
        if raw.isascii() and len(raw) < 1000:
            shown = " ↵ ".join(clean(raw.decode().removesuffix("\r")))
            assert document.line(number) == "".join(c for c in shown if c >= " " and c != "\x7f")


def test_a_line_of_many_megabytes_is_shown_by_both_its_ends(tmp_path: Path) -> None:
    path = tmp_path / "long.log"
    path.write_bytes(b"before\n" + b"BEGIN" + b"x" * 5_000_000 + b"END\nafter\n")
    document = opened(path)
    assert [document.line(at)[:5] for at in (0, 1, 2)] == ["befor", "BEGIN", "after"]
    assert document.line(1).endswith("END") and len(document.line(1)) < 30_000


def test_every_encoding_is_read(tmp_path: Path) -> None:
    text = "第一行\n错误：找不到文件\nlast\n" * 50
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        path = tmp_path / f"{encoding}.log"
        path.write_bytes(text.encode(encoding))
        document = opened(path)
        assert document.count == 150
        assert [document.line(at) for at in (0, 1, 2, 148)] == [*text.split("\n")[:3], "错误：找不到文件"], encoding


def test_a_mixed_log_shows_both_halves(tmp_path: Path) -> None:
    data = b"".join([*["进度：第一步完成\n".encode()] * 9, *["系统找不到指定的文件。\n".encode("gbk")] * 9])
    path = tmp_path / "mixed.log"
    path.write_bytes(data)
    document = opened(path)
    wanted = decode(data)[0].split("\n")
    assert [document.line(at) for at in range(18)] == wanted[:18]


def test_archives_are_unpacked(tmp_path: Path) -> None:
    data = b"one\ntwo\n" * 30_000
    (tmp_path / "a.gz").write_bytes(gzip.compress(data))
    (tmp_path / "a.bz2").write_bytes(bz2.compress(data))
    for name in ("a.gz", "a.bz2"):
        assert opened(tmp_path / name).count == 60_000
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("first.log", "1\n")
        archive.writestr("second.log", "1\n2\n")
    found = []
    for one in open_logs(str(tmp_path / "a.zip")):
        for _ in one.rest:
            pass
        found.append((one.name.rpartition("!")[2], one.document.count))
    assert found == [("first.log", 1), ("second.log", 2)]


def test_control_characters_do_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes("\x1b[31mred\x1b[0m \x1b]52;c;aGk=\x07 \x9b2J \u202eabc\ta\x00b\n".encode())
    line = opened(path).line(0)
    assert all(char >= " " and not "\x7f" <= char <= "\x9f" and char != "\u202e" for char in line)
    assert "red" in line


def test_what_is_no_log_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "voice.wav"
    path.write_bytes(b"RIFF\x00\x00\x00\x00WAVE")
    with pytest.raises(InputError, match="audio file"):
        next(open_logs(str(path)))


def test_a_file_that_was_cut_while_it_is_open_shows_what_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"line\n" * 100_000)
    document = opened(path)
    path.write_bytes(b"line\n")
    assert document.line(99_000) in ("", "line")
    assert document.line(0) == "line"


@given(
    lines=st.lists(st.text("abAB \n语音", max_size=12), max_size=40),
    words=st.sampled_from(["a", "ab", "A b", "语", "语音", "a语"]),
)
def test_a_search_finds_the_lines_that_hold_the_words(lines: list[str], words: str) -> None:
    text = "\n".join(lines)
    document = written(text.encode(), 7)
    matches = Matches(words)
    for _ in search(document, matches):
        pass
    wanted = [at for at, line in enumerate(text.split("\n")) if words.lower() in line.lower()]
    assert list(matches.lines) == wanted
    if wanted:
        assert matches.following(wanted[-1]) == wanted[0]
        assert matches.preceding(wanted[0]) == wanted[-1]
        assert [matches.number_of(line) for line in wanted] == list(range(1, len(wanted) + 1))


def test_a_search_finds_words_in_the_encoding_of_the_log(tmp_path: Path) -> None:
    path = tmp_path / "gbk.log"
    path.write_bytes(("第一步\n系统找不到指定的文件。\n" * 20).encode("gbk"))
    document = opened(path)
    assert document.line(0) == "第一步"
    matches = Matches("找不到")
    for _ in search(document, matches):
        pass
    assert list(matches.lines) == list(range(1, 40, 2))


@given(total=st.integers(1, 60), folds=st.lists(st.tuples(st.integers(0, 59), st.integers(1, 20)), max_size=8))
def test_every_line_has_its_row(total: int, folds: list[tuple[int, int]]) -> None:
    rows = Rows(total, [Fold(first, first + count - 1, "dull") for first, count in folds])
    seen: list[int] = []
    for row in range(rows.count):
        found = rows.at(row)
        lines = [found] if isinstance(found, int) else list(range(found.first, found.last + 1))
        assert all(rows.row_of(line) == row for line in lines)
        assert rows.line_at(row) == lines[0]
        seen += lines
    assert seen == list(range(total))
