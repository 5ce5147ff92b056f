"""Searching the log: as words are typed, in a worker, over the bytes."""

from __future__ import annotations

import time
from functools import partial

from textual.message import Message
from textual.worker import get_current_worker

from voicelog_tui.document.document import Document
from voicelog_tui.document.search import Matches, search
from voicelog_tui.place import Place
from voicelog_tui.widgets.log_view import LogView
from voicelog_tui.widgets.search_bar import SearchBar

_PAUSE = 0.06
"""Seconds that a worker waits for the next letter before it reads anything."""
_EVERY = 0.1


class Searched(Message):
    """A worker found more, or has come to the end."""

    def __init__(self, matches: Matches) -> None:
        super().__init__()
        self.matches = matches


class LogSearch(Place):
    """What a place with a log can do about words in it."""

    matches: Matches | None = None
    _from = 0
    """The line from which the words were searched: the reader's, when the search was opened."""

    def action_search(self) -> None:
        """Ask for the words."""
        self._from = self.query_one(LogView).cursor
        self.query_one(SearchBar).open()

    def action_end_search(self) -> None:
        self.query_one(SearchBar).action_end()

    def end_search(self) -> None:
        """Forget the words."""
        bar = self.query_one(SearchBar)
        if bar.is_open:
            bar.action_end()

    def on_search_bar_changed(self, event: SearchBar.Changed) -> None:
        view = self.query_one(LogView)
        view.find(event.words)
        self.workers.cancel_group(self, "search")
        if not event.words or view.document is None:
            self.matches = None
            self.query_one(SearchBar).tell("")
        else:
            self.matches = Matches(event.words)
            work = partial(self._search, view.document, self.matches)
            self.run_worker(work, name="search", group="search", thread=True, exclusive=True)
        self.refresh_bindings()

    def _search(self, document: Document, matches: Matches) -> None:
        worker = get_current_worker()
        time.sleep(_PAUSE)
        told = 0.0
        for _ in search(document, matches):
            if worker.is_cancelled:
                return
            if time.monotonic() - told > _EVERY:
                told = time.monotonic()
                self.post_message(Searched(matches))
        self.post_message(Searched(matches))

    def on_searched(self, event: Searched) -> None:
        if event.matches is not self.matches:
            return
        matches, view = event.matches, self.query_one(LogView)
        if matches.lines and not matches.number_of(view.cursor):
            first = matches.following(self._from - 1)
            if first is not None and (first >= self._from or matches.complete):
                view.jump(first)
        self._count()

    def _count(self) -> None:
        """How many were found, and which of them is shown."""
        matches, view = self.matches, self.query_one(LogView)
        if matches is None or view.document is None:
            return
        found = f"{len(matches.lines):,}"
        if not matches.complete:
            percent = 100 * matches.searched // max(1, view.document.index.size)
            text = self.say("search-going", count=found, percent=percent)
        elif not matches.lines:
            text = self.say("search-none")
        else:
            found = self.say("search-more", count=found) if matches.is_full else found
            number = matches.number_of(view.cursor)
            text = self.say("search-count", number=number, count=found) if number else found
        self.query_one(SearchBar).tell(text)

    def on_search_bar_onward(self) -> None:
        """Enter leaves the words standing, and the keys to the log."""
        self.query_one(LogView).focus()
        if self.matches is not None and self.matches.number_of(self.query_one(LogView).cursor):
            self._count()
        else:
            self.action_match(1)

    def action_match(self, by: int) -> None:
        """To the next line with the words, or to the one before."""
        view = self.query_one(LogView)
        if self.matches is None:
            return
        line = self.matches.following(view.cursor) if by > 0 else self.matches.preceding(view.cursor)
        if line is not None:
            view.jump(line)
        self._count()

    def on_search_bar_ended(self) -> None:
        self.workers.cancel_group(self, "search")
        self.matches = None
        view = self.query_one(LogView)
        view.find("")
        view.focus()
        self.refresh_bindings()
