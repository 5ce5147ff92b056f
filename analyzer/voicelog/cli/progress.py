"""How far a long command is, on standard error, where that is a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from voicelog.cli import streams

Item = TypeVar("Item")
_EVERY = 0.1
"""Seconds between two states."""
_WIDTH = 24


class Bar:
    """One line that fills while work gets done; `words` says in what, out of how much is done."""

    def __init__(self, total: int, words: Callable[[int], str]) -> None:
        self._total = max(1, total)
        self._words = words
        self._done = 0
        self._shown = 0.0

    def advance(self, count: int = 1) -> None:
        """So much more is done."""
        self._done += count
        now = time.monotonic()
        if now - self._shown >= _EVERY:
            self._shown = now
            filled = _WIDTH * min(self._done, self._total) // self._total
            streams.write_progress(f"[{'#' * filled:.<{_WIDTH}}] {self._words(self._done)}")

    def clear(self) -> None:
        """Leave an empty line behind."""
        streams.write_progress("")


def progress(items: Iterable[Item], total: int, *, shown: bool) -> Iterator[Item]:
    """`items`, with a bar while they pass where it is to be `shown`."""
    if not shown:
        yield from items
        return
    bar = Bar(total, lambda done: f"{done}/{total}")
    try:
        for item in items:
            yield item
            bar.advance()
    finally:
        bar.clear()
