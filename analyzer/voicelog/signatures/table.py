"""A read-only dictionary in one bytes object: asking costs the same however much it holds, and nothing is unpacked.

Layout: number of buckets (a power of two), offsets of the buckets, the buckets; a bucket is the marshalled dictionary
of the keys whose checksum falls into it, and most are empty.
"""

from __future__ import annotations

import marshal
import struct
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Any
from zlib import crc32

_COUNT = struct.Struct("=I")
_ROOM = 4
"""Buckets for each key: three of four questions about a key that is not there end at an empty bucket."""
_MOST_ASKED = 500_000


def pack(values: Mapping[str, Any]) -> bytes:
    """`values`, plain ones, as the bytes of a table."""
    count = 1 << max(len(values) * _ROOM - 1, 1).bit_length()
    buckets: dict[int, dict[str, Any]] = {}
    for key, value in values.items():
        buckets.setdefault(crc32(key.encode("utf-8", "surrogatepass")) & (count - 1), {})[key] = value
    offsets, packed, at = [], [], 0
    for number in range(count):
        offsets.append(at)
        if number in buckets:
            packed.append(marshal.dumps(buckets[number]))
            at += len(packed[-1])
    return b"".join((_COUNT.pack(count), struct.pack(f"={count + 1}I", *offsets, at), *packed))


class Table:
    """The values of `pack` by key; raises ValueError where the bytes are too short to be a table."""

    def __init__(self, data: bytes) -> None:
        if len(data) < _COUNT.size:
            raise ValueError("no table")
        (self._count,) = _COUNT.unpack_from(data)
        start = _COUNT.size + 4 * (self._count + 1)
        if len(data) < start:
            raise ValueError("no table")
        self._offsets = memoryview(data)[_COUNT.size : start].cast("I")
        self._buckets = memoryview(data)[start:]
        self._asked: set[str] = set()
        self._found: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        """The value of `key`, None where there is none."""
        number = crc32(key.encode("utf-8", "surrogatepass")) & (self._count - 1)
        begin, end = self._offsets[number], self._offsets[number + 1]
        return marshal.loads(self._buckets[begin:end]).get(key) if begin != end else None  # noqa: S302 - written by us

    def find(self, keys: AbstractSet[str]) -> dict[str, Any]:
        """Those of `keys` that are there, with their values; what was asked before is remembered."""
        if len(self._asked) > _MOST_ASKED:
            self._asked.clear()
        for key in keys - self._asked:
            if (value := self.get(key)) is not None:
                self._found[key] = value
        self._asked |= keys
        return {key: self._found[key] for key in keys & self._found.keys()}

    def items(self) -> Iterator[tuple[str, Any]]:
        """Everything, in no order."""
        for begin, end in pairwise(self._offsets):
            if begin != end:
                yield from marshal.loads(self._buckets[begin:end]).items()  # noqa: S302 - written by us
