"""Paths, standard input and archives to streams of plain bytes, whatever their size."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from voicelog.errors import InputError

_STEP = 64 * 1024
_ZSTD_STEP = 4096
"""Bytes decompressed at once: the most that a bomb can add before it is noticed is a few thousand times as much."""

_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
)
_LONGEST_MAGIC = 6


class Stream(NamedTuple):
    """One log as bytes: `read(n)` gives n of them, fewer only at its end; it raises InputError."""

    name: str
    read: Callable[[int], bytes]


def open_streams(name: str) -> Iterator[Stream]:
    """Streams of one command-line argument: `-` is standard input, a zip holds several logs.

    A stream is good until the next one is asked for. Raises InputError where it cannot be read.
    """
    if name == "-":
        yield from unpacked("<stdin>", sys.stdin.buffer)
        return
    try:
        path = Path(name)
        if path.is_dir():
            raise IsADirectoryError
        with path.open("rb") as file:
            yield from unpacked(name, file)
    except FileNotFoundError:
        raise InputError("no-such-file", "no such file", where=name, hint="check the path and its spelling") from None
    except IsADirectoryError:
        raise InputError("is-a-folder", "is a folder", where=name, hint="name the log files in it") from None
    except PermissionError:
        raise InputError("no-permission", "may not be read", where=name, hint="check its permissions") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError("unreadable", f"cannot be read: {reason}", where=name, hint="copy it elsewhere") from error


def packing(head: bytes) -> str:
    """How a file that begins with `head` is packed; nothing where it is not."""
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")


def unpacked(name: str, file: BinaryIO) -> Iterator[Stream]:
    """The streams that an open file holds: itself, what it is packed from, or the members of an archive."""
    head = _read_all(file, _LONGEST_MAGIC)
    kind = packing(head)
    rest = _put_back(head, file)
    if kind == "zip":
        yield from _unzipped(name, file if file.seekable() else io.BytesIO(rest.read()))
    elif kind:
        yield Stream(name, _guarded(name, kind, _decompressed(kind, rest)))
    else:
        yield Stream(name, lambda size: _read_all(rest, size))


def _put_back(head: bytes, file: BinaryIO) -> BinaryIO:
    """`file` as it was before `head` was read from it."""
    if file.seekable():
        file.seek(-len(head), io.SEEK_CUR)
        return file
    return io.BufferedReader(_Joined(head, file), _STEP)


class _Joined(io.RawIOBase):
    """What was read ahead of a file, then the file."""

    def __init__(self, head: bytes, file: BinaryIO) -> None:
        self._head = head
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._head[: len(buffer)] or _read_some(self._file, len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


def _read_some(file: BinaryIO, size: int) -> bytes:
    """What there is of `size` bytes, without waiting for the rest where the file allows that."""
    return file.read1(size) if isinstance(file, io.BufferedReader) else file.read(size)


def _read_all(file: BinaryIO, size: int) -> bytes:
    """`size` bytes, fewer only at the end: a pipe gives what it has."""
    data = file.read(size)
    while 0 < len(data) < size and (more := file.read(size - len(data))):
        data += more
    return data


def _decompressed(kind: str, file: BinaryIO) -> BinaryIO:
    import bz2
    import gzip
    import lzma

    if kind == "zstd":
        return io.BufferedReader(_Zstandard(file), _STEP)
    openers: dict[str, Callable[[], Any]] = {
        "gzip": lambda: gzip.GzipFile(fileobj=file),
        "bzip2": lambda: bz2.BZ2File(file),
        "xz": lambda: lzma.LZMAFile(file),  # noqa: SIM115 - closed with the file
    }
    stream: BinaryIO = openers[kind]()
    return stream


class _Zstandard(io.RawIOBase):
    """Frames of zstd as one file; unlike the library's reader it tells when the last one is cut off."""

    def __init__(self, file: BinaryIO) -> None:
        import zstandard

        self._new_frame: Callable[[], Any] = lambda: zstandard.ZstdDecompressor().decompressobj()
        self._file = file
        self._frame: Any = None
        self._plain = b""
        self._packed = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._plain:
            self._packed = self._packed or self._file.read(_ZSTD_STEP)
            if not self._packed:
                if self._frame is not None:
                    raise EOFError("it ends too early")
                return 0
            self._frame = self._frame or self._new_frame()
            self._plain = self._frame.decompress(self._packed)
            self._packed = self._frame.unused_data if self._frame.eof else b""
            self._frame = None if self._frame.eof else self._frame
        size = min(len(buffer), len(self._plain))
        buffer[:size] = self._plain[:size]
        self._plain = self._plain[size:]
        return size


def _guarded(name: str, kind: str, file: BinaryIO) -> Callable[[int], bytes]:
    """`read` of a decompressor, its complaints in one form."""
    import lzma
    import zlib

    broken: tuple[type[Exception], ...] = (OSError, EOFError, RuntimeError, lzma.LZMAError, zlib.error)
    if kind == "zstd":
        import zstandard

        broken = (*broken, zstandard.ZstdError)

    def read(size: int) -> bytes:
        try:
            return _read_all(file, size)
        except broken as error:
            raise _damaged(name, kind, error) from error

    return read


def _unzipped(name: str, file: BinaryIO) -> Iterator[Stream]:
    import zipfile

    try:
        with zipfile.ZipFile(file) as archive:
            members = [item for item in archive.infolist() if not item.is_dir()]
            if not members:
                raise InputError("empty-archive", "the archive holds no file", where=name, hint="add the log to it")
            for item in members:
                with archive.open(item) as member:
                    yield Stream(f"{name}!{item.filename}", _guarded_member(name, member))
    except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError) as error:
        raise _damaged(name, "zip", error) from error


def _guarded_member(name: str, member: Any) -> Callable[[int], bytes]:
    import zipfile

    read = _guarded(name, "zip", member)

    def read_member(size: int) -> bytes:
        try:
            return read(size)
        except zipfile.BadZipFile as error:
            raise _damaged(name, "zip", error) from error

    return read_member


def _damaged(name: str, kind: str, error: Exception) -> InputError:
    return InputError(
        "damaged-archive", f"the {kind} data is damaged ({error})", where=name, hint="compress or copy the log again"
    )
