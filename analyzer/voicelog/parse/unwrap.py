"""Lines that a console broke at its width, put together again.

A hard break cuts at a fixed column and shows as several lines of exactly that length and none longer; a soft break
cuts at a space and shows as lines whose successor's first word would not have fitted. uv and others that print with
miette break what stands after a branch at the width and indent the rest.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import pairwise

from voicelog.parse import columns
from voicelog.parse.cleaning import is_progress
from voicelog.parse.columns import Joined, Piece

NARROWEST = 60
_HEAD = 16
_NO_DIGITS = str.maketrans("123456789", "000000000")
WIDEST = 250
_WIDEST_SOFT = 130
_LONGEST_GROUP = 400
_USUAL = frozenset({79, 80, 100, 119, 120, 132, 160})
"""Widths that consoles really have: there, two full lines are enough to believe in a break."""

_END = (
    r"(?:Killed|Aborted|Terminated|Segmentation fault|Illegal instruction|Bus error|Floating point exception|Hangup|"
    r"Getötet|Abgebrochen|Speicherzugriffsfehler|Erreur de segmentation|Violación de segmento|Falha de segmentação|"
    r"Errore di segmentazione|Ошибка сегментирования|Убито|Завершено|セグメンテーション違反|強制終了|"
    r"세그멘테이션 오류|죽었음|段错误|已杀死|已终止|已放弃|非法指令|总线错误|浮点数例外|已砍掉|"
    r"(?:程式)?記憶體區段錯誤|Press any key to continue|请按任意键继续|請按任意鍵繼續)"
    r"(?:\s*[.:。…]+\s?[.\s]*|\s*[(（][^)）]{1,40}[)）]|\s*\d{1,2})?\s*$"
)
"""What a shell writes about a program that ended, alone on its line."""
_START = re.compile(
    r"\s*(?:File \"|Traceback \(|During handling of|The above exception|[╭╰│┃┏┗]|[-=+*#~^_]{3,}|\||>|E {3,}\S|\$ |PS |"
    r"(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Warning|Interrupt|Exit)\b|"
    r"\[|\{\"|\d{4}-\d\d|\d\d:\d\d|(?:DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL|FATAL)\b|"
    r"(?:error|warning|note|hint|fatal|npm|pip|Error|Warning) ?:|---+>|[A-Za-z]:\\\S*>|\w+@[\w-]+[:~ ]|" + _END + ")"
)
_STRONG_START = re.compile(r"\s*(?:File \"|Traceback \(most|[╭╰│┃]|" + _END + r")|\s*$")
_RULE = re.compile(r"\s*(\S)\1{20,}\s*$|[\s~^]+$|[╭╰│┃┏┗]")

_WHOLE_FRAME = re.compile(r"\s*File \"[^\"]+\", line \d+, in [\w<>.]+$")
_BRANCH = re.compile(r"\s*[├╰]─▶ \S")
_BELOW = re.compile(r" {6,}(?=\S)")
_NAMED = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*: ")
"""`some.Name: message`, the start of a line of its own."""

Glue = Callable[[str, str], str | None]
"""What stands between two pieces of one line, or None where the second starts a line of its own."""


def unwrap(pieces: list[Piece]) -> list[Joined]:
    """Logical lines of `pieces`, in order."""
    if (entries := columns.entries(pieces)) is None:
        return _unwrap(pieces)
    joined: list[Joined] = []
    others: list[Piece] = []
    for (text, marks), is_whole in entries:
        if not is_whole:
            others.append((marks[0][1], text))
            continue
        joined += [*_unwrap(others), (text, marks)]
        others = []
    return joined + _unwrap(others)


def _unwrap(pieces: list[Piece]) -> list[Joined]:
    if width := _hard_width(pieces):
        lines = _join(pieces, lambda one, two: _hard_glue(one, two, width))
    elif width := _soft_width(pieces):
        lines = _join(pieces, lambda one, two: _soft_glue(one, two, width))
    else:
        lines = [(text, ((0, line),)) for line, text in pieces]
    return _branches(lines) if any("─▶ " in text for _, text in pieces) else lines


def _branches(lines: list[Joined]) -> list[Joined]:
    """What stands after a branch and the indented lines below it, up to an empty line, as one line."""
    joined: list[Joined] = []
    within = False
    for text, marks in lines:
        indent = _BELOW.match(text)
        if within and indent and len(joined[-1][1]) < _LONGEST_GROUP:
            so_far, before = joined[-1]
            added = tuple((len(so_far) + 1 + max(start - indent.end(), 0), line) for start, line in marks)
            joined[-1] = (f"{so_far} {text[indent.end() :]}", (*before, *added))
        else:
            within = bool(_BRANCH.match(text))
            joined.append((text, marks))
    return joined


def _join(pieces: list[Piece], glue: Glue) -> list[Joined]:
    joined: list[Joined] = []
    previous = ""
    for line, text in pieces:
        between = glue(previous, text) if joined and len(joined[-1][1]) < _LONGEST_GROUP else None
        if between is None:
            joined.append((text, ((0, line),)))
        else:
            so_far, marks = joined[-1]
            joined[-1] = (so_far + between + text, (*marks, (len(so_far + between), line)))
        previous = text
    return joined


def _hard_width(pieces: list[Piece]) -> int:
    """The console's width where several different lines end exactly there and none goes beyond."""
    full: defaultdict[int, set[str]] = defaultdict(set)
    for _, text in pieces:
        if len(text) >= NARROWEST and not _RULE.match(text):
            full[len(text)].add(text)
    longest = max(full, default=0)
    if longest > WIDEST or any(len(text) > longest for _, text in pieces if not _RULE.match(text)):
        return 0
    wanted = 2 if longest in _USUAL else 4
    if len(full[longest]) < max(wanted, 0.04 * len(pieces)) or _repeat(pieces, longest):
        return 0
    return longest


def _repeat(pieces: list[Piece], width: int) -> bool:
    """Whether the full lines are one line of output with other numbers, and not a longer one in pieces: nearly all
    that follows them is full too, and begins alike."""
    after = [two for (_, one), (_, two) in pairwise(pieces) if len(one) == width]
    heads = Counter(_head(two) for two in after if len(two) == width)
    return heads.total() >= 0.9 * len(after) and sum(heads[one] for one in heads if heads[one] > 1) > len(after) / 2


def _head(text: str) -> str:
    """How a line of output begins, whatever its numbers."""
    return text[:_HEAD].translate(_NO_DIGITS)


def _hard_glue(before: str, after: str, width: int) -> str | None:
    if _RULE.match(before) or _STRONG_START.match(after) or (after[:1] == " " and _WHOLE_FRAME.match(before)):
        return None
    if len(before) == width:
        return ""
    if width - 2 <= len(before) < width and after[:1] != " " and not _START.match(after) and not _NAMED.match(after):
        return " " * (width - len(before))  # the break fell on spaces that were then trimmed
    return None


def _soft_width(pieces: list[Piece]) -> int:
    """The widest line, where the log looks like text filled up to it."""
    longest = max((len(text) for _, text in pieces), default=0)
    if not NARROWEST <= longest <= _WIDEST_SOFT:
        return 0
    full = sum(1 for (_, one), (_, two) in pairwise(pieces) if _soft_glue(one, two, longest) is not None)
    return longest if full else 0


def _soft_glue(before: str, after: str, width: int) -> str | None:
    if not before or not after or after[0] == " " or _RULE.match(before) or _START.match(after):
        return None
    if before.startswith("    ") or _NAMED.match(after) or is_progress(before) or _head(before) == _head(after):
        return None
    first_word = len(after.split(" ", 1)[0])
    if len(before) >= 0.6 * width and len(before) + 1 + first_word > width and " " in before.strip():
        return " "
    return None
