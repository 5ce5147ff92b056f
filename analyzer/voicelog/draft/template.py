"""The message as the code writes it: where a traceback shows the line that raised, it tells what varies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from voicelog.linear import compile_pattern
from voicelog.model import Log, Raised

_STRING = re.compile(r"""(?<![\w"'])[rbuRBU]?([fF]?)(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
_FIELD = re.compile(r"\{([^{}]*)\}|%(?:\((\w+)\))?[-#0 +\d.]*[sdrfgixeu]")
_NAME = re.compile(r"[A-Za-z_]\w*(?!\w*\()")
_LEAST = 8
"""Characters of plain text from which a string of the code is taken for the message."""
_MOST_LINES = 8
_MOST_FIELDS = 12


class Part(NamedTuple):
    """A piece of a message: plain text, or what took the place of a field, with the field's name."""

    text: str
    field: str = ""


def template_of(log: Log, raised: Raised, message: str) -> tuple[Part, ...]:
    """The parts of `message` as the raising line of code composes it; empty where that cannot be seen."""
    for text in _strings(raising_code(log, raised)):
        fields = list(_FIELD.finditer(text))
        plain = _FIELD.split(text)[:: _FIELD.groups + 1]
        if not 0 < len(fields) <= _MOST_FIELDS or len("".join(plain)) < _LEAST:
            continue
        pattern = "(.+)".join(re.escape(_unescaped(one)) for one in plain)
        if found := compile_pattern(f"^{pattern}$").search(message):
            return tuple(_parts(plain, fields, found.groups()))
    return ()


def raising_code(log: Log, raised: Raised) -> str:
    """The source that the last frame shows, which newer Pythons give in several lines."""
    lines: list[str] = []
    for record in reversed(log.records[max(raised.first - _MOST_LINES, 0) : raised.first]):
        text = record.text.strip()
        if text.startswith(('File "', "File '")):
            return "\n".join(reversed(lines))
        if text.strip("^~ "):
            lines.append(text)
    return ""


def _strings(source: str) -> Iterator[str]:
    """The strings in a piece of code; those that merely follow each other are one, as the language has it."""
    joined, end = "", 0
    for found in _STRING.finditer(source):
        text = found[2] if found[2] is not None else found[3]
        if joined and not source[end : found.start()].strip():
            joined += text
        else:
            if joined:
                yield joined
            joined = text
        end = found.end()
    if joined:
        yield joined


def _parts(plain: Sequence[str], fields: Sequence[re.Match[str]], values: Sequence[str]) -> Iterator[Part]:
    for at, text in enumerate(plain):
        if text:
            yield Part(_unescaped(text))
        if at < len(fields):
            yield Part(values[at], _name(fields[at][1] or fields[at][2] or ""))


def _name(expression: str) -> str:
    """A capture's name for what a field holds: the last name in it that is no call and no format."""
    names = _NAME.findall(re.split(r"[!:]", expression)[0])
    name = names[-1].strip("_").lower() if names else ""
    return name if re.fullmatch(r"[a-z][a-z0-9_]{2,29}", name) else "value"


def _unescaped(text: str) -> str:
    return re.sub(r"""\\(["'\\])""", r"\1", text).replace("{{", "{").replace("}}", "}").replace("%%", "%")
