"""What stands above a log: its name, how long it is, which of the evidence is shown."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from voicelog.language import word as engine_word
from voicelog.render.width import cut, width
from voicelog_tui.logs import OpenLog
from voicelog_tui.session import say, session_of


class LogTitle(Widget):
    """One line."""

    DEFAULT_CSS = """
    LogTitle { height: 1; background: $panel; color: $foreground; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._left = ""
        self._right = ""

    def tell(self, log: OpenLog, line: int, evidence: Sequence[int], percent: int) -> None:
        """Say it anew."""
        count = f"{log.opened.document.count:,}" if log.opened else "0"
        if log.opened is None or log.opened.document.complete:
            length = say(self, "log-lines", count=count)
        elif log.pipe is not None:
            length = say(self, "log-waiting", count=count)
        else:
            length = say(self, "log-counting", count=count, percent=percent)
        self._left = f"{log.name.replace(chr(10), ' ')} · {length}"
        self._right = ""
        if evidence:
            at = bisect_right(evidence, line)
            name = engine_word("evidence", session_of(self).language)
            self._right = f"{name} {max(at, 1)}/{len(evidence)}" if line in evidence else f"{name} –/{len(evidence)}"
        self.refresh()

    def render(self) -> Content:
        room = self.size.width - 2
        left = cut(self._left, max(8, room - width(self._right) - 2))
        space = " " * max(1, room - width(left) - width(self._right))
        return Content.assemble(f" {left}{space}", (self._right, "$accent"), " ")
