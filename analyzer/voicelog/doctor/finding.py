"""Findings by how they ended, and the sizes that stand in them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from voicelog.model import Finding, Status

_LONGEST = 300


def found(
    status: Status,
    check: str,
    message: str,
    *,
    evidence: Iterable[str] = (),
    cause: str = "",
    commands: Iterable[str] = (),
    facts: Iterable[str] = (),
    **values: object,
) -> Finding:
    """A finding; long evidence is cut."""
    return Finding(
        check=check,
        status=status,
        message=message,
        values={name: str(value) for name, value in values.items()},
        evidence=tuple(text[:_LONGEST] for text in evidence if text),
        cause=cause,
        commands=tuple(commands),
        facts=tuple(facts),
    )


ok = partial(found, "ok")
warn = partial(found, "warn")
fail = partial(found, "fail")
skip = partial(found, "skip")
crashed = partial(found, "crashed")


def gigabytes(size: float) -> str:
    """Bytes as people say them: 5.9 GB, counted in 1024s as systems show memory."""
    return f"{size / (1 << 30):.1f} GB"
