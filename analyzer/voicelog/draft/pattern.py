"""One decisive line to a linear pattern: what varies between two machines becomes a named capture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from voicelog.draft.template import Part

_LONGEST = 160
"""Characters of a message that go into a pattern: its first words tell it, what follows varies."""
_SPECIAL = re.compile(r"([\\.+*?()|\[\]{}^$])")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern in RE2's syntax and what it captures from the line that it was made of."""

    text: str
    captures: dict[str, str] = field(default_factory=dict)


_KEPT = (
    re.compile(r"\[?(?:WinError|Errno|winerror|errno)[ =:]+-?\d+\]?"),
    re.compile(r"(?i)\b(?:error|exit|status|return) ?(?:code|status)?[ :=]+-?(?:0x)?[0-9a-f]*\d[0-9a-f]*\b"),
    re.compile(r"\b\d+-(?:bit|[Dd]\b|channel)"),
    re.compile(r"\b0x[8C][0-9A-Fa-f]{7}\b"),
    re.compile(r"\b(?:HTTP[ /\d.]*|status )?[45]\d\d (?=[A-Z][a-z])"),
    re.compile(r"(?<![A-Za-z0-9+])[A-Za-z]+(?:[_-]?\d+)+[A-Za-z]*\b(?![\\/])"),
)
"""Numbers that decide: system codes, HTTP statuses, names such as float16 and wav2vec2."""

_ENDINGS = r"(?:py|wav|mp3|flac|pth?|ckpt|safetensors|onnx|json|ya?ml|txt|dll|bin)"

_VARIABLE: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("url", re.compile(r"https?://[^\s'\"<>)\]]+"), r"https?://\S+"),
    ("path", re.compile(r"(?<=')(?:[A-Za-z]:)?[^'\s]*[\\/][^'\n]*(?=')"), r"[^']+"),
    ("path", re.compile(r"(?<=\")(?:[A-Za-z]:)?[^\"\s]*[\\/][^\"\n]*(?=\")"), r'[^"]+'),
    (
        "path",
        re.compile(r"(?<![\w/])(?:[A-Za-z]:)?(?:[\\/]|\.{1,2}[\\/]|~[\\/])[^\s'\":,;()\[\]]+"),
        r"(?:[A-Za-z]:)?[^\s'\":,;()\[\]]+",
    ),
    ("path", re.compile(rf"(?<![\w'\"])(?:[\w.-]+[\\/])+[\w.-]+\.{_ENDINGS}\b"), r"[^\s'\":,;()\[\]]+"),
    ("file", re.compile(rf"(?<![\w'\"])[\w.-]+\.{_ENDINGS}\b"), r"[\w.-]+"),
    ("name", re.compile(r"(?<=')[^'\s]{1,80}(?: [^'\s]{1,40}){0,2}(?=')"), r"[^']+"),
    ("name", re.compile(r'(?<=")[^"\s]{1,80}(?: [^"\s]{1,40}){0,2}(?=")'), r'[^"]+'),
    ("name", re.compile(r"(?<=`)[^`\s]{1,80}(?: [^`\s]{1,40}){0,2}(?=`)"), r"[^`]+"),
    ("shape", re.compile(r"[\[(]\d+(?:, ?\d+)+,?[\])]|\[\d+\]"), r"[\[(][\d, ]+[\])]"),
    ("address", re.compile(r"\b0x[0-9A-Fa-f]{5,}\b"), r"0x[0-9A-Fa-f]+"),
    ("hash", re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b"), r"[0-9a-f]+"),
    ("size", re.compile(r"\b\d+(?:\.\d+)? ?(?:[KMGT]i?B|bytes)\b"), r"[\d.]+ ?(?:[KMGT]i?B|bytes)"),
    ("version", re.compile(r"(?<![\w.])v?\d+\.\d+(?:\.\w+)*(?:\+\w+)?"), r"v?[\w.+]+"),
    ("number", re.compile(r"(?<![\w.])-?\d+(?:,\d{3})*(?![\w.]*\w)"), r"-?[\d,]+"),
)
"""What varies: the name of its capture, how it is seen, and the pattern that takes its place.

A quotation of more than three words is a sentence, and says what failed.
"""


_NUMERIC = frozenset({"address", "hash", "size", "version", "number"})


def pattern_of(line: str) -> Pattern:
    """A pattern that matches `line` and its like."""
    line = _cut(line.strip())
    kept = [found.span() for shape in _KEPT for found in shape.finditer(line)]
    spans: list[tuple[int, int, str, str]] = []
    for name, shape, replacement in _VARIABLE:
        for found in shape.finditer(line):
            taken = [(one[0], one[1]) for one in spans] + (kept if name in _NUMERIC else [])
            if _free(found.span(), taken):
                spans.append((*found.span(), name, replacement))
    made = _Maker()
    end = 0
    for start, stop, name, replacement in sorted(spans):
        made.plain(line[end:start])
        made.capture(name, line[start:stop], replacement)
        end = stop
    made.plain(line[end:])
    return made.pattern()


def pattern_of_template(parts: Sequence[Part]) -> Pattern:
    """A pattern for a message of which is known what varies, up to the length that tells it."""
    made = _Maker()
    length = 0
    for part, after in zip_longest(parts, parts[1:]):
        length += len(part.text)
        if length > _LONGEST and made.captures:
            break
        if part.field:
            made.capture(part.field, part.text, _like(part.text, after.text if after else ""))
        else:
            made.plain(part.text)
    return made.pattern()


class _Maker:
    """Puts a pattern together; what stands twice in a line is captured once."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._counts: Counter[str] = Counter()
        self.captures: dict[str, str] = {}

    def plain(self, text: str) -> None:
        self._parts.append(escape(text))

    def capture(self, name: str, value: str, replacement: str) -> None:
        if value in self.captures.values():
            self._parts.append(replacement)
            return
        self._counts[name] += 1
        label = name if self._counts[name] == 1 else f"{name}{self._counts[name]}"
        self.captures[label] = value
        self._parts.append(f"(?P<{label}>{replacement})")

    def pattern(self) -> Pattern:
        return Pattern("".join(self._parts), self.captures)


def _like(value: str, after: str) -> str:
    """What a field of a message may hold, judged by what it held and by the character that ended it."""
    if re.fullmatch(r"-?\d+", value):
        return r"-?\d+"
    if after[:1] in ("'", '"', "`", ")", "]", "」", "”"):
        return f"[^{escape(after[0])}]+"
    if not re.search(r"\s", value):
        return r"\S+?" if after else r"\S+"
    return ".{1,200}?" if after else ".{1,200}"


def escape(text: str) -> str:
    """Plain text as RE2 and `re` read it."""
    return _SPECIAL.sub(r"\\\1", text)


def _cut(line: str) -> str:
    """The first words of a long line."""
    if len(line) <= _LONGEST:
        return line
    head = line[:_LONGEST]
    return head[: head.rfind(" ")] if " " in head[40:] else head


def _free(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return not any(span[0] < end and start < span[1] for start, end in taken)
