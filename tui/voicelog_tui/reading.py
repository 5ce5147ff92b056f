"""Reads a log to its end and explains it, in a worker: tells what happens, touches nothing that is shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from voicelog.errors import VoicelogError
from voicelog.signatures.base import KnowledgeBase
from voicelog_tui.document.document import Document
from voicelog_tui.logs import OpenLog, explain
from voicelog_tui.session import Stopped

News = Literal["grew", "base", "progress", "failure", "done"]
"""More lines are known; the base is being opened; bytes were analyzed; a failure of a growing log was explained;
nothing more comes."""
Tell = Callable[[OpenLog, News, int], None]
"""Takes the log, what is new, and how much of it is done, in percent."""

_EVERY = 0.1
"""Seconds between two news of the same kind."""
_FOLLOWED_AFTER = 1.0
"""Seconds after which a pipe that is still open is followed, and its failures are explained as they come."""
_PART = 2**20


class Reading:
    """One go at one log."""

    def __init__(
        self, log: OpenLog, base: Callable[[], KnowledgeBase], tell: Tell, is_stopped: Callable[[], bool]
    ) -> None:
        self._log = log
        self._base = base
        self._tell = tell
        self._is_stopped = is_stopped
        self._told = 0.0

    def run(self) -> None:
        """Read and explain; the log's state says how it ended."""
        log = self._log
        with log.lock:
            if log.state == "explained":
                return
            log.state = "reading"
            try:
                document = log.open()
                if log.pipe is None:
                    self._count(document)
                else:
                    self._follow(document)
                self._tell(log, "base", 0)
                base = self._base()
                report, log.folds = explain(log, base, lambda at: self._progress("progress", at, document.index.size))
                log.reports = [report]
                log.state = "explained"
            except Stopped:
                log.state = "stopped"
            except (VoicelogError, OSError) as error:
                log.state, log.error = "failed", str(error)
            self._tell(log, "done", 100)

    def _count(self, document: Document) -> None:
        if self._log.opened is not None:
            for _ in self._log.opened.rest:
                self._progress("grew", document.index.size, document.total)

    def _follow(self, document: Document) -> None:
        """Wait for the end of what is piped in; explain what fails before it."""
        if self._log.opened is None:
            return
        from voicelog.following import Follower

        start = time.monotonic()
        follower: Follower | None = None
        fed = 0
        for _ in self._log.opened.rest:
            self._progress("grew", document.index.size, 0)
            if follower is None:
                if time.monotonic() - start < _FOLLOWED_AFTER:
                    continue
                follower = Follower(self._log.name, self._base())
            data = document.read_at(fed, min(_PART, document.index.size - fed))
            fed += len(data)
            for report in follower.feed(data) if data else follower.rest():
                self._log.reports.append(report)
                self._tell(self._log, "failure", 0)

    def _progress(self, news: News, at: int, total: int) -> None:
        if self._is_stopped():
            raise Stopped
        now = time.monotonic()
        if now - self._told >= _EVERY:
            self._told = now
            self._tell(self._log, news, 100 * at // total if total else 0)
