"""Text by the columns it takes on a terminal: hanzi and kana take two."""

from __future__ import annotations

import unicodedata

from voicelog.linear import compile_pattern

_WIDE = "\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef"
_WORDS = compile_pattern(f" |[{_WIDE}]|[^ {_WIDE}]+")
_NO_START = "，。！？；：、）》」』”’…,.!?;:)]}"
_NO_END = "（《「『“‘([{"


def width(text: str) -> int:
    """Columns that `text` takes."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(text: str, columns: int) -> list[str]:
    """`text` in lines of at most `columns`; a word longer than a line keeps its own."""
    lines: list[str] = []
    line = ""
    used = 0
    for word in _words(text):
        size = width(word)
        if line and used + size > columns and not word.isspace():
            lines.append(line.rstrip())
            line, used = "", 0
        if word.isspace() and not line:
            continue
        line += word
        used += size
    if line.strip():
        lines.append(line.rstrip())
    return lines or [""]


def _words(text: str) -> list[str]:
    """Pieces between which a line may end: no closing mark starts a line, no opening one ends it."""
    pieces: list[str] = []
    for word in _WORDS.findall(" ".join(text.split())):
        if pieces and not word.isspace() and (word[0] in _NO_START or pieces[-1][-1] in _NO_END):
            pieces[-1] += word
        else:
            pieces.append(word)
    return pieces


def fold(text: str, columns: int) -> list[str]:
    """`text` in lines of at most `columns`, broken at spaces where there are some and anywhere else."""
    return [piece for line in wrap(text, columns) for piece in chop(line, columns)]


def chop(line: str, columns: int) -> list[str]:
    """`line`, with all its spaces, in pieces of at most `columns`."""
    pieces = [""]
    for char in line:
        if width(pieces[-1]) + _columns(char) > columns:
            pieces.append("")
        pieces[-1] += char
    return pieces


def cut(text: str, columns: int) -> str:
    """`text`, its middle left out where it takes more than `columns`; what stands at both ends tells most."""
    if width(text) <= columns:
        return text
    room = columns - 3
    head, tail = chop(text, room * 2 // 3)[0], chop(text[::-1], room // 3)[0][::-1]
    return f"{head} … {tail}"
