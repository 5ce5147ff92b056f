"""Whether facts allow a reading or a fix: yes, no, or undecided because a fact is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping

from voicelog.model import Facts
from voicelog.signatures.types import Condition

_COMPARISON = re.compile(r"\s*(?P<sign>>=|<=|==|!=|>|<)\s*(?P<version>\d[\w.]*)\s*")


def as_condition(needs: Facts, excludes: Facts) -> Condition:
    """What a rule of the compiled base holds as pairs."""
    return Condition(dict(needs), dict(excludes))


def holds(condition: Condition, facts: Mapping[str, str]) -> bool | None:
    """True, False, or None where a fact that would decide is not known; `any` asks that it is."""
    undecided = False
    for name, accepted in condition.needs.items():
        known = facts.get(name)
        if known is None and "any" in accepted:
            return False
        if known is None:
            undecided = True
        elif not _accepts(accepted, known):
            return False
    for name, refused in condition.excludes.items():
        known = facts.get(name)
        if known is not None and _accepts(refused, known):
            return False
    return None if undecided else True


def missing(condition: Condition, facts: Mapping[str, str]) -> tuple[str, ...]:
    """Facts that would decide."""
    return tuple(name for name, accepted in condition.needs.items() if name not in facts and "any" not in accepted)


def _accepts(accepted: tuple[str, ...], known: str) -> bool:
    return any(_accepts_one(value, known) for value in accepted)


def _accepts_one(value: str, known: str) -> bool:
    if value == "any":
        return True
    if value[:1] in "<>=!":
        return all(_compare(part, known) for part in value.split(","))
    return known.lower() == value.lower() or known.lower().startswith(value.lower() + ".")


def _compare(comparison: str, known: str) -> bool:
    found = _COMPARISON.fullmatch(comparison)
    if not found:
        return False
    sign, wanted = found["sign"], _release(found["version"])
    have = _release(known)
    width = max(len(wanted), len(have))
    left, right = have + (0,) * (width - len(have)), wanted + (0,) * (width - len(wanted))
    return {
        ">=": left >= right,
        "<=": left <= right,
        "==": left == right,
        "!=": left != right,
        ">": left > right,
        "<": left < right,
    }[sign]


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.split("+", 1)[0])[:4])
