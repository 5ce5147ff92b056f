"""Bounded reading at any place of a file: nothing beyond its end, nothing larger than asked for."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from voicelog.modelfile.types import Broken

LARGEST = 64 * 2**20
"""Bytes that one piece of structure (a header, a pickle, a directory) may have: tensors are never read."""


class Window:
    """A file of known size. Raises Broken where it ends too early."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.size = stream.seek(0, io.SEEK_END)

    def peek(self, at: int, count: int) -> bytes:
        """At most `count` bytes from `at`; fewer where the file ends."""
        if at < 0 or count <= 0 or at >= self.size:
            return b""
        self._stream.seek(at)
        return self._stream.read(min(count, self.size - at))

    def read(self, at: int, count: int) -> bytes:
        """Exactly `count` bytes from `at`."""
        if count > LARGEST:
            raise Broken("too-large", at=at, bytes=count)
        if at < 0 or count < 0 or at + count > self.size:
            raise Broken("cut", at=self.size, wanted=max(0, at + count - self.size))
        data = self.peek(at, count)
        if len(data) != count:
            raise Broken("cut", at=at + len(data), wanted=count - len(data))
        return data


class Cursor:
    """Reads little-endian numbers and strings one after the other."""

    def __init__(self, window: Window, at: int = 0) -> None:
        self.window = window
        self.at = at

    def take(self, count: int) -> bytes:
        data = self.window.read(self.at, count)
        self.at += count
        return data

    def skip(self, count: int) -> None:
        """Pass over `count` bytes that must be there."""
        if count < 0 or self.at + count > self.window.size:
            raise Broken("cut", at=self.window.size, wanted=max(0, self.at + count - self.window.size))
        self.at += count

    def number(self, form: str) -> int:
        """One integer in `struct` notation, little-endian."""
        (value,) = struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))
        return int(value)

    def numbers(self, form: str, count: int) -> tuple[int, ...]:
        size = struct.calcsize("<" + form)
        if count < 0 or count * size > LARGEST:
            raise Broken("too-large", at=self.at, bytes=count * size)
        return struct.unpack(f"<{count}{form}", self.take(count * size))

    def text(self, form: str, most: int = 2**16) -> str:
        """A string behind its length; raises Broken where it is longer than `most` bytes."""
        count = self.number(form)
        if count < 0 or count > most:
            raise Broken("odd-length", at=self.at, bytes=count)
        return self.take(count).decode("utf-8", "replace")


class PickleStream:
    """What `pickletools` reads from: a buffered piece of a file that hands out no more than its budget."""

    def __init__(self, window: Window, at: int = 0) -> None:
        self._window = window
        self._at = at
        self._buffer = b""
        self._start = at
        self._budget = LARGEST

    def tell(self) -> int:
        return self._at

    def read(self, count: int) -> bytes:
        if count > self._budget:
            raise Broken("too-large", at=self._at, bytes=count)
        inside = self._at - self._start
        data = self._buffer[inside : inside + count]
        if len(data) < count:
            self._start = self._at
            self._buffer = self._window.peek(self._at, max(count, 2**16))
            data = self._buffer[:count]
        self._at += len(data)
        self._budget -= len(data)
        return data

    def readline(self) -> bytes:
        pieces: list[bytes] = []
        while True:
            inside = self._at - self._start
            end = self._buffer.find(b"\n", inside)
            if end >= 0:
                return b"".join(pieces) + self.read(end + 1 - inside)
            rest = self.read(max(1, len(self._buffer) - inside))
            pieces.append(rest)
            if not rest or rest.endswith(b"\n"):
                return b"".join(pieces)
