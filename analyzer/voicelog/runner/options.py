"""Options of a command line: which the program really has, and the command line with one added, replaced or removed."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path

from voicelog.signatures.types import Argument

_PYTHON = re.compile(r"(?i)(?:python|pythonw|pypy)[\d.]*(?:\.exe)?")
_WITH_VALUE = ("-X", "-W", "--check-hash-based-pycs")
_USAGE = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")
_LARGEST_SCRIPT = 2**20


def first_argument(argv: Sequence[str]) -> int:
    """Where the program's own arguments begin: behind the script or module that an interpreter runs."""
    at = next((at for at, word in enumerate(argv) if _PYTHON.fullmatch(_name(word))), None)
    if at is None:
        return next((place + 1 for place, word in enumerate(argv) if word.endswith(".py")), 1)
    at += 1
    while at < len(argv):
        word = argv[at]
        if word in ("-m", "-c"):
            return min(at + 2, len(argv))
        if not word.startswith("-") or word == "-":
            return at + 1
        at += 2 if word in _WITH_VALUE else 1
    return len(argv)


def _name(word: str) -> str:
    return re.split(r"[\\/]", word)[-1]


def changed(argv: Sequence[str], change: Argument, value: str, known: frozenset[str]) -> tuple[str, ...]:
    """`argv` with the change, or as it was where the program has no such option; `known` are options it understands."""
    start = first_argument(argv)
    for option in change.options:
        at, joined = _find(argv, start, option)
        if at is not None and change.action == "replace":
            return _replaced(argv, at, joined, option, value)
        if at is not None and change.action == "remove":
            return (*argv[:at], *argv[at + 1 :])
    there = any(_find(argv, start, option)[0] is not None for option in change.options)
    if change.action == "add" and not there:
        option = next((option for option in change.options if option in known), "")
        if option:
            return (*argv, option, value) if value else (*argv, option)
    return tuple(argv)


def _find(argv: Sequence[str], start: int, option: str) -> tuple[int | None, bool]:
    """Where the option stands, and whether its value stands in the same word."""
    for at in range(start, len(argv)):
        if argv[at] == "--":
            break
        if argv[at] == option:
            return at, False
        if option.startswith("--") and argv[at].startswith(option + "="):
            return at, True
    return None, False


def _replaced(argv: Sequence[str], at: int, joined: bool, option: str, value: str) -> tuple[str, ...]:
    if joined:
        return (*argv[:at], f"{option}={value}", *argv[at + 1 :])
    if at + 1 < len(argv):
        return (*argv[: at + 1], value, *argv[at + 2 :])
    return tuple(argv)


def known_options(argv: Sequence[str], folder: str, output: str) -> frozenset[str]:
    """Options that the program understands: those its script declares, and those its own usage line shows."""
    found: set[str] = set()
    for line in output.splitlines():
        if line.lstrip().lower().startswith("usage:") or (found and line.startswith("  ")):
            found.update(_USAGE.findall(line))
    start = first_argument(argv)
    script = Path(folder, argv[start - 1]) if 0 < start <= len(argv) else None
    if script is not None and script.suffix == ".py":
        found |= _declared(script)
    return frozenset(found)


def _declared(script: Path) -> set[str]:
    """Option names that stand as texts in calls of the script (argparse, click, fire wrappers all do that)."""
    try:
        if script.stat().st_size > _LARGEST_SCRIPT:
            return set()
        tree = ast.parse(script.read_bytes())
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        return set()
    return {
        one.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for one in call.args
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and _USAGE.fullmatch(one.value)
    }
