"""One stream of output from the program to where it was going, and by whole lines to everyone who listens.

What two streams print at the same time is mixed by lines, never within one: a line in two pieces explains nothing.
"""

from __future__ import annotations

import errno
import os
import select
import threading

from voicelog.runner.streams import Listener

_PIECE = 2**16
_QUIET = 0.2
"""Seconds without output after the program's end from which no more is expected, though somebody holds the pipe."""


class Relay(threading.Thread):
    """Copies `source` to `target` byte for byte until it ends, or is quiet after the program has ended."""

    def __init__(self, source: int, target: int | None, listener: Listener, ended: threading.Event) -> None:
        super().__init__(name="voicelog-relay", daemon=True)
        os.set_blocking(source, False)
        self._source = source
        self._target = target
        self._listener = listener
        self._ended = ended
        self._begun = b""
        """A line of which the end has not come."""
        self._poll = select.poll()
        self._poll.register(source, select.POLLIN)

    def run(self) -> None:
        try:
            while self._copy():
                pass
        finally:
            self._tell(b"", everything=True)
            os.close(self._source)

    def _copy(self) -> bool:
        if not self._poll.poll(int(_QUIET * 1000)):
            self._tell(b"", everything=True)
            return not self._ended.is_set()
        data, more = self._read()
        if data:
            self._tell(data)
            more = self._pass_on(data) and more
        return more

    def _tell(self, data: bytes, *, everything: bool = False) -> None:
        """Tell the listener all lines that are whole; the rest, too, where nothing more comes or it is long."""
        told = self._begun + data
        end = len(told) if everything or len(told) >= _PIECE else max(told.rfind(b"\n"), told.rfind(b"\r")) + 1
        self._begun = told[end:]
        if end:
            self._listener(told[:end])

    def _read(self) -> tuple[bytes, bool]:
        """What is there, and whether more may come; a terminal hands out four kilobytes at a time."""
        pieces: list[bytes] = []
        size = 0
        while size < _PIECE:
            try:
                piece = os.read(self._source, _PIECE)
            except BlockingIOError:
                break
            except OSError:  # a pseudo-terminal ends with EIO
                piece = b""
            if not piece:
                return b"".join(pieces), False
            pieces.append(piece)
            size += len(piece)
        return b"".join(pieces), True

    def _pass_on(self, data: bytes) -> bool:
        """False where nothing more can be passed on and the program is to feel that, as it would have without us."""
        view = memoryview(data)
        while view and self._target is not None:
            try:
                view = view[os.write(self._target, view) :]
            except BlockingIOError:
                select.select([], [self._target], [])
            except OSError as error:
                if error.errno != errno.EIO:
                    return False
                self._target = None  # a terminal that was closed: the record goes on
        return True
