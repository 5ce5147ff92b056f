"""The output of a run on disk: compressed, whole to the last second whatever happens, bounded in size.

The beginning is kept in one file and the end in a row of further ones; what lies between is let go. Every second's
output is a compressed frame of its own, so a file that breaks off loses its last frame and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import deque
from pathlib import Path

SEGMENT = 4 * 2**20
"""Bytes of output in one file, before compression."""
_TAIL_SEGMENTS = 3
_MOST_PENDING = SEGMENT * _TAIL_SEGMENTS
"""Output that waits for the disk; more than the tail keeps would be let go anyway."""
_EVERY = 1.0
GAP = b"\n[voicelog: output left out here]\n"


class LogWriter:
    """Takes output from any thread at any speed and never makes it wait for the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pending: deque[bytes] = deque()
        self._size = 0
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._wake = threading.Event()
        self._closing = False
        self._number = 0
        self._used = 0
        self._gap = False
        self.complete = True
        self.last_output = time.monotonic()
        self.total = 0
        self._thread = threading.Thread(target=self._work, name="voicelog-log", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        with self._lock:
            self._pending.append(data)
            self._size += len(data)
            self.total += len(data)
            while self._size > _MOST_PENDING and self._number > 0 and len(self._pending) > 1:
                self._size -= len(self._pending.popleft())
                self._gap = True
        self.last_output = time.monotonic()
        if self._size > SEGMENT:
            self._wake.set()

    def close(self) -> None:
        """Write what is left; afterwards the log is on disk."""
        self._closing = True
        self._wake.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._closing:
            self._wake.wait(_EVERY)
            self._wake.clear()
            self.flush()
        self.flush()

    def flush(self) -> None:
        """Put what is pending on disk now."""
        with self._writing:
            self._flush()

    def _flush(self) -> None:
        with self._lock:
            data, gap = b"".join(self._pending), self._gap
            self._pending.clear()
            self._size, self._gap = 0, False
        if gap:
            self.complete = False
            self._next_segment()
            data = GAP + data
        while data:
            room = SEGMENT - self._used
            if room <= 0:
                self._next_segment()
                continue
            if not self._append(data[:room]):
                self.complete = False
                return
            self._used += len(data[:room])
            data = data[room:]

    def _next_segment(self) -> None:
        self._number += 1
        self._used = 0
        old = self._number - _TAIL_SEGMENTS
        if old > 0:
            self.complete = False
            with contextlib.suppress(OSError):
                _segment(self._folder, old).unlink()

    def _append(self, data: bytes) -> bool:
        """One frame, whole or not at all; False where the disk takes no more."""
        import zstandard

        frame = zstandard.ZstdCompressor(level=1, write_checksum=True).compress(data)
        try:
            with _segment(self._folder, self._number).open("ab", buffering=0) as stream:
                before = stream.seek(0, os.SEEK_END)
                try:
                    written = stream.write(frame)
                    if written != len(frame):
                        raise OSError
                    os.fsync(stream.fileno())
                except OSError:
                    stream.truncate(before)
                    raise
        except OSError:
            return False
        return True


def _segment(folder: Path, number: int) -> Path:
    return folder / f"output-{number:06}.zst"


def read_log(folder: Path) -> bytes:
    """The kept output of a run, as far as it is readable."""
    parts: list[bytes] = []
    expected = 0
    for path in sorted(folder.glob("output-*.zst")):
        number = int(path.stem.split("-")[1])
        if number != expected and parts:
            parts.append(GAP)
        expected = number + 1
        with contextlib.suppress(OSError):
            parts.append(_decompress(path.read_bytes()))
    return b"".join(parts)


def _decompress(data: bytes) -> bytes:
    import zstandard

    plain: list[bytes] = []
    with contextlib.suppress(zstandard.ZstdError):
        while data:
            frame = zstandard.ZstdDecompressor().decompressobj()
            found = frame.decompress(data)
            if not frame.eof:  # cut off while it was written: nothing in it has a checksum to trust
                break
            plain.append(found)
            data = frame.unused_data
    return b"".join(plain)
