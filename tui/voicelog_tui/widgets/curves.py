"""What a run held over its time, drawn."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Sparkline, Static

from voicelog.runner.curves import Curve
from voicelog.runner.symptoms import size
from voicelog_tui.session import say

_FULL = 0.9
"""Share of the limit from which a peak is drawn as a danger."""


class CurveChart(Vertical):
    """One curve, from nothing to its peak, with what it is above it."""

    DEFAULT_CSS = """
    CurveChart { height: auto; }
    CurveChart Static { height: auto; }
    CurveChart Sparkline { height: 4; width: 1fr; }
    CurveChart Sparkline > .sparkline--max-color, CurveChart Sparkline > .sparkline--min-color { color: $primary; }
    Screen.-narrow CurveChart Sparkline { height: 3; }
    CurveChart.-full Sparkline > .sparkline--max-color { color: $error; }
    """

    def __init__(self, curve: Curve) -> None:
        super().__init__(classes="-full" if curve.limit and curve.highest >= _FULL * curve.limit else "")
        self._curve = curve

    def compose(self) -> ComposeResult:
        yield Static(self._title(), markup=False)
        yield Sparkline()

    def _title(self) -> Content:
        curve = self._curve
        values = {"most": size(curve.highest), "limit": size(curve.limit), "seconds": f"{curve.times[-1]:.0f}"}
        name = "run-card" if curve.card else "run-memory"
        return Content(say(self, name, card=curve.card, **values))

    def on_resize(self, event: events.Resize) -> None:
        self.query_one(Sparkline).data = self._curve.points(event.size.width)

    def say_again(self) -> None:
        """What it is, in the language that is chosen now."""
        self.query_one(Static).update(self._title())


class Curves(VerticalScroll):
    """The curves of one run, one below the other; nothing where there are none."""

    DEFAULT_CSS = """
    Curves { height: auto; max-height: 50%; padding: 0 1; border-top: hkey $panel; }
    """

    async def show(self, curves: Sequence[Curve]) -> None:
        """Show the curves of another run."""
        self.display = bool(curves)
        async with self.batch():
            await self.remove_children()
            await self.mount_all(CurveChart(curve) for curve in curves)

    def say_again(self) -> None:
        """Their titles in the language that is chosen now."""
        for chart in self.query(CurveChart):
            chart.say_again()
