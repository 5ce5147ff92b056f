"""Streams of bytes to decoded sources, and what is no log refused."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator

from voicelog.errors import InputError
from voicelog.ingest.decode import decode, wide_encoding
from voicelog.ingest.stream import open_streams
from voicelog.model import Source

LIMIT = 256 * 2**20
"""Bytes that are decoded of one log as a whole."""

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
_SAMPLE = 65536


def read(name: str) -> Iterator[Source]:
    """Whole sources of one command-line argument, for logs that fit into memory.

    Raises InputError where it cannot be read, is no log or is larger than LIMIT.
    """
    for stream in open_streams(name):
        data = stream.read(LIMIT + 1)
        if len(data) > LIMIT:
            hint = "give its end alone, with `tail -c 100M`"
            raise InputError("too-large", f"is larger than {LIMIT // 2**20} MB", where=stream.name, hint=hint)
        yield source(stream.name, data)


def source(name: str, data: bytes) -> Source:
    """`data` as a log; raises InputError for something that is none."""
    check_is_log(name, data)
    text, encoding = decode(data)
    return Source(name, text, encoding)


def check_is_log(name: str, data: bytes) -> None:
    """Raise InputError where `data`, or what it is the beginning of, is no log."""
    for magic, kind in _FOREIGN:
        if data.startswith(magic):
            raise InputError("not-a-log", f"is {kind}, not a log", where=name, hint="give the text that was printed")
    if _is_binary(decode(data[:_SAMPLE])[0]):
        raise InputError("binary", "is binary, not a log", where=name, hint="give the text that was printed")


def _is_binary(sample: str) -> bool:
    odd = sum(1 for char in sample if char < " " and char not in "\t\n\r\x1b\x08\x0c\x07\0")
    lost, nuls = sample.count("\ufffd"), sample.count("\0")
    return odd > 0.1 * len(sample) or (nuls > 0 and nuls + odd + lost > 0.3 * len(sample))


def as_utf8(head: bytes, read: Callable[[int], bytes]) -> tuple[bytes, Callable[[int], bytes]]:
    """A log that begins with `head`, in a form in which lines end with one byte: UTF-16 and UTF-32 become UTF-8."""
    encoding = wide_encoding(head)
    if not encoding:
        return head, read
    decoder = codecs.getincrementaldecoder(encoding)("replace")

    def read_utf8(size: int) -> bytes:
        while data := read(size):
            if text := decoder.decode(data):
                return text.encode("utf-8", "replace")
        return decoder.decode(b"", True).encode("utf-8", "replace")

    return decoder.decode(head).encode("utf-8", "replace"), read_utf8
