"""Plain pieces that a pattern cannot match without: what one pass over a log looks for.

Parts that stand for few exact texts are multiplied out, so that `low (?:gpu|vram)` announces itself by `low gpu` and
`low vram` (Russ Cox, Regular Expression Matching with a Trigram Index, 2012, in a smaller form).
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

if sys.version_info >= (3, 11):
    from re import _constants as constants  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]
else:
    import sre_constants as constants
    import sre_parse as parser

SHORTEST = 4
"""As counted by `_length`."""
_MOST_EXACT = 64
_MOST_RANGE = 6
_LONGEST = 60
_COMMON = frozenset(
    {
        *("error", "failed", "could not", "cannot", "no module named", "runtimeerror", "not found", "unable to"),
        *("model", "return", "returned", "file", "line", "site-packages", "python", "python3", "config", "exit", "not"),
        *("code", "status", "torch", "winerror", "weight", "weights", "errno", "version", "is", "was", "finished"),
        *("checkpoint", "voice", "index", "download", "device", "audio", "warning", "require", "exception", "exited"),
        *("no such file or directory", "cannot import name", "has no attribute", "terminated", "port", "loss", "cuda"),
    }
)
"""What stands in too many lines to announce anything."""

_LONGEST_SIMPLE = 140
_WIDE_GAP = re.compile(r"\{\d+,\d{2,}\}|\[\^[^\]]*\][*+]|\.\*")

Pieces = frozenset[str]
_NOTHING: Pieces = frozenset()
_EMPTY: Pieces = frozenset([""])


def required(pattern: str) -> Pieces:
    """Lower-case pieces of which at least one stands in every match; empty where there is no such set."""
    return announcing(demanded(pattern))


def announcing(sets: Iterable[Pieces]) -> Pieces:
    """The first of the demanded sets that can be looked for in a whole log."""
    return next((pieces for pieces in sets if _announces(pieces)), _NOTHING)


def least(pattern: str) -> str:
    """The shortest plain text that a pattern asks for, in lower case, with a space for what may vary."""
    return _least(_parse(pattern))


@lru_cache(maxsize=1024)
def demanded(pattern: str) -> tuple[Pieces, ...]:
    """Sets of lower-case pieces, each with one that stands in every match; the most telling set first."""
    return _usable(_parse(pattern))


def _parse(pattern: str) -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return list(parser.parse(pattern))
        except (re.error, RecursionError, OverflowError):
            return []


def _least(items: Iterable[Any]) -> str:
    said = []
    for operation, argument in _opened(items):
        if operation is constants.LITERAL:
            said.append(chr(argument).lower())
        elif operation is constants.IN and (few := _exact(operation, argument)):
            said.append(min(few))
        elif operation is constants.BRANCH:
            said.append(min((_least(branch) for branch in argument[1]), key=lambda text: len(text.replace(" ", ""))))
        elif operation in (constants.MAX_REPEAT, constants.MIN_REPEAT) and argument[0] >= 1:
            said.append(_least(argument[2]))
        else:
            said.append(" ")
    return "".join(said)


def _best(items: list[Any]) -> Pieces:
    """The most telling set among those that the parts of a sequence demand."""
    return next((pieces for pieces in _usable(items) if _announces(pieces)), _NOTHING)


def _announces(pieces: Pieces) -> bool:
    """Whether the pieces are long enough to look for in a whole log."""
    return min(map(_length, pieces)) >= SHORTEST


def _usable(items: list[Any]) -> tuple[Pieces, ...]:
    """The sets that the parts of a sequence demand, the most telling first."""
    candidates: list[Pieces] = []
    run = _EMPTY
    for item in _opened(items):
        exact = _exact(*item)
        joined = _multiply(run, exact)
        if exact and joined:
            if len(exact) > 1:
                candidates.append(run)
            run = joined
            continue
        candidates.append(run)
        run = exact or _EMPTY
        if not exact:
            candidates.append(_demanded(*item))
    candidates.append(run)
    usable = {one for one in candidates if one and min(map(len, one)) > 1}
    return tuple(sorted(usable, key=lambda one: (_worth(one), sorted(one)), reverse=True))


def _opened(items: Iterable[Any]) -> list[Any]:
    """Groups replaced by what they hold, so that texts on both sides of a parenthesis join."""
    flat: list[Any] = []
    for operation, argument in items:
        if operation is constants.SUBPATTERN:
            flat.extend(_opened(argument[3]))
        elif operation is not constants.AT:
            flat.append((operation, argument))
    return flat


def _exact(operation: Any, argument: Any) -> Pieces:
    """All texts that a part can stand for, where they are few; empty otherwise."""
    if operation is constants.LITERAL:
        return frozenset([chr(argument).lower()])
    if operation is constants.IN:
        if len(argument) <= _MOST_RANGE and all(kind is constants.LITERAL for kind, _ in argument):
            return frozenset(chr(code).lower() for _, code in argument)
        return _NOTHING
    if operation is constants.BRANCH:
        return _union(_exact_sequence(branch) for branch in argument[1])
    if operation in (constants.MAX_REPEAT, constants.MIN_REPEAT) and argument[1] == 1:
        inner = _exact_sequence(argument[2])
        return (inner | _EMPTY) if inner and argument[0] == 0 else inner
    return _NOTHING


def _exact_sequence(items: Iterable[Any]) -> Pieces:
    run = _EMPTY
    for item in _opened(items):
        exact = _exact(*item)
        run = _multiply(run, exact) if exact else _NOTHING
        if not run:
            return _NOTHING
    return run


def _union(parts: Iterable[Pieces]) -> Pieces:
    collected: set[str] = set()
    for part in parts:
        if not part:
            return _NOTHING
        collected |= part
    return frozenset(collected) if len(collected) <= 2 * _MOST_EXACT else _NOTHING


def _multiply(left: Pieces, right: Pieces) -> Pieces:
    if len(left) * len(right) > _MOST_EXACT:
        return _NOTHING
    product = frozenset(one + two for one in left for two in right)
    return product if all(len(one) <= _LONGEST for one in product) else _NOTHING


def _demanded(operation: Any, argument: Any) -> Pieces:
    """What a part that stands for many texts still cannot do without."""
    if operation is constants.BRANCH:
        return _union(_best(list(branch)) for branch in argument[1])
    if operation in (constants.MAX_REPEAT, constants.MIN_REPEAT) and argument[0] >= 1:
        return _best(list(argument[2]))
    return _NOTHING


def _worth(pieces: Pieces) -> tuple[float, int]:
    """Longer and rarer is better; a set is as good as its worst piece."""
    return rarity(pieces) - 0.5 * (len(pieces) - 1), -len(pieces)


def rarity(pieces: Pieces) -> float:
    """How seldom the commonest of the pieces stands in ordinary text: about its length."""
    return min(map(_rarity, pieces), default=0)


def simple(pattern: str) -> bool:
    """Whether an automaton that runs many patterns at once can afford this one."""
    return len(pattern) <= _LONGEST_SIMPLE and not _WIDE_GAP.search(pattern)


def _length(piece: str) -> int:
    """Characters, where one of a large alphabet (hanzi, kana) says as much as three letters."""
    return len(piece) if piece.isascii() else sum(3 if char > "\u2e7f" else 1 for char in piece)


def _rarity(piece: str) -> float:
    rarity = min(_length(piece), 24)
    return rarity - (6 if piece.strip(" :.'\"[]") in _COMMON else 0)
