"""The output of a program while it runs: the newest lines, as a terminal would leave them."""

from __future__ import annotations

import threading
from collections import deque

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import RichLog, Static

from voicelog.ingest.decode import decode
from voicelog.parse.cleaning import clean
from voicelog_tui.session import say

_KEPT = 2_000
"""Lines that can be scrolled back to; the record has all."""
_AT_ONCE = 200
"""Lines that are shown at one look."""
_EVERY = 0.1


class Output(Vertical):
    """Takes output from any thread at any speed; what comes too fast to be read is left out and counted."""

    DEFAULT_CSS = """
    Output { height: 1fr; }
    Output RichLog, Output RichLog:focus {
        height: 1fr; overflow-x: hidden; scrollbar-gutter: stable;
        background: $background; background-tint: $background 0%;
    }
    Output Static { height: 1; color: $muted; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._lines: deque[bytes] = deque(maxlen=_AT_ONCE)
        self._came = 0
        self._open = b""
        """What came after the last line end: a prompt, or a progress bar."""

    def compose(self) -> ComposeResult:
        yield RichLog(max_lines=_KEPT, min_width=1, wrap=True, markup=False, highlight=False)
        yield Static("", markup=False)

    def on_mount(self) -> None:
        self.set_interval(_EVERY, self.show_new)

    def write(self, data: bytes) -> None:
        """Some output, from any thread."""
        with self._lock:
            *lines, rest = (self._open + data).split(b"\n")
            self._lines.extend(lines)
            self._came += len(lines)
            self._open = rest[-4096:]

    def show_new(self) -> None:
        """Show what has come since the last look."""
        with self._lock:
            lines, came, rest = list(self._lines), self._came, self._open
            self._lines.clear()
            self._came = 0
        log = self.query_one(RichLog)
        if left_out := came - len(lines):
            log.write(Text(say(self, "rerun-left-out", count=left_out), style="dim"))
        if lines:
            text, _ = decode(b"\n".join(lines))
            log.write(Text("\n".join(clean(line)[-1] for line in text.split("\n"))))
        shown = clean(decode(rest)[0])[-1] if rest.strip() else ""
        self.query_one(Static).update(Content(shown))

    def show_end(self) -> None:
        """Show all that came, and its end."""
        self.show_new()
        self.call_after_refresh(self.query_one(RichLog).scroll_end, animate=False)
