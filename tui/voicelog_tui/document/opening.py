"""Logs of every kind as documents: plain files where they lie, everything else unpacked into a temporary file."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from voicelog.ingest.decode import wide_encoding
from voicelog.ingest.source import as_utf8, check_is_log
from voicelog.ingest.stream import Stream, open_streams, packing
from voicelog_tui.document.document import Document

HEAD = 64 * 1024
"""Bytes that are read before anything is shown."""
_BLOCK = 2**20


class Opened(NamedTuple):
    """A document whose beginning can be shown, and what reads the rest of it."""

    name: str
    document: Document
    rest: Iterator[None]
    """Each step counts one more block; ends when the document is complete. Raises InputError."""


def open_logs(name: str) -> Iterator[Opened]:
    """The log of a path, or each member of an archive; one is to be read to its end before the next is asked for.

    Raises InputError where it cannot be read or is no log.
    """
    for stream in open_streams(name):
        head = stream.read(HEAD)
        check_is_log(stream.name, head)
        if _is_plain(name, head):
            yield _in_place(Path(name), stream, head)
        else:
            yield spooled(stream.name, head, stream.read)


def _is_plain(name: str, head: bytes) -> bool:
    """Whether the bytes of a file are the lines themselves."""
    with Path(name).open("rb") as file:
        return not packing(file.read(8)) and not wide_encoding(head)


def _in_place(path: Path, stream: Stream, head: bytes) -> Opened:
    document = Document(path.open("rb"))
    document.total = path.stat().st_size
    document.index.extend(head)
    return Opened(stream.name, document, _counted(document, stream.read))


def _counted(document: Document, read: Callable[[int], bytes]) -> Iterator[None]:
    while data := read(_BLOCK):
        document.index.extend(data)
        yield
    document.complete = True


def spooled(name: str, head: bytes, read: Callable[[int], bytes]) -> Opened:
    """A stream that begins with `head`, written into a temporary file that goes with the process."""
    spool = Spool()
    first, read_utf8 = as_utf8(head, read)
    spool.add(first)
    return Opened(name, spool.document, _spooled(spool, read_utf8))


def _spooled(spool: Spool, read: Callable[[int], bytes]) -> Iterator[None]:
    while data := read(_BLOCK):
        spool.add(data)
        yield
    spool.document.complete = True


class Spool:
    """A document in a temporary file, to which bytes are added as they come."""

    def __init__(self) -> None:
        self._file = cast(BinaryIO, tempfile.TemporaryFile(prefix="voicelog-"))  # noqa: SIM115
        self.document = Document(self._file)

    def add(self, data: bytes) -> None:
        """The next bytes of the log; raises OSError where the disk takes no more."""
        with self.document.writing() as file:
            file.seek(0, io.SEEK_END)
            file.write(data)
        self.document.index.extend(data)
