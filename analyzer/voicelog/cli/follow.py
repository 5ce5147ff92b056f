"""`voicelog analyze --follow`: explain failures while the program that prints them goes on."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from voicelog.errors import InputError
from voicelog.following import Follower
from voicelog.model import Report
from voicelog.signatures.base import KnowledgeBase

_PAUSE = 0.15
"""Seconds between two looks at a file, and after which a pipe counts as quiet."""
_STEP = 256 * 1024

_RETRIES = 2
_RENAME_NEEDS_CLOSED = os.name == "nt"
"""Windows does not let a program rename a log that somebody holds open."""

QUIET = b""
"""Nothing new for a moment."""


def follow(name: str, base: KnowledgeBase) -> Iterator[Report]:
    """Reports of a file, or of standard input, as it grows; ends with the input, or never.

    Raises InputError where the file cannot be read.
    """
    follower = Follower("<stdin>" if name == "-" else name, base)
    for data in _pipe() if name == "-" else _file(Path(name)):
        yield from follower.feed(data) if data else follower.rest()
    yield from follower.end()


def _pipe() -> Iterator[bytes]:
    """What comes through standard input, QUIET where nothing came for a moment."""
    import queue
    import threading

    arrived: queue.Queue[bytes | None] = queue.Queue(maxsize=64)

    def read() -> None:
        descriptor = sys.stdin.fileno()
        while data := os.read(descriptor, _STEP):
            arrived.put(data)
        arrived.put(None)

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            data = arrived.get(timeout=_PAUSE)
        except queue.Empty:
            yield QUIET
            continue
        if data is None:
            return
        yield data


def _file(path: Path) -> Iterator[bytes]:
    """What a file holds and what is written to it, over truncation and rotation."""
    stream = _open(path)
    try:
        while True:
            while data := stream.read(_STEP):
                yield data
            yield QUIET
            position, identity = stream.tell(), _identity(os.fstat(stream.fileno()))
            if _RENAME_NEEDS_CLOSED:
                stream.close()
            time.sleep(_PAUSE)
            now = _look(path)
            if now is not None and _identity(now) != identity:
                while not stream.closed and (data := stream.read(_STEP)):
                    yield data
                stream.close()
                position = 0
            elif now is not None and now.st_size < position:
                position = 0
            if stream.closed:
                stream = _open(path)
            stream.seek(position)
    finally:
        stream.close()


def _open(path: Path) -> BinaryIO:
    """The file, awaited for a moment where a rotation has just taken the name away."""
    for patience in range(_RETRIES, -1, -1):
        try:
            if path.is_dir():
                raise InputError("is-a-folder", "is a folder", where=str(path), hint="name a log file in it")
            return path.open("rb", buffering=0)
        except OSError as error:
            if not patience or isinstance(error, PermissionError):
                reason = error.strerror or str(error)
                raise InputError("unreadable", f"cannot be read: {reason}", where=str(path), hint="check it") from None
            time.sleep(_PAUSE)
    raise AssertionError


def _look(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_ino, status.st_dev
