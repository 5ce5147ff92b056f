"""Why this cause and not another one: what spoke for and against each."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from voicelog.language import Language
from voicelog.language import word as engine_word
from voicelog.model import Report
from voicelog.render.answer import first_beats_second, title_of
from voicelog.signatures.base import KnowledgeBase
from voicelog_tui.session import say, session_of
from voicelog_tui.widgets.page import Layout, Page

_FULL = 4.0
"""Log-odds that fill a bar."""
_BAR = 8


class Why(ModalScreen[None]):
    """The reasons for each candidate, and what was not taken."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,e,q", "dismiss(None)", "key-close")]
    DEFAULT_CSS = """
    Why { align: center middle; background: $background 60%; }
    Why > Page { width: 100; max-width: 96%; height: auto; max-height: 90%; border: round $primary; padding: 0 1; }
    """

    def __init__(self, report: Report) -> None:
        super().__init__()
        self._report = report

    def compose(self) -> ComposeResult:
        page = Page(self._build)
        page.border_title = say(self, "why-title")
        yield page

    def _build(self, layout: Layout) -> None:
        session = session_of(self)
        _Reasons(self._report, session.base, session.language, layout, self).write()


class _Reasons:
    def __init__(
        self, report: Report, base: KnowledgeBase, language: Language, layout: Layout, screen: ModalScreen[None]
    ) -> None:
        self._report = report
        self._base = base
        self._language = language
        self._layout = layout
        self._screen = screen

    def write(self) -> None:
        report, layout = self._report, self._layout
        layout.text(say(self._screen, "why-about"), "muted")
        for one in report.diagnoses:
            title = title_of(one.id, report, self._base, self._language)
            layout.blank()
            layout.text(f"{title}  {one.confidence:.2f}", "strong")
            layout.row((one.id, "link"))
            for name, value in sorted(one.reasons.items(), key=lambda pair: -abs(pair[1])):
                self._reason(engine_word(f"reason-{name}", self._language), value)
        if len(report.diagnoses) > 1:
            layout.blank()
            layout.text(first_beats_second(report.diagnoses[0], report.diagnoses[1], self._language))
        if report.rejected:
            layout.heading(say(self._screen, "why-refused"))
        for refused in report.rejected:
            reason = engine_word(f"rejected-{refused.why}", self._language, {"by": refused.by})
            layout.text(f"{refused.id}: {reason}", "text", 2, "- ")
        if len(report.diagnoses) < 2 and not report.rejected:
            layout.blank()
            layout.text(say(self._screen, "why-nothing"))

    def _reason(self, text: str, value: float) -> None:
        """One reason with a bar to the left of the middle where it speaks against, to the right where for."""
        filled = min(_BAR, round(abs(value) / _FULL * _BAR))
        against, speaks_for = (filled, 0) if value < 0 else (0, filled)
        self._layout.row(
            (f"{value:+6.2f} ", "text"),
            (" " * (_BAR - against) + "█" * against, "bad"),
            ("│", "muted"),
            ("█" * speaks_for + " " * (_BAR - speaks_for), "good"),
            (f" {text}", "text"),
        )
