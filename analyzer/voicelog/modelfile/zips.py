"""The directory of a zip archive, read as PyTorch reads it: what `zipfile` refuses may still be loaded.

Layout: APPNOTE.TXT of the format, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14 and 4.3.16 (its end).
Flags and checksums do not decide what is looked at, because torch ignores them (CVE-2025-1944, CVE-2025-10156).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from voicelog.modelfile.types import Advance, Broken, Flaw
from voicelog.modelfile.window import LARGEST, Window

_LOCAL = struct.Struct("<4s5H3I2H")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR = struct.Struct("<4sIQI")
_NOT_HERE = 0xFFFFFFFF
_MOST_MEMBERS = 65_000
_ENCRYPTED = 0x1
_STEP = 2**20


class Member(NamedTuple):
    """One file of the archive as its directory names it."""

    name: str
    header: int
    packed: int
    size: int
    method: int
    crc: int


class Directory(NamedTuple):
    """All members, where the directory begins, and what does not fit together."""

    members: tuple[Member, ...]
    start: int
    flaws: tuple[Flaw, ...]


def read_directory(window: Window) -> Directory:
    """Members in order; raises Broken where the archive has no usable directory."""
    start, length, count = _end(window)
    if length > LARGEST or count > _MOST_MEMBERS:
        raise Broken("too-large", at=start, bytes=length)
    data = window.read(start, length)
    members: list[Member] = []
    flaws: list[Flaw] = []
    at = 0
    for _ in range(count):
        if at + _ENTRY.size > len(data) or data[at : at + 4] != b"PK\x01\x02":
            raise Broken("zip-directory", at=start + at)
        fields = _ENTRY.unpack_from(data, at)
        flags, method, crc, packed, size = fields[3], fields[4], fields[7], fields[8], fields[9]
        name_length, extra_length, comment_length, header = fields[10], fields[11], fields[12], fields[16]
        body = at + _ENTRY.size
        name = data[body : body + name_length].decode("utf-8", "replace")
        extra = data[body + name_length : body + name_length + extra_length]
        size, packed, header = _wide(extra, size, packed, header)
        if flags & _ENCRYPTED:
            flaws.append(Flaw("zip-encrypted", {"member": name}))
        members.append(Member(name, header, packed, size, method, crc))
        at = body + name_length + extra_length + comment_length
    flaws += _clashes(members)
    return Directory(tuple(members), start, tuple(flaws))


def _end(window: Window) -> tuple[int, int, int]:
    """Offset, length and entries of the directory, from the record that closes the archive."""
    tail_at = max(0, window.size - 2**16 - _END.size)
    tail = window.peek(tail_at, 2**16 + _END.size)
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or found + _END.size > len(tail):
        raise Broken("zip-no-directory", at=window.size)
    _, _, _, _, count, length, start, _ = _END.unpack_from(tail, found)
    end = tail_at + found
    if _NOT_HERE in (length, start) or count == 0xFFFF:
        locator = window.peek(end - _LOCATOR.size, _LOCATOR.size)
        if len(locator) == _LOCATOR.size and locator.startswith(b"PK\x06\x07"):
            record = window.read(_LOCATOR.unpack(locator)[2], _END64.size)
            if not record.startswith(b"PK\x06\x06"):
                raise Broken("zip-directory", at=end)
            count, length, start = _END64.unpack(record)[7:10]
    if start + length > end:
        raise Broken("zip-no-directory", at=window.size)
    return start, length, count


def _wide(extra: bytes, size: int, packed: int, header: int) -> tuple[int, int, int]:
    """Sizes and offset, with those beyond 4 GB taken from the extra field 0x0001."""
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<2H", extra, at)
        if tag == 1:
            wide = extra[at + 4 : at + 4 + length]
            numbers = iter(struct.unpack(f"<{len(wide) // 8}Q", wide[: len(wide) // 8 * 8]))
            size = next(numbers, size) if size == _NOT_HERE else size
            packed = next(numbers, packed) if packed == _NOT_HERE else packed
            header = next(numbers, header) if header == _NOT_HERE else header
            break
        at += 4 + length
    return size, packed, header


def _clashes(members: list[Member]) -> Iterator[Flaw]:
    seen: set[str] = set()
    for member in members:
        if member.name in seen:
            yield Flaw("zip-twice", {"member": member.name})
            return
        seen.add(member.name)


def data_start(window: Window, member: Member) -> int:
    """Where the bytes of `member` begin; raises Broken where its own header is damaged or names another file."""
    head = window.read(member.header, _LOCAL.size)
    # GPT-SoVITS writes the version of the model over the first two bytes of the archive
    if head[2:4] != b"\x03\x04" or (head[:2] != b"PK" and member.header != 0):
        raise Broken("zip-member", at=member.header, member=member.name)
    name_length, extra_length = struct.unpack_from("<2H", head, 26)
    name = window.read(member.header + _LOCAL.size, name_length).decode("utf-8", "replace")
    if name != member.name:
        raise Broken("zip-names-differ", at=member.header, member=member.name, other=name)
    start: int = member.header + _LOCAL.size + name_length + extra_length
    if start + member.packed > window.size:
        raise Broken("cut", at=window.size, wanted=start + member.packed - window.size)
    return start


def read_member(window: Window, member: Member, most: int = LARGEST) -> bytes:
    """The first `most` bytes of `member`, unpacked; raises Broken where they cannot be had."""
    start = data_start(window, member)
    if member.method == 0:
        return window.read(start, min(member.packed, most))
    if member.method != 8:
        raise Broken("zip-method", at=member.header, member=member.name, method=member.method)
    try:
        return zlib.decompressobj(-15).decompress(window.read(start, min(member.packed, most)), most)
    except zlib.error:
        raise Broken("zip-member", at=start, member=member.name) from None


def check_member(window: Window, member: Member, advance: Advance) -> None:
    """Read `member` to its end and compare its checksum; raises Broken where it differs."""
    at = data_start(window, member)
    end = at + member.packed
    inflate = zlib.decompressobj(-15) if member.method == 8 else None
    crc = length = 0
    while at < end and length <= member.size:
        data = window.read(at, min(_STEP, end - at))
        at += len(data)
        advance(len(data))
        try:
            for plain in _plain(inflate, data):
                crc = zlib.crc32(plain, crc)
                length += len(plain)
        except zlib.error:
            raise Broken("zip-member", at=at, member=member.name) from None
    if crc != member.crc or length != member.size:
        raise Broken("zip-crc", at=member.header, member=member.name)


def _plain(inflate: zlib._Decompress | None, data: bytes) -> Iterator[bytes]:
    """`data` unpacked in pieces of bounded size."""
    if inflate is None:
        yield data
        return
    while data:
        yield inflate.decompress(data, _STEP)
        data = inflate.unconsumed_tail
