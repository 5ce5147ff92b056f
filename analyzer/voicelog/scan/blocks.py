"""A stream of bytes in numbered blocks of whole lines, of which no more than one is in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

SIZE = 256 * 1024
"""Bytes of a block, about."""
PART = 16 * 1024
"""Bytes of a part of a block, about; a longer line is cut into several."""
_OVERLAP = 512
"""Bytes that the blocks of one endless line share, so that nothing is cut in two."""


class Block(NamedTuple):
    """Some lines of a log."""

    offset: int
    """Bytes before it."""
    line: int
    """Number of its first line in the log."""
    data: bytes

    @property
    def end(self) -> int:
        return self.offset + len(self.data)


def blocks(head: bytes, read: Callable[[int], bytes]) -> Iterator[Block]:
    """The blocks of `head` and of all that `read` gives after it.

    NULs go: what PowerShell appends to a log of another encoding is ASCII with NULs in between.
    """
    offset, line, rest = 0, 1, head.replace(b"\0", b"")
    while True:
        if len(rest) < SIZE:
            fresh = read(SIZE)
            if not fresh:
                break
            rest += fresh.replace(b"\0", b"")
            if len(rest) < SIZE and b"\n" not in rest:
                continue
        cut = rest.rfind(b"\n", 0, SIZE) + 1 or min(SIZE, len(rest))
        block = Block(offset, line, rest[:cut])
        yield block
        ended = block.data.endswith(b"\n")
        cut -= 0 if ended else min(_OVERLAP, cut - 1)
        line += block.data.count(b"\n")
        offset += cut
        rest = rest[cut:]
    if rest:
        yield Block(offset, line, rest)


def parts(block: Block) -> Iterator[Block]:
    """`block` in parts of whole lines; parts of one long line carry the same number."""
    start, line = 0, block.line
    while start < len(block.data):
        limit = start + PART
        end = len(block.data) if limit >= len(block.data) else block.data.rfind(b"\n", start, limit) + 1 or limit
        part = Block(block.offset + start, line, block.data[start:end])
        yield part
        line += part.data.count(b"\n")
        start = end


def first_part(block: Block, size: int) -> Block:
    """The lines of `block` within its first `size` bytes."""
    if len(block.data) <= size:
        return block
    return block._replace(data=block.data[: block.data.rfind(b"\n", 0, size) + 1 or size])


def last_part(block: Block, size: int) -> Block:
    """The lines of `block` within its last `size` bytes."""
    return rest_of(block, len(block.data) - size) if len(block.data) > size else block


def rest_of(block: Block, skipped: int) -> Block:
    """The whole lines of `block` after its first `skipped` bytes."""
    start = block.data.find(b"\n", max(skipped - 1, 0), len(block.data) - 1) + 1 or skipped
    return Block(block.offset + start, block.line + block.data.count(b"\n", 0, start), block.data[start:])
