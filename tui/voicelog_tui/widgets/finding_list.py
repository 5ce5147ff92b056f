"""What the checks of the machine have found so far, those that stop a run first."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from voicelog.render.examination import MARKS, FindingText

STATUS_STYLES = {
    "fail": "bold $text-error",
    "crashed": "bold $text-error",
    "warn": "$text-warning",
    "ok": "$text-success",
    "skip": "$muted",
}


class FindingList(OptionList):
    """One finding an option; the cursor stays on its finding while others come in above it."""

    DEFAULT_CSS = """
    FindingList, FindingList:focus {
        border: none; background: $background; background-tint: $background 0%;
        padding: 0 1; height: 1fr; scrollbar-gutter: stable;
    }
    FindingList > .option-list--option-highlighted, FindingList:focus > .option-list--option-highlighted {
        background: $cursor; color: $foreground; text-style: none;
    }
    """

    class Shown(Message):
        """The cursor is on a finding."""

        def __init__(self, found: FindingText) -> None:
            super().__init__()
            self.found = found

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._shown: list[FindingText] = []

    @property
    def current(self) -> FindingText | None:
        at = self.highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    def fill(self, findings: Sequence[FindingText]) -> None:
        """Show these findings, in this order; what several checks say in the same words stands there once."""
        findings = list({(one.area, one.text, one.finding.status): one for one in findings}.values())
        before, moved = self.current, self.highlighted not in (None, 0)
        self._shown = findings
        with self.prevent(OptionList.OptionHighlighted):
            self.clear_options()
            self.add_options([Option(_label(one)) for one in findings])
            where = [one.finding for one in findings]
            self.highlighted = where.index(before.finding) if moved and before and before.finding in where else 0
        if self._shown and (self.current is None or before is None or self.current != before):
            self._tell()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._tell()

    def _tell(self) -> None:
        if (found := self.current) is not None:
            self.post_message(self.Shown(found))


def _label(one: FindingText) -> Content:
    style = STATUS_STYLES[one.finding.status]
    body = "" if one.finding.status in ("ok", "fail", "crashed", "warn") else "$muted"
    return Content.assemble((f"{MARKS[one.finding.status]} ", style), (f"{one.area}: ", "$muted"), (one.text, body))
