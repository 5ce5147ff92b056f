"""YAML text to plain values, with the line of every key; duplicate keys and too deep nesting are refused.

Values are built from the parser's events and counted, so that what a hostile file nests or repeats is never built: an
alias may only repeat a text or a list of texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from voicelog.signatures.types import Problem

_DEEPEST = 20
_MOST_VALUES = 50_000
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_HINT = "check the indentation and that each quote is closed; put a text with odd signs in single quotes"
_HINTS = {
    "mapping values are not allowed in this context": "put the text in single quotes: it holds a colon and a space",
    "found character that cannot start any token": "put the text in single quotes, and indent with spaces, not tabs",
    "found unexpected end of stream": "a quote is not closed; a ' within single quotes is written ''",
}
"""What to do about what a YAML parser says most often."""

Path = tuple[str | int, ...]
Lines = dict[Path, int]


def load(text: str, file: str) -> tuple[Any, Lines, list[Problem]]:
    """The value of the document, the line of every path in it, and what is wrong with it."""
    import yaml  # here, because an answer from the compiled base reads no YAML

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(file)
    try:
        builder.read(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        said = str(getattr(error, "problem", error))
        return None, {}, [Problem(file, line, f"is not YAML: {said}", _HINTS.get(said, _HINT))]
    except _Refused as refused:
        return None, {}, [Problem(file, *refused.args)]
    return builder.value, builder.lines, builder.problems


class _Refused(Exception):
    """The document is one that no signature needs: line, message, hint."""


class _Builder:
    def __init__(self, file: str) -> None:
        self.value: Any = None
        self.lines: Lines = {}
        self.problems: list[Problem] = []
        self._file = file
        self._open: list[tuple[Any, Path]] = []
        self._keys: list[str | None] = []
        self._count = 0
        self._anchors: dict[str, Any] = {}

    def read(self, events: Iterable[Any]) -> None:
        documents = 0
        for event in events:
            name = type(event).__name__
            line = event.start_mark.line + 1
            if name == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise _Refused(line, "holds a second document", "one file is one document")
            elif name == "AliasEvent":
                self._repeat(event.anchor, line)
            elif name == "ScalarEvent":
                value = None if event.implicit[0] and event.value in _NULLS else event.value
                self._anchors[event.anchor] = value
                self._scalar(event.value, value, line)
            elif name in ("MappingStartEvent", "SequenceStartEvent"):
                container: Any = {} if name == "MappingStartEvent" else []
                self._begin(container, line)
                self._anchors[event.anchor] = container
            elif name in ("MappingEndEvent", "SequenceEndEvent"):
                self._open.pop()
                self._keys.pop()

    def _scalar(self, shown: str, value: str | None, line: int) -> None:
        if self._open and isinstance(self._open[-1][0], dict) and self._keys[-1] is None:
            container, path = self._open[-1]
            if shown in container:
                self.problems.append(Problem(self._file, line, f"duplicate key '{shown}'", "keep one"))
            self._keys[-1] = shown
            self.lines[(*path, shown)] = line
            return
        self._add(value, line)

    def _repeat(self, anchor: str, line: int) -> None:
        value = self._anchors.get(anchor)
        if isinstance(value, dict) or (isinstance(value, list) and not all(isinstance(one, str) for one in value)):
            raise _Refused(line, f"the alias '*{anchor}' repeats more than a list of texts", "write the value out")
        self._count += len(value or "")
        self._add(list(value) if isinstance(value, list) else value, line)

    def _begin(self, container: Any, line: int) -> None:
        if self._open and isinstance(self._open[-1][0], dict) and self._keys[-1] is None:
            raise _Refused(line, "has a key that is no plain text", "quote it")
        path = self._add(container, line)
        if len(path) > _DEEPEST:
            raise _Refused(line, "is nested too deeply", "see knowledge/README.md")
        self._open.append((container, path))
        self._keys.append(None)

    def _add(self, value: Any, line: int) -> Path:
        self._count += 1
        if self._count > _MOST_VALUES:
            raise _Refused(line, f"holds more than {_MOST_VALUES} values", "split it")
        if not self._open:
            self.value = value
            self.lines[()] = line
            return ()
        container, path = self._open[-1]
        if isinstance(container, dict):
            key = self._keys[-1] or ""
            container[key] = value
            self._keys[-1] = None
            return (*path, key)
        container.append(value)
        here = (*path, len(container) - 1)
        self.lines[here] = line
        return here
