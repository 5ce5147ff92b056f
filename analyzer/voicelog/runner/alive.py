"""Whether the process that wrote a record still runs."""

from __future__ import annotations

_CLOCK = 2.0
"""Seconds by which the system's reading of a start and our own may differ."""


def is_alive(pid: int, began: float) -> bool:
    """Whether process `pid` runs and was there when the run began: a number that was given again is younger."""
    import psutil

    try:
        return float(psutil.Process(pid).create_time()) < began + _CLOCK
    except psutil.Error:
        return False
