"""A read-only dictionary in one bytes object: asking costs the same however much it holds, and nothing is unpacked.

Layout: checksum of what follows up to the buckets, number of buckets (a power of two), offsets of the buckets, the
buckets; a bucket is a checksum and the marshalled dictionary of the keys whose checksum falls into it, and most are
empty.
"""

from __future__ import annotations

import marshal
import struct
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from mmap import mmap
from typing import Any, NamedTuple
from zlib import crc32

_HEAD = struct.Struct("=II")
_BOUNDS = struct.Struct("=II")
_OFFSET = 4
_CHECKSUM = 4
_ROOM = 4
"""Buckets for each key: three of four questions about a key that is not there end at an empty bucket."""
_MOST_ASKED = 500_000


class Stored(NamedTuple):
    """The bytes of a table within a file."""

    data: bytes | mmap
    start: int
    size: int


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
            data = marshal.dumps(buckets[number])
            packed.append(crc32(data).to_bytes(_CHECKSUM, "little") + data)
            at += len(packed[-1])
    listed = struct.pack(f"={count + 1}I", *offsets, at)
    return b"".join((_HEAD.pack(crc32(listed, count), count), listed, *packed))


class Table:
    """The values of `pack` by key.

    `again` gives the bytes anew where they turn out damaged; without it that raises ValueError.
    """

    def __init__(self, source: bytes | Stored, again: Callable[[], bytes] | None = None) -> None:
        self._again = again
        self._asked: set[str] = set()
        self._found: dict[str, Any] = {}
        try:
            self._open(source)
        except ValueError:
            self._mend()

    def _open(self, source: bytes | Stored) -> None:
        """Raises ValueError where the bytes are no table, or not whole."""
        stored = Stored(source, 0, len(source)) if isinstance(source, bytes) else source
        self._data, self._listed = stored.data, stored.start + _HEAD.size
        head = self._data[stored.start : self._listed]
        if len(head) < _HEAD.size:
            raise ValueError("no table")
        checksum, self._count = _HEAD.unpack(head)
        self._buckets = self._listed + _OFFSET * (self._count + 1)
        end = stored.start + stored.size
        if self._buckets > end or crc32(self._data[self._listed : self._buckets], self._count) != checksum:
            raise ValueError("no table")

    def _mend(self) -> None:
        if self._again is None:
            raise ValueError("no table")
        again, self._again = self._again, None
        self._open(again())

    def get(self, key: str) -> Any:
        """The value of `key`, None where there is none."""
        number = crc32(key.encode("utf-8", "surrogatepass")) & (self._count - 1)
        try:
            return self._bucket(number).get(key)
        except ValueError:
            self._mend()
            return self.get(key)

    def _bucket(self, number: int) -> dict[str, Any]:
        """Raises ValueError where it is damaged."""
        begin, end = _BOUNDS.unpack_from(self._data, self._listed + _OFFSET * number)
        if begin == end:
            return {}
        data = self._data[self._buckets + begin : self._buckets + end]
        if crc32(data[_CHECKSUM:]) != int.from_bytes(data[:_CHECKSUM], "little"):
            raise ValueError("damaged")
        held: dict[str, Any] = marshal.loads(data[_CHECKSUM:])  # noqa: S302 - written by us, checksum held
        return held

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
        try:
            held = [self._bucket(number) for number in range(self._count)]
        except ValueError:
            self._mend()
            held = [self._bucket(number) for number in range(self._count)]
        for bucket in held:
            yield from bucket.items()
