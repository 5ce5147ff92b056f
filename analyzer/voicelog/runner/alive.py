"""Whether a process that was noted down is still the same one."""

from __future__ import annotations

_SAME = 2.0
"""Seconds by which two readings of one process's start may differ."""


def started_at(pid: int) -> float:
    """Seconds since the epoch; 0 where the system does not tell."""
    import psutil

    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return 0.0


def is_alive(pid: int, started: float) -> bool:
    """Whether process `pid`, started at `started`, runs."""
    found = started_at(pid)
    return found > 0 and abs(found - started) < _SAME
