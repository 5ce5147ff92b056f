"""Paths, standard input and archives to decoded sources."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from voicelog.errors import InputError
from voicelog.ingest.decode import decode
from voicelog.model import Source

LIMIT = 256 * 2**20
"""Bytes read of one log, after decompression: what a bomb can cost."""

_ZSTD_STEP = 4096
"""Bytes decompressed at once: the most that a bomb can add before it is noticed is a few thousand times as much."""

_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
)
_FOREIGN = (
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a Windows program"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "an audio file"),
    (b"fLaC", "an audio file"),
    (b"ID3", "an audio file"),
    (b"OggS", "an audio file"),
    (b"GGUF", "a model file"),
    (b"%PDF", "a PDF"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "a database"),
)


def read(name: str) -> Iterator[Source]:
    """Sources of one command-line argument: `-` is standard input, a zip holds several logs.

    Raises InputError where it cannot be read.
    """
    if name == "-":
        yield from _sources("<stdin>", sys.stdin.buffer.read(LIMIT + 1))
        return
    path = Path(name)
    try:
        data = _read_file(path)
    except FileNotFoundError:
        raise InputError("no-such-file", "no such file", where=name, hint="check the path and its spelling") from None
    except IsADirectoryError:
        raise InputError("is-a-folder", "is a folder", where=name, hint="name the log files in it") from None
    except PermissionError:
        raise InputError("no-permission", "may not be read", where=name, hint="check its permissions") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError("unreadable", f"cannot be read: {reason}", where=name, hint="copy it elsewhere") from error
    yield from _sources(name, data)


def _read_file(path: Path) -> bytes:
    if path.is_dir():
        raise IsADirectoryError
    with path.open("rb") as stream:
        return stream.read(LIMIT + 1)


def _sources(name: str, data: bytes) -> Iterator[Source]:
    kind = next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
    if kind == "zip":
        yield from _unzip(name, data)
        return
    if kind:
        data = _decompress(name, kind, data)
    yield source(name, data)


def source(name: str, data: bytes) -> Source:
    """`data` as a log; raises InputError for something that is none."""
    if len(data) > LIMIT:
        raise InputError(
            "too-large",
            f"is larger than {LIMIT // 2**20} MB",
            where=name,
            hint="give its end alone, with `tail -c 100M`",
        )
    for magic, kind in _FOREIGN:
        if data.startswith(magic):
            raise InputError("not-a-log", f"is {kind}, not a log", where=name, hint="give the text that was printed")
    text, encoding = decode(data)
    if _is_binary(text):
        raise InputError("binary", "is binary, not a log", where=name, hint="give the text that was printed")
    return Source(name, text, encoding)


def _is_binary(text: str) -> bool:
    sample = text[:65536]
    odd = sum(1 for char in sample if char < " " and char not in "\t\n\r\x1b\x08\x0c\x07\0")
    lost, nuls = sample.count("\ufffd"), sample.count("\0")
    return odd > 0.1 * len(sample) or (nuls > 0 and nuls + odd + lost > 0.3 * len(sample))


def _decompress(name: str, kind: str, data: bytes) -> bytes:
    if kind == "zstd":
        return _decompress_zstd(name, data)
    import bz2
    import gzip
    import lzma
    import zlib

    packed = io.BytesIO(data)
    stream: Any = {"gzip": gzip.GzipFile, "bzip2": bz2.BZ2File, "xz": lzma.LZMAFile}[kind]
    try:
        with stream(fileobj=packed) if kind == "gzip" else stream(packed) as plain:
            return bytes(plain.read(LIMIT + 1))
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise _damaged(name, kind, error) from error


def _decompress_zstd(name: str, data: bytes) -> bytes:
    import zstandard

    plain = bytearray()
    frame = None
    try:
        for start in range(0, len(data), _ZSTD_STEP):
            rest = data[start : start + _ZSTD_STEP]
            while rest and len(plain) <= LIMIT:
                frame = frame or zstandard.ZstdDecompressor().decompressobj()
                plain += frame.decompress(rest)
                rest = frame.unused_data if frame.eof else b""
                frame = None if frame.eof else frame
    except zstandard.ZstdError as error:
        raise _damaged(name, "zstd", error) from error
    if frame is not None and len(plain) <= LIMIT:
        raise _damaged(name, "zstd", EOFError("it ends too early"))
    return bytes(plain[: LIMIT + 1])


def _unzip(name: str, data: bytes) -> Iterator[Source]:
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [item for item in archive.infolist() if not item.is_dir()]
            if not members:
                raise InputError("empty-archive", "the archive holds no file", where=name, hint="add the log to it")
            for item in members:
                with archive.open(item) as stream:
                    content = stream.read(LIMIT + 1)
                yield source(f"{name}!{item.filename}", content)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise _damaged(name, "zip", error) from error


def _damaged(name: str, kind: str, error: Exception) -> InputError:
    return InputError(
        "damaged-archive", f"the {kind} data is damaged ({error})", where=name, hint="compress or copy the log again"
    )
