"""The answer for a log as rows of a page, in the order in which a person in need reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from voicelog.experience import Experience
from voicelog.language import Language
from voicelog.language import word as engine_word
from voicelog.model import Evidence, Report
from voicelog.render.answer import DiagnosisText, FixText, by_line, cause_of, describe, title_of
from voicelog.render.commands import command_showing
from voicelog.render.links import page_address
from voicelog.render.width import cut, width
from voicelog.signatures.base import KnowledgeBase
from voicelog_tui.widgets.fix import lay_out_command, lay_out_fix
from voicelog_tui.widgets.page import Layout, Target
from voicelog_tui.words import word

_EVIDENCE_ROWS = 3
_BAR = 10
_COLLECTED = ("os", "python", "torch_build", "gpu", "driver")
"""Facts without which nobody can help, in the order in which they are asked for."""


class Asked(NamedTuple):
    """An answer and everything that decides how it is worded."""

    report: Report
    base: KnowledgeBase
    language: Language
    experience: Experience
    site: str = ""
    earlier: Sequence[Report] = ()
    """Answers to failures that came before in the same log, while it was growing."""
    can_rerun: bool = False
    """Whether the log is a recorded run's, so that a fix can be tried."""


class AnswerText:
    """Lays out one report, one of its causes in full."""

    def __init__(self, asked: Asked, selected: int = 0) -> None:
        self._asked = asked
        self._selected = selected
        self.causes = [
            describe(one, asked.report, asked.base, asked.language, asked.experience) for one in asked.report.diagnoses
        ]

    @property
    def commands(self) -> list[str]:
        """What can be copied of the selected cause, the first fix first."""
        if not self.causes:
            return []
        return [line for fix in self.causes[self._selected].fixes for line in _commands(fix)]

    def __call__(self, layout: Layout) -> None:
        report = self._asked.report
        if report.verdict == "diagnosed":
            self._diagnosed(layout)
        elif report.verdict == "unknown":
            self._unknown(layout)
        else:
            self._healthy(layout)
        self._listed(layout, "follows", [(one.id, one.line) for one in report.consequences])
        if report.verdict != "healthy":
            self._listed(layout, "harmless", [(one.id, one.line) for one in report.benign])
        self._earlier(layout)
        if report.facts and report.verdict != "healthy":
            layout.heading(self._said("facts"))
            layout.text(", ".join(f"{name} {value}" for name, value in report.facts.items()), "muted")

    def _said(self, name: str, **values: object) -> str:
        return engine_word(name, self._asked.language, values)

    def _word(self, name: str, **values: object) -> str:
        return word(name, self._asked.language, values)

    def _diagnosed(self, layout: Layout) -> None:
        if len(self.causes) > 1:
            self._ranking(layout)
        chosen = self.causes[self._selected]
        self._head(layout, chosen)
        for fact in chosen.diagnosis.undecided:
            layout.blank()
            layout.text(self._said("decides", fact=fact), "warning", 2)
            self._command(layout, command_showing(fact, self._asked.report.facts), 4)
        self._fixes(layout, chosen)
        self._evidence(layout, chosen.diagnosis.evidence, chosen.diagnosis.occurrences)
        links = list(chosen.references)
        if page := page_address(self._asked.site, chosen.diagnosis.id, self._asked.language):
            links.insert(0, page)
        if links:
            layout.heading(self._said("references"))
            for link in links:
                layout.literal(link, "link", 2, target=Target("link", link))

    def _ranking(self, layout: Layout) -> None:
        """All causes, the most likely first, each to be chosen."""
        for at, cause in enumerate(self.causes):
            here = at == self._selected
            sure = f"{_percent(cause):>3} %"
            title = cut(cause.title, layout.columns - 4 - len(sure))
            space = " " * (layout.columns - 3 - width(title) - len(sure))
            parts = ("▸ " if here else "  ", "bad"), (title, "strong" if here else "text"), (space + sure, "muted")
            layout.row(*parts, target=Target("cause", str(at)))
        layout.blank()

    def _head(self, layout: Layout, cause: DiagnosisText) -> None:
        layout.text(cause.title, "title", 2, "✗ ")
        filled = round(cause.diagnosis.confidence * _BAR)
        layout.row(
            ("  ", "text"),
            ("█" * filled, "good" if filled >= 8 else "warning"),
            ("░" * (_BAR - filled), "muted"),
            (f" {self._said('sure', percent=_percent(cause))}", "text"),
        )
        target = Target("entry", cause.diagnosis.id)
        category = f" · {self._said(f'category-{cause.category}')}"
        if width(target.value) + width(category) + 2 > layout.columns:
            category = ""
        layout.row(("  ", "text"), (target.value, "link"), (category, "muted"), target=target)
        layout.blank()
        layout.text(cause.cause, "text", 2)

    def _evidence(self, layout: Layout, evidence: tuple[Evidence, ...], occurrences: int = 0) -> None:
        note = self._said("lines-say", count=f"{occurrences:,}") if occurrences > len(evidence) else ""
        layout.heading(self._said("evidence"), note)
        for one in sorted(evidence, key=by_line):
            self._line(layout, one)

    def _line(self, layout: Layout, one: Evidence) -> None:
        room = layout.columns - 8
        text = cut(" ".join(one.text.split()), _EVIDENCE_ROWS * room)
        layout.literal(text, "evidence", 8, f"{one.line}  ", Target("line", str(one.line)))

    def _fixes(self, layout: Layout, cause: DiagnosisText) -> None:
        for number, fix in enumerate(cause.fixes, 1):
            if number <= 2:
                layout.heading(self._said("first" if number == 1 else "otherwise"))
            else:
                layout.blank()
            target = Target("fix", fix.id) if self._asked.can_rerun and _applies(fix) else None
            lay_out_fix(layout, fix, number, self._asked.language, target)

    def _command(self, layout: Layout, command: str, indent: int) -> None:
        lay_out_command(layout, command, indent)

    def _unknown(self, layout: Layout) -> None:
        report = self._asked.report
        layout.text(self._said("unknown"), "warning", 2, "? ")
        if report.failure:
            layout.heading(self._said("unknown-where"))
            self._line(layout, report.failure)
        if report.nearest:
            layout.heading(self._said("unknown-near"))
            for near in report.nearest[:4]:
                title = title_of(near.id, report, self._asked.base, self._asked.language)
                target = Target("entry", near.id)
                layout.text(title, "text", 4, "  - ", target)
                layout.row(("    ", "text"), (near.id, "link"), (f"  {near.score:.2f}", "muted"), target=target)
        layout.heading(self._word("collect"))
        layout.text(self._said("unknown-next"), "text", 4, "  - ")
        missing = [fact for fact in _COLLECTED if fact not in report.facts]
        if missing:
            layout.text(self._word("collect-facts"), "text", 4, "  - ")
            for fact in missing:
                self._command(layout, command_showing(fact, report.facts), 4)
        layout.text(self._word("collect-report"), "text", 4, "  - ", Target("action", "copy_report"))
        layout.heading(self._word("make-signature"))
        layout.text(self._word("make-signature-how"), "text", 2)
        layout.row(("  ", "text"), (f"▸ {self._word('make-signature-now')}", "link"), target=Target("action", "draft"))

    def _healthy(self, layout: Layout) -> None:
        report = self._asked.report
        layout.text(self._said("empty" if report.empty else "healthy"), "good", 2, "✓ ")
        layout.blank()
        layout.text(self._said("healthy-next"), "text", 2)
        layout.text(self._word("healthy-record"), "text", 2)
        self._command(layout, "voicelog run -- python infer.py", 2)
        if report.benign:
            layout.heading(self._said("harmless"))
            for one in report.benign:
                target = Target("line", str(one.line))
                title = title_of(one.id, report, self._asked.base, self._asked.language)
                layout.text(f"{title} · {self._said('line', line=one.line)}", "strong", 4, "  - ", target)
                layout.text(cause_of(one.id, report, self._asked.base, self._asked.language), "text", 4)
        if report.facts:
            layout.heading(self._said("facts"))
            for name, value in report.facts.items():
                layout.row(("  ", "text"), (f"{name} ", "muted"), (value, "text"))

    def _earlier(self, layout: Layout) -> None:
        if self._asked.earlier:
            layout.heading(self._word("earlier"))
        for report in self._asked.earlier:
            if report.diagnoses:
                line = report.diagnoses[0].evidence[0].line
                title = title_of(report.diagnoses[0].id, report, self._asked.base, self._asked.language)
            elif report.failure:
                line, title = report.failure.line, " ".join(report.failure.text.split())
            else:
                continue
            text = f"{title} · {self._said('line', line=line)}"
            layout.text(text, "text", 4, "  - ", Target("line", str(line)))

    def _listed(self, layout: Layout, name: str, entries: list[tuple[str, int]]) -> None:
        if not entries:
            return
        layout.heading(self._said(name))
        for identifier, line in entries:
            title = title_of(identifier, self._asked.report, self._asked.base, self._asked.language)
            text = f"{title} · {self._said('line', line=line)}"
            layout.text(text, "text", 4, "  - ", Target("line", str(line)))


def _commands(fix: FixText) -> list[str]:
    return [*fix.commands, *(f"{name}={value}" for name, value in fix.env.items())]


def _applies(fix: FixText) -> bool:
    """Whether a re-run can apply the fix by itself."""
    return bool(fix.env or fix.args or fix.edit or fix.commands)


def _percent(cause: DiagnosisText) -> int:
    return round(cause.diagnosis.confidence * 100)
