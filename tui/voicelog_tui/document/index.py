"""Where lines begin in a file of any size: one place for every 64 KB is kept, the rest is counted when it is read."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from threading import Lock

STEP = 64 * 1024
"""Bytes between two places that are kept, where lines end often enough."""


class LineIndex:
    """Grows while a log is read; a gigabyte of lines costs a quarter of a megabyte.

    Lines are counted from 0 here; the last one may still be growing.
    """

    def __init__(self) -> None:
        self._lines = array("Q", [0])
        self._offsets = array("Q", [0])
        self._newlines = 0
        self._open = False
        self._lock = Lock()
        self.size = 0
        """Bytes that were counted."""

    @property
    def count(self) -> int:
        """Lines so far; an unended last one counts."""
        return self._newlines + self._open

    def extend(self, data: bytes) -> None:
        """Count the next bytes of the log."""
        for start in range(0, len(data), STEP):
            self._add(data[start : start + STEP])

    def _add(self, piece: bytes) -> None:
        if not piece:
            return
        found = piece.count(b"\n")
        with self._lock:
            self._newlines += found
            self._open = not piece.endswith(b"\n")
            if found:
                self._lines.append(self._newlines)
                self._offsets.append(self.size + piece.rfind(b"\n") + 1)
            self.size += len(piece)

    def before(self, line: int) -> tuple[int, int]:
        """The last kept place at or before a line: (the line that begins there, its offset)."""
        with self._lock:
            at = bisect_right(self._lines, line) - 1
            return self._lines[at], self._offsets[at]

    def after(self, offset: int) -> int:
        """The first kept offset beyond `offset`, else the end of what was counted.

        The first line that ends between the two ends within the last STEP bytes before it.
        """
        with self._lock:
            at = bisect_right(self._offsets, offset)
            return self._offsets[at] if at < len(self._offsets) else self.size
