"""What the bytes of a log are searched for: the required pieces of all rules, and the words of failures that no rule
knows; and what is looked for instead where these stand in ordinary lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, overload
from zlib import crc32

from voicelog.signatures.base import GRAM, Announcing, KnowledgeBase

FAILURE = -1
"""In the place of a rule: a word of failure."""

_FAILURES = (
    *("Traceback (most recent", "Stack (most recent", "Error:", "error:", "Error\n", "Error\r", "error["),
    *("Exception:", "Exception\n", "Exception\r", "ERROR", "CRITICAL", "FATAL", "SEVERE", "PANIC", "EMERG", " ERR "),
    *("[error]", "[crit]", "[alert]", "[E:onnx", "[F:onnx", "fatal:", "Fatal ", "fatal error", "panic", "failed: "),
    *("ailed to ", "failed!", "failed\n", "failed.", "annot ", "ould not ", "nable to ", "Segmentation fault"),
    *("segfault at", "core dumped", "SIGSEGV", "SIGABRT", "SIGILL", "SIGBUS", "SIGKILL", "SIGFPE", "access violation"),
    *("has stopped working", "terminate called", "Aborted", "Killed", "llegal instruction", "Bus error"),
    *("stack smashing", "double free", "ut of memory", "oom-kill", "Check failed", "libc++abi", "Oops: "),
    *("goroutine ", "0xC000", "-10737", "32212", "NVRM: Xid", "FullyQualifiedErrorId", "not recognized as"),
    *(" error", " Error", "rror)", "xception)", "ndefined reference", "nresolved external", "Uncaught ", "nhandledP"),
    *("nterminated", "nvalid ", "llegal ", "nexpected ", "wrong ", "not in ", "o such ", "nknown ", "nrecognized "),
    *(": line ", ".pl line ", ".pm line ", "(error) ", " failed", " fatal", "denied", "xpected "),
    *("FAILED", "FAIL:", "--- FAIL", "not ok ", "aborted: ", "CONFLICT (", "[rejected]", "PullBackOff", "LoopBackOff"),
    *("FailedScheduling", "refused", "closed by remote", "timed out", "too quickly", "soft lockup", " failures"),
    *("command not found", "exit code", "exited with", "return code", "exit status", "No such file"),
    *("ermission denied", "错误", "失败", "报错", "出错", "异常", "无法", "找不到", "已杀死", "已终止", "已放弃"),
    *("退出码", "返回值"),
    *("段错误", "エラー", "ошибка", "Ошибка", "오류", "erreur", "Fehler"),
)
"""Wider than what `parse.events` finds: it decides, this only says where to look."""
_LEGACY = ("gb18030", "cp932", "cp1251", "cp949")
"""Encodings of the systems whose languages our pieces speak."""


class Probe(NamedTuple):
    """One thing to look for, and the rules that it announces."""

    rules: tuple[int, ...]
    literals: tuple[bytes, ...] = ()
    """Texts, in every encoding in which they may stand."""
    pattern: str = ""
    """Or a regular expression, searched in lines as they stand."""
    any_case: bool = True
    longer: Announcing = ()
    """The required pieces of which the texts are a part, each with its rules."""
    final: bool = False
    """Whether nothing else is looked for where this one stands in ordinary lines."""

    def announced_in(self, lines: Sequence[str]) -> Iterable[int]:
        """The rules that it announces in lines, in lower case, that hold it: those whose whole piece is there."""
        if not self.longer:
            return self.rules
        return (rule for piece, rules in self.longer if any(piece in line for line in lines) for rule in rules)


class BaseProbes(Sequence[Probe]):
    """The probes of a base, each made when it is asked for; their position is their number."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._found = base.announcements

    def __len__(self) -> int:
        return len(self._found.windows) + len(self._found.patterns) + len(_FAILURES)

    @overload
    def __getitem__(self, number: int) -> Probe: ...
    @overload
    def __getitem__(self, number: slice) -> list[Probe]: ...
    def __getitem__(self, number: int | slice) -> Probe | list[Probe]:
        if isinstance(number, slice):
            return [self[one] for one in range(len(self))[number]]
        windows, patterns, _ = self._found
        if number < len(windows):
            return _announcing(*windows[number])
        number -= len(windows)
        if number < len(patterns):
            pattern, rules = patterns[number]
            return Probe(rules, pattern=pattern)
        return Probe((FAILURE,), encoded(_FAILURES[number - len(patterns)]), any_case=False)

    @property
    def fingerprint(self) -> str:
        """A name that other probes do not have."""
        return f"{self._found.checksum:08x}{crc32(repr((_FAILURES, _LEGACY)).encode()):08x}"


def pack_probes(packs: KnowledgeBase) -> list[Probe]:
    """Probes for the rules of packs: plain pieces alone, an automaton of strangers' patterns may not end."""
    pieces = sorted(pair for _, held in packs.pieces.items() for pair in held)
    return [Probe(rules, encoded(piece)) for piece, rules in pieces]


def fingerprint(probes: Iterable[Probe]) -> str:
    """A name that other probes do not have."""
    content = (b"\0".join((*one.literals, one.pattern.encode(), b"%d" % one.any_case)) for one in probes)
    checksum = crc32(b"\1".join(content))
    return f"{checksum:08x}"


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


def _announcing(window: str, pieces: Announcing) -> Probe:
    rules = tuple(dict.fromkeys(rule for _, announced in pieces for rule in announced))
    longer = any(piece != window for piece, _ in pieces)
    return Probe(rules, encoded(window), longer=pieces if longer else ())


def instead_of(probe: Probe, base: KnowledgeBase) -> Iterable[Probe]:
    """Probes for the rules of one that announces them in vain: its whole pieces, then further ones of each rule.

    Rules without any are tried near what else tells something; a pattern for each would cost more than all pieces.
    """
    if probe.longer:
        yield from (Probe(rules, encoded(piece)) for piece, rules in probe.longer)
        return
    for number in () if probe.final else probe.rules:
        also = base.rule(number).also if number != FAILURE else ()
        if further := next((pieces for pieces in also if min(map(len, pieces)) > GRAM), ()):
            yield Probe((number,), tuple(form for piece in further for form in encoded(piece)), final=True)
