"""What is piped in: read as it comes by a thread of its own, so that a pipe that stays open keeps nobody waiting."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator

from voicelog.errors import VoicelogError
from voicelog.ingest.source import as_utf8, check_is_log
from voicelog.ingest.stream import packing, unpacked
from voicelog_tui.document.opening import HEAD, Opened, Spool

_PATIENCE = 0.1
"""Seconds after which a reader that waits for news looks up."""


class Pipe:
    """A stream that is kept in a temporary file while it is shown."""

    def __init__(self, name: str, source: io.BufferedReader) -> None:
        self.name = name
        self.ended = False
        self.error: Exception | None = None
        """Why it could not be read, or kept, to its end."""
        self._source = source
        self._spool = Spool()
        self._begun = threading.Event()
        self._news = threading.Event()
        threading.Thread(target=self._work, name="voicelog-pipe", daemon=True).start()

    def _work(self) -> None:
        try:
            self._read()
        except (OSError, ValueError, VoicelogError) as error:
            self.error = error
        self.ended = True
        self._begun.set()
        self._news.set()

    def _read(self) -> None:
        read: Callable[[int], bytes] = self._source.read1
        if packing(self._source.peek(8)):
            streams = unpacked(self.name, self._source)
            read = next(streams).read
        head = read(HEAD)
        check_is_log(self.name, head)
        data, read = as_utf8(head, read)
        while data:
            self._spool.add(data)
            self._begun.set()
            self._news.set()
            data = read(HEAD)

    def wait(self, seconds: float) -> None:
        """Wait so long for its beginning; raises InputError where that shows that it is no log."""
        self._begun.wait(seconds)
        if isinstance(self.error, VoicelogError):
            raise self.error

    def opened(self) -> Opened:
        """The document that grows."""
        return Opened(self.name, self._spool.document, self._rest())

    def _rest(self) -> Iterator[None]:
        while not self.ended:
            self._news.wait(_PATIENCE)
            self._news.clear()
            yield
        self._spool.document.complete = True
        if self.error is not None:
            raise self.error
