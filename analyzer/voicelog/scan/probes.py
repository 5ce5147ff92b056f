"""What the bytes of a log are searched for: the required pieces of all rules, whole patterns where these are too
common, and the words of failures that no rule knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from voicelog.signatures.base import KnowledgeBase

FAILURE = -1
"""In the place of a rule: a word of failure."""

_FAILURES = (
    r"Traceback \(most recent|Stack \(most recent|^ *File \"[^\"]+\", line \d",
    r"\b(?:ERROR|CRITICAL|FATAL|SEVERE|PANIC|EMERG|ERR)\b|\[(?:error|crit|alert|emerg)\]",
    r"\b[EF]\d{4} \d\d:\d\d:\d\d|\[[EF]:onnxruntime",
    r"[A-Za-z](?:Error|Exception)\b|[Ee]rror ?(?:\[\w+\])?:|\b[Ff]atal\b|\b[Pp]anic",
    r"\b[Ff]ailed ?(?:[!:.]|to |with |$)|\b(?:[Cc]annot|[Cc]ould not|[Uu]nable to) ",
    r"Segmentation fault|segfault at|core dumped|\bSIG(?:SEGV|ABRT|ILL|BUS|KILL|FPE)\b|access violation",
    r"has stopped working|terminate called|^Aborted|\bKilled\b|[Ii]llegal instruction|Bus error|stack smashing",
    r"double free|[Oo]ut of memory|oom-kill|Check failed|libc\+\+abi|\bOops: |goroutine \d+ \[running\]",
    r"0xC000[0-9A-Fa-f]{4}|-10737\d{5}|32212\d{5}|NVRM: Xid|FullyQualifiedErrorId|not recognized as|command not found",
    r"(?:code|status) ?(?:[=:] ?)?\(?-?[1-9]\d{0,9}\b|No such file|[Pp]ermission denied",
)
"""Wider than what `parse.events` finds: it decides, this only says where to look."""
_FAILURES_WIDE = (
    *("错误", "失败", "报错", "出错", "异常", "无法", "找不到", "已杀死", "已终止", "段错误"),
    *("エラー", "ошибка", "오류"),
)
_LEGACY = ("gb18030", "cp932", "cp1251", "cp949")
"""Encodings of the systems whose languages our pieces speak."""


class Probe(NamedTuple):
    """One thing to look for, and the rules that it announces."""

    rules: tuple[int, ...]
    pattern: str = ""
    """A regular expression, searched in lines as they stand."""
    literals: tuple[bytes, ...] = ()
    """Or texts, ASCII letters in either case, in every encoding in which they may stand."""


def all_probes(base: KnowledgeBase) -> list[Probe]:
    """The probes of a base; their position is their number."""
    pieces, patterns = base.announcements
    return [
        *(Probe(rules, literals=encoded(piece)) for piece, rules in pieces),
        *(Probe((rule,), pattern) for pattern, rule in patterns),
        *(Probe((FAILURE,), pattern) for pattern in _FAILURES),
        *(Probe((FAILURE,), literals=encoded(word)) for word in _FAILURES_WIDE),
    ]


def encoded(text: str) -> tuple[bytes, ...]:
    """`text` in UTF-8, and in each legacy encoding that has its characters."""
    if text.isascii():
        return (text.encode(),)
    found = dict.fromkeys(form.encode() for form in (text, text.capitalize(), text.upper()))
    for name in _LEGACY:
        try:
            found[text.encode(name)] = None
        except UnicodeEncodeError:
            continue
    return tuple(found)


def whole_patterns(numbers: Iterable[int], base: KnowledgeBase) -> Sequence[Probe]:
    """Probes that look for the rules themselves, where what announces them says nothing in this log."""
    return [Probe((number,), base.rule(number).pattern) for number in numbers if number != FAILURE]
