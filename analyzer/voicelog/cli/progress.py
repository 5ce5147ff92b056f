"""How far a long command is, on standard error, where that is a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
_EVERY = 0.1
"""Seconds between two states."""
_WIDTH = 24


def progress(items: Iterable[Item], total: int, *, shown: bool) -> Iterator[Item]:
    """`items`, with a bar while they pass where `shown` and standard error is a terminal."""
    if not shown or sys.stderr is None or not sys.stderr.isatty():
        yield from items
        return
    last, done = time.monotonic(), 0
    try:
        for item in items:
            yield item
            done += 1
            if time.monotonic() - last >= _EVERY:
                last = time.monotonic()
                filled = _WIDTH * min(done, total) // max(total, 1)
                bar = "#" * filled + "." * (_WIDTH - filled)
                print(f"\r[{bar}] {done}/{total}", end="", file=sys.stderr, flush=True)
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
