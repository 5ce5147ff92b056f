"""The wire format of protocol buffers: numbered fields, large ones passed over.

Encoding: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from voicelog.modelfile.types import Broken
from voicelog.modelfile.window import Window


class Field(NamedTuple):
    """One field: its number, its plain value, or where its bytes lie."""

    number: int
    value: int
    start: int
    end: int
    """Both 0 for a plain value."""

    @property
    def packed(self) -> bool:
        return self.end > 0


def fields(window: Window, start: int, end: int) -> Iterator[Field]:
    """Fields of the message in [start, end); raises Broken where they do not fit into it."""
    at = start
    while at < end:
        # ten bytes of key and ten of length or value are the most that stand before the content
        head = window.peek(at, min(20, end - at))
        key, used = _varint(head, 0, at)
        number, kind = key >> 3, key & 7
        if number == 0:
            raise Broken("protobuf", at=at)
        if kind == 0:
            value, used = _varint(head, used, at)
            yield Field(number, value, 0, 0)
        elif kind == 2:
            length, used = _varint(head, used, at)
            if at + used + length > end:
                raise Broken(
                    "cut" if end == window.size else "protobuf",
                    at=window.size if end == window.size else at,
                    wanted=at + used + length - end,
                )
            yield Field(number, 0, at + used, at + used + length)
            used += length
        elif kind in (1, 5):
            width = 8 if kind == 1 else 4
            if at + used + width > end:
                raise Broken("cut" if end == window.size else "protobuf", at=at, wanted=width)
            (value,) = struct.unpack_from("<Q" if width == 8 else "<I", window.read(at + used, width))
            yield Field(number, value, 0, 0)
            used += width
        else:
            raise Broken("protobuf", at=at)
        at += used


def _varint(data: bytes, at: int, base: int) -> tuple[int, int]:
    value = 0
    for shift in range(10):
        if at >= len(data):
            raise Broken("cut", at=base + at, wanted=1)
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return value & (2**64 - 1), at
    raise Broken("protobuf", at=base + at)


def varints(data: bytes) -> Iterator[int]:
    """A packed list of numbers."""
    at = 0
    while at < len(data):
        value, at = _varint(data, at, 0)
        yield value


def text(window: Window, field: Field, most: int = 2**16) -> str:
    """The first `most` bytes of a field as text."""
    return window.read(field.start, min(field.end - field.start, most)).decode("utf-8", "replace")
