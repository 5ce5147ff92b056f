"""Findings by how they ended, and the sizes that stand in them."""

from __future__ import annotations

import signal
from collections.abc import Iterable
from functools import partial

from voicelog.model import Finding, Status

_LONGEST = 300
_LARGEST_PLAIN = 1 << 16
"""Greater codes are Windows' own, which are written in hexadecimal."""


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


def exit_code(code: int | None) -> str:
    """How a process ended, in the form that people look up: -11 (SIGSEGV), 0xC0000005."""
    if code is None:
        return "-"
    if code < 0:
        try:
            return f"{code} ({signal.Signals(-code).name})"
        except ValueError:
            pass
    return f"0x{code & 0xFFFFFFFF:08X}" if abs(code) > _LARGEST_PLAIN else str(code)


def gigabytes(size: float) -> str:
    """Bytes as people say them: 5.9 GB, counted in 1024s as systems show memory."""
    return f"{size / (1 << 30):.1f} GB"
