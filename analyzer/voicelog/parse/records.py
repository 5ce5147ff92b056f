"""Physical lines to records: cleaned, unwrapped, without prefixes, each with its original line number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voicelog.model import Record
from voicelog.parse import prefixes
from voicelog.parse.cleaning import clean
from voicelog.parse.columns import Joined, Marks, Piece
from voicelog.parse.unwrap import unwrap

_BOX = re.compile(r"^[│┃|] ?(?P<inside>.*?)\s*[│┃|]$")
_BOX_EDGE = re.compile(r"^[╭┏┌╰┗└][─━╌═]*\s*(?P<title>[^─━]*?)\s*[─━╌═]*[╮┓┐╯┛┘]?$")
_FENCE = re.compile(r"^\s*(?:```|~~~)[\w-]*$")
_GROUP_BAR = re.compile(r"^\s*(?:\+ (?=Exception Group Traceback)|[|] ?|\+-\+-+ [\w.]+ -+$|\+-{10,}$)")
_JSON_TEXT = re.compile(r'"\w+": ?"')
"""The text of a field of JSON within a line: quotes in it are escaped."""
_POWERSHELL_END = re.compile(r"FullyQualifiedErrorId\s*:\s*NativeCommandError")
_POWERSHELL_NOISE = re.compile(
    r"\s*\+ |\s*$|(?:At |所在位置|En |発生場所|In |Au |строка|위치 )[^\n]*\d+ ?\S{1,10}[:：] ?\d+|\S+:\d+ \S+:\d+"
)
_POWERSHELL_START = re.compile(r"^[\w.\\/:-]+ [:：] (?=\S)")


def to_records(text: str, marks: Marks = ()) -> tuple[Record, ...]:
    """The records of a decoded log; an empty line counts (it ends a message), more of them say nothing.

    `marks` are (line of the text, line of the log) where a part of a large log begins.
    """
    pieces: list[Piece] = []
    for number, line in _numbered(text, marks):
        for part in (line.removesuffix("\r"), *prefixes.below(line)):
            for piece in clean(part):
                if piece or (pieces and pieces[-1][1]):
                    pieces.append((number, piece))
    grouped = "Exception Group Traceback (most recent call last)" in text
    joined = _drop_powershell(unwrap(pieces)) if "NativeCommandError" in text else unwrap(pieces)
    return tuple(_record(line, grouped) for line in joined if not _FENCE.match(line[0]))


def _numbered(text: str, marks: Marks) -> Iterator[Piece]:
    """Physical lines with their numbers in the log."""
    starts = dict(marks)
    number = 0
    for at, line in enumerate(text.split("\n"), 1):
        number = starts.get(at, number + 1)
        yield number, line


def _record(joined: Joined, grouped: bool) -> Record:
    text, pieces = joined
    bare = prefixes.strip(text)
    loudness = prefixes.level(text if bare == text else text[: len(text) - len(bare)] + bare[:60])
    if text.startswith('{"'):
        loudness = max(loudness, prefixes.level(bare))  # a level may be a field of its own, or stand in the message
    inner = _unbox(bare, grouped)
    at = text.rfind(inner) if inner else 0
    kept = _shift(pieces, max(at, 0))
    if '\\"' in inner and _JSON_TEXT.search(inner):
        inner = inner.replace('\\"', '"')
    return Record(kept[0][1], inner, loudness, kept if len(kept) > 1 else ())


def _shift(pieces: Marks, cut: int) -> Marks:
    """Where the pieces of a line stand once its first `cut` characters are gone."""
    marks = tuple((max(start - cut, 0), line) for start, line in pieces)
    return tuple(mark for here, mark in enumerate(marks) if here + 1 == len(marks) or marks[here + 1][0] > 0)


def _unbox(text: str, grouped: bool) -> str:
    if text[:1] in "╭┏┌╰┗└" and (edge := _BOX_EDGE.match(text)):
        return edge["title"]
    if text[:1] in "│┃" and (box := _BOX.match(text)):
        return box["inside"]
    if grouped and (bar := _GROUP_BAR.match(text)):
        return text[bar.end() :]
    return text


def _drop_powershell(lines: list[Joined]) -> list[Joined]:
    """Without what PowerShell 5 adds around the first line that a program writes to standard error."""
    dropped: set[int] = set()
    renamed: dict[int, Joined] = {}
    for end, (text, _) in enumerate(lines):
        if not _POWERSHELL_END.search(text):
            continue
        dropped.add(end)
        at = end - 1
        while at > end - 10 and at >= 0 and _is_powershell_noise(lines[at][0]):
            dropped.add(at)
            at -= 1
        if at >= 0 and (start := _POWERSHELL_START.match(lines[at][0])):
            whole, pieces = lines[at]
            renamed[at] = (whole[start.end() :], _shift(pieces, start.end()))
    return [renamed.get(at, line) for at, line in enumerate(lines) if at not in dropped]


def _is_powershell_noise(text: str) -> bool:
    return bool(_POWERSHELL_NOISE.match(text)) or "CategoryInfo" in text
