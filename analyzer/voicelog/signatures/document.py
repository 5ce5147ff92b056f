"""YAML text to plain values, with the line of every key and duplicate keys refused."""

from __future__ import annotations

from typing import Any

from voicelog.signatures.types import Problem

_DEEPEST = 20

Path = tuple[str | int, ...]
Lines = dict[Path, int]


def load(text: str, file: str) -> tuple[Any, Lines, list[Problem]]:
    """The value of the document, the line of every path in it, and what is wrong with it."""
    import yaml  # here, because an answer from the compiled base reads no YAML

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        return None, {}, [Problem(file, line, f"is not YAML: {getattr(error, 'problem', error)}")]
    lines: Lines = {}
    problems: list[Problem] = []
    value = _value(node, (), lines, problems, file) if node is not None else None
    return value, lines, problems


def _value(node: Any, path: Path, lines: Lines, problems: list[Problem], file: str) -> Any:
    lines[path] = node.start_mark.line + 1
    if len(path) > _DEEPEST:
        problems.append(Problem(file, lines[path], "is nested too deeply"))
        return None
    if node.id == "mapping":
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(getattr(key_node, "value", ""))
            if key in result:
                problems.append(Problem(file, key_node.start_mark.line + 1, f"duplicate key '{key}'", "keep one"))
            result[key] = _value(value_node, (*path, key), lines, problems, file)
            lines[(*path, key)] = key_node.start_mark.line + 1
        return result
    if node.id == "sequence":
        return [_value(item, (*path, at), lines, problems, file) for at, item in enumerate(node.value)]
    if node.tag == "tag:yaml.org,2002:null":
        return None
    return node.value
