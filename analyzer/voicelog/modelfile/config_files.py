"""Configurations in JSON and YAML: whether they parse, where not, and their plain values by dotted path."""

from __future__ import annotations

import json
from typing import Any

from voicelog.modelfile.types import Contents, Flaw
from voicelog.modelfile.window import Window

_LARGEST = {"json": 8 * 2**20, "yaml": 2**20}
"""Bytes of a document that is looked into: what is larger is a vocabulary and no configuration."""
_DEEPEST = 60
_MOST_ALIASES = 1000
_MOST_VALUES = 5000
_CODE = ("python/object", "python/name", "python/module")
_ENCODINGS = ("utf-8-sig", "gb18030")


def read_json(window: Window) -> Contents:
    """A JSON document; the flaw says line and column where it breaks the rules."""
    if window.size > _LARGEST["json"]:
        return Contents("json")
    text, flaws = _text(window)
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return Contents("json", flaws=(Flaw("syntax", {"line": error.lineno, "column": error.colno}),))
    except (ValueError, RecursionError):
        return Contents("json", flaws=(Flaw("nested"),))
    return _contents("json", value, flaws)


def read_yaml(window: Window) -> Contents:
    """A YAML document, read without its tags; depth and aliases are counted before anything is built."""
    import yaml

    if window.size > _LARGEST["yaml"]:
        return Contents("yaml")
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text, flaws = _text(window)
    depth = aliases = 0
    code = ""
    try:
        for event in yaml.parse(text, Loader=loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            aliases += isinstance(event, yaml.AliasEvent)
            code = code or _code(getattr(event, "tag", None))
            if depth > _DEEPEST or aliases > _MOST_ALIASES:
                return Contents("yaml", flaws=(Flaw("nested"),))
        # tags of foreign types are no error of the file: only texts, numbers, lists and mappings are looked at
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = {"line": mark.line + 1, "column": mark.column + 1} if mark else {}
        return Contents("yaml", flaws=(Flaw("syntax", where),))
    except (yaml.YAMLError, ValueError, RecursionError):
        return Contents("yaml", flaws=(Flaw("syntax"),))
    flaws += (Flaw("yaml-code", {"names": code[:200]}),) if code else ()
    return _contents("yaml", _Node(node), flaws)


def _code(tag: str | None) -> str:
    """The Python object, function or module that a tag asks for; tuples and the like are none."""
    name = (tag or "").rpartition("tag:yaml.org,2002:")[2]
    return name if name.startswith(_CODE) else ""


class _Node:
    """A YAML node seen as plain values."""

    def __init__(self, node: Any) -> None:
        self.node = node

    def children(self) -> list[tuple[str, Any]]:
        if self.node is None or self.node.id == "scalar":
            return []
        if self.node.id == "mapping":
            return [(str(key.value), _Node(value)) for key, value in self.node.value if key.id == "scalar"]
        return [(str(at), _Node(item)) for at, item in enumerate(self.node.value)]

    def scalar(self) -> Any:
        if self.node is None or self.node.id != "scalar":
            return None
        kind = self.node.tag.rpartition(":")[2]
        try:
            if kind == "int":
                return int(self.node.value.replace("_", ""), 0)
            if kind == "float":
                return float(self.node.value)
        except ValueError:
            return str(self.node.value)
        return self.node.value == "true" if kind == "bool" else None if kind == "null" else self.node.value


def _text(window: Window) -> tuple[str, tuple[Flaw, ...]]:
    data = window.read(0, window.size)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace"), (Flaw("encoding", {"encoding": "utf-16"}),)
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text, () if encoding == "utf-8-sig" else (Flaw("encoding", {"encoding": encoding}),)
    return data.decode("utf-8", "replace"), (Flaw("encoding", {"encoding": "?"}),)


def _contents(form: str, root: Any, flaws: tuple[Flaw, ...]) -> Contents:
    values: dict[str, str | int | float | bool] = {}
    waiting: list[tuple[str, int, Any]] = [("", 0, root)]
    entries = tuple(name for name, _ in _children(root))[:_MOST_VALUES]
    steps = 0
    while waiting and len(values) < _MOST_VALUES and steps < 20 * _MOST_VALUES:
        path, depth, value = waiting.pop()
        steps += 1
        below = _children(value)
        if below and depth < _DEEPEST:
            waiting.extend((f"{path}.{name}" if path else name, depth + 1, item) for name, item in reversed(below))
            values[f"{path}.#" if path else "#"] = len(below)
            continue
        scalar = value.scalar() if isinstance(value, _Node) else value
        if path and isinstance(scalar, (str, int, float, bool)):
            values[path[:300]] = scalar[:200] if isinstance(scalar, str) else scalar
    return Contents(form, entries=entries, values=values, flaws=flaws)


def _children(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, _Node):
        return value.children()
    if isinstance(value, dict):
        return list(value.items())
    return [(str(at), item) for at, item in enumerate(value)] if isinstance(value, list) else []
