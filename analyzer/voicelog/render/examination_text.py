"""An examination for a terminal: the summary first, failures before the rest, one line for what is fine."""

from __future__ import annotations

from collections.abc import Iterator

from voicelog.language import Language
from voicelog.model import Examination
from voicelog.render.examination import BAD, MARKS, FindingText, describe_findings, slow_line, summary, target_line
from voicelog.render.layout import Layout
from voicelog.render.width import cut, fold, wrap
from voicelog.signatures.base import KnowledgeBase

_STYLES = {"fail": "red", "crashed": "red", "warn": "yellow", "ok": "fine"}
_EVIDENCE_LINES = 3


class ExaminationText(Layout):
    """Lays out an examination for one terminal: its width, its colours, a language."""

    def __init__(
        self,
        base: KnowledgeBase,
        language: Language,
        *,
        columns: int = 80,
        color: bool = False,
        everything: bool = False,
    ) -> None:
        super().__init__(language, columns=columns, color=color)
        self._base = base
        self._everything = everything

    def render(self, examination: Examination) -> str:
        """The whole answer, ending in a newline."""
        return "\n".join(line.rstrip() for line in self._lines(examination)) + "\n"

    def _lines(self, examination: Examination) -> Iterator[str]:
        texts = describe_findings(examination, self._base, self._language)
        worst = texts[0].finding.status if texts else "ok"
        worst = worst if worst in (*BAD, "warn") else "ok"
        yield self._style(f"{MARKS[worst]} {summary(examination.findings, self._language)}", _STYLES[worst])
        yield from (
            self._style(line, "dim")
            for line in self._wrapped(target_line(examination.target, examination.facts, self._language), "  ", "  ")
        )
        if slow := slow_line(examination, self._language):
            yield from (self._style(line, "dim") for line in self._wrapped(slow, "  ", "  "))
        yield from self._wrong("doctor-problems", [one for one in texts if one.finding.status in BAD])
        yield from self._wrong("doctor-warnings", [one for one in texts if one.finding.status == "warn"])
        yield from self._rest("doctor-fine", [one for one in texts if one.finding.status == "ok"])
        skipped = [one for one in texts if one.finding.status == "skip"]
        if self._everything:
            yield from self._rest("doctor-skipped", skipped)

    def _wrong(self, heading: str, texts: list[FindingText]) -> Iterator[str]:
        if texts:
            yield ""
            yield self._style(self._word(heading), "bold")
        for at, one in enumerate(texts):
            if at:
                yield ""
            yield from self._finding(one)

    def _finding(self, one: FindingText) -> Iterator[str]:
        status = one.finding.status
        for at, line in enumerate(wrap(one.text, self._columns - 2)):
            yield self._style((MARKS[status] + " " if at == 0 else "  ") + line, _STYLES[status])
        cause = f" {self._word('doctor-leads-to')} {one.finding.cause}" if one.finding.cause else ""
        yield from (self._style(line, "dim") for line in self._wrapped(one.finding.check + cause, "    ", "    "))
        room = self._columns - 6
        for text in one.finding.evidence:
            yield from ("      " + piece for piece in fold(cut(text, _EVIDENCE_LINES * room), room))
        if one.advice:
            yield from self._wrapped(one.advice, "      ", "    → ")
        yield from (f"    {self._style('$ ' + command, 'fine')}" for command in one.commands)

    def _rest(self, heading: str, texts: list[FindingText]) -> Iterator[str]:
        """One paragraph an area; every finding a line where everything is wanted."""
        if not texts:
            return
        yield ""
        yield self._style(self._word(heading), "bold")
        areas: dict[str, list[FindingText]] = {}
        for one in texts:
            areas.setdefault(one.area, []).append(one)
        for area, members in areas.items():
            if self._everything:
                yield f"  {area}"
                for one in {member.text: member for member in members}.values():
                    shown = f" ({'; '.join(one.finding.evidence)})" if one.finding.evidence else ""
                    yield from self._wrapped(f"{MARKS[one.finding.status]} {one.text}{shown}", "      ", "    ")
            else:
                joined = (" " if self._language == "en" else "").join(one.text for one in members)
                yield from self._wrapped(f"{area}: {joined}", "    ", "  ")
