"""What a run held over its time, drawn."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Sparkline

from voicelog.runner.curves import Curve
from voicelog_tui.widgets.flow import Flow, Paragraph, flow


class CurveChart(Vertical):
    """A curve from nothing to its peak, with what it is above and its time below."""

    DEFAULT_CSS = """
    CurveChart { height: auto; margin-top: 1; }
    CurveChart Sparkline { height: 4; width: 1fr; }
    CurveChart Sparkline > .sparkline--max-color { color: $primary; }
    CurveChart Sparkline > .sparkline--min-color { color: $primary; }
    CurveChart.-full Sparkline > .sparkline--max-color { color: $error; }
    """
    _FULL = 0.9
    """Share of the limit from which the peak is drawn as a danger."""

    def __init__(self, curve: Curve, title: Callable[[], str], axis: Callable[[], str]) -> None:
        super().__init__(classes="-full" if curve.limit and curve.highest >= self._FULL * curve.limit else "")
        self._curve = curve
        self._title = title
        self._axis = axis

    def compose(self) -> ComposeResult:
        yield flow(lambda: [Paragraph(self._title())])
        yield Sparkline()
        yield flow(lambda: [Paragraph(self._axis(), "$muted")])

    def on_resize(self, event: events.Resize) -> None:
        self.query_one(Sparkline).data = self._curve.points(event.size.width)

    def say_again(self) -> None:
        """Its texts in the language that is chosen now."""
        for one in self.query(Flow):
            one.lay_again()
