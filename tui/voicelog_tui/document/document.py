"""A log as lines: only those that are looked at are read and decoded.

The bytes lie in a file, the log itself or a temporary one into which it was unpacked; nothing else is kept in memory.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import BinaryIO

from voicelog.ingest.decode import decode
from voicelog.parse.cleaning import clean
from voicelog_tui.document.index import STEP, LineIndex

_PART = STEP // 2
"""Bytes that are read of the beginning and of the end of a line that is longer than both."""
_BETWEEN = " … "
_OVERWRITTEN = " ↵ "
"""Stands where a line went back to its beginning and wrote over itself."""
_KEPT = 2048
_AT_ONCE = 64
_HARMFUL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would move the cursor, or turn the direction of what stands beside it."""


class Document:
    """One log that can be shown from any line, counted from 0, while it may still be growing."""

    def __init__(self, file: BinaryIO) -> None:
        self.index = LineIndex()
        self.complete = False
        """Whether all of it was counted."""
        self.total = 0
        """Bytes that it will have, where that is known."""
        self._file = file
        self._reading = Lock()
        self._block = b""
        self._block_at = 0
        self._legacy = ""
        self._texts: OrderedDict[int, str] = OrderedDict()

    @property
    def count(self) -> int:
        """Lines so far."""
        return self.index.count

    @property
    def encoding(self) -> str:
        """What lines are written in that are not UTF-8, where there are any."""
        return self._legacy

    def read_at(self, offset: int, size: int) -> bytes:
        """Bytes of the file; fewer at its end, none where it can no longer be read."""
        with self._reading:
            try:
                self._file.seek(offset)
                return self._file.read(size)
            except (OSError, ValueError):
                return b""

    @contextmanager
    def writing(self) -> Iterator[BinaryIO]:
        """The file, while nobody reads from it."""
        with self._reading:
            yield self._file

    def line(self, number: int) -> str:
        """The text of a line as a terminal would leave it; empty beyond the end."""
        if not 0 <= number < self.count:
            return ""
        if number not in self._texts:
            self._load(number)
        return self._texts[number]

    def _load(self, number: int) -> None:
        """Read a line and some after it."""
        line, offset = self.index.before(number)
        last = min(number + _AT_ONCE, self.count)
        while line < last:
            raw, following = self._next(offset)
            if line >= number:
                self._texts[line] = self._plain(raw, offset)
            line, offset = line + 1, following
        while len(self._texts) > _KEPT:
            self._texts.popitem(last=False)

    def grown(self) -> None:
        """More of the log was counted: a line that was not ended may be longer now."""
        self._texts.clear()
        self._block = b""

    def _next(self, offset: int) -> tuple[bytes, int]:
        """The line that begins at an offset, its middle left out where it is very long, and where the next begins."""
        end = self._block.find(b"\n", offset - self._block_at) if self._is_read(offset) else -1
        if end < 0:
            self._block, self._block_at = self.read_at(offset, min(STEP, self.index.size - offset)), offset
            end = self._block.find(b"\n")
        if end >= 0:
            return self._block[offset - self._block_at : end], self._block_at + end + 1
        stop = self.index.after(offset)
        ending_at = max(offset, stop - STEP)
        found = self.read_at(ending_at, stop - ending_at).find(b"\n")
        end = stop if found < 0 else ending_at + found
        if end - offset <= STEP:
            return self._block[: end - offset], end + 1
        ending = self.read_at(end - _PART, _PART)
        return self._block[:_PART] + _BETWEEN.encode() + ending, end + 1

    def _is_read(self, offset: int) -> bool:
        return self._block_at <= offset < self._block_at + len(self._block)

    def _plain(self, raw: bytes, offset: int) -> str:
        text = self._decoded(raw, offset).removesuffix("\r")
        return _HARMFUL.sub("", _OVERWRITTEN.join(clean(text)))

    def _decoded(self, raw: bytes, offset: int) -> str:
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            if not self._legacy:  # what stands around the line tells more surely than the line alone
                start = max(0, offset - _PART)
                around = self.read_at(start, STEP)
                self._legacy = decode(around[around.find(b"\n") + 1 if start else 0 :])[1]
            return raw.decode(self._legacy, "replace")
