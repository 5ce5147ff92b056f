"""The answer for a terminal: the cause and its id, the lines that prove it, what to do first, then the rest."""

from __future__ import annotations

from collections.abc import Iterator

from voicelog.experience import NONE, Experience
from voicelog.language import Language
from voicelog.model import Evidence, Finding, Report
from voicelog.render.answer import DiagnosisText, FixText, by_line, cause_of, describe, first_beats_second, title_of
from voicelog.render.commands import command_showing
from voicelog.render.layout import Layout
from voicelog.render.links import page_address
from voicelog.render.width import cut, fold, wrap
from voicelog.signatures.base import KnowledgeBase

_FIXES_SHOWN = 3
_BENIGN_SHOWN = 4
_EVIDENCE_LINES = 3
_FEW_OCCURRENCES = 4


class TextRenderer(Layout):
    """Lays out reports for one terminal: its width, its colours, a language."""

    def __init__(
        self,
        base: KnowledgeBase,
        language: Language,
        *,
        columns: int = 80,
        color: bool = False,
        everything: bool = False,
        explain: bool = False,
        experience: Experience = NONE,
        site: str = "",
    ) -> None:
        super().__init__(language, columns=columns, color=color)
        self._site = site
        self._base = base
        self._experience = experience
        self._everything = everything
        self._explain = explain

    def render(self, report: Report, *, named: bool = False) -> str:
        """The whole answer, ending in a newline; `named` puts the source above it."""
        lines = [self._style(f"== {report.source}", "bold"), ""] if named else []
        body = {"diagnosed": self._diagnosed, "unknown": self._unknown, "healthy": self._healthy}[report.verdict]
        lines.extend(body(report))
        lines.extend(self._benign(report))
        lines.extend(self._facts(report))
        return "\n".join(line.rstrip() for line in lines) + "\n"

    def _diagnosed(self, report: Report) -> Iterator[str]:
        texts = [describe(one, report, self._base, self._language, self._experience) for one in report.diagnoses]
        top = texts[0]
        yield from self._head(top)
        yield from self._undecided(top, report)
        yield from self._evidence(top)
        yield from self._findings(top.diagnosis.findings, report)
        yield from self._fixes(top)
        yield from self._others(texts[1:])
        yield from self._consequences(report)
        if self._explain:
            yield from self._reasons(report)
        links = list(top.references[: None if self._everything else 2])
        if page := page_address(self._site, top.diagnosis.id, self._language):
            links.insert(0, page)
        if links:
            yield ""
            yield self._style(self._word("references"), "bold")
            yield from (f"  {self._style(link, 'cyan')}" for link in links)

    def _head(self, text: DiagnosisText) -> Iterator[str]:
        sure = self._word("sure", percent=round(text.diagnosis.confidence * 100))
        for at, line in enumerate(wrap(text.title, self._columns - 2)):
            yield self._style(("✗ " if at == 0 else "  ") + line, "red")
        yield f"  {self._style(text.diagnosis.id, 'cyan')} {self._style('· ' + sure, 'dim')}"
        yield ""
        yield from self._wrapped(text.cause)

    def _undecided(self, text: DiagnosisText, report: Report) -> Iterator[str]:
        for fact in text.diagnosis.undecided:
            yield ""
            yield from self._wrapped(self._word("decides", fact=fact))
            yield f"    {self._style('$ ' + command_showing(fact, report.facts), 'green')}"

    def _evidence(self, text: DiagnosisText) -> Iterator[str]:
        yield ""
        count = text.diagnosis.occurrences
        told = f" ({self._word('lines-say', count=f'{count:,}')})" if count > _FEW_OCCURRENCES else ""
        yield self._style(self._word("evidence"), "bold") + told
        shown = text.diagnosis.evidence if self._everything else text.diagnosis.evidence[:3]
        for one in sorted(shown, key=by_line):
            yield from self._line(one)

    def _line(self, evidence: Evidence) -> Iterator[str]:
        room = self._columns - 9
        for at, piece in enumerate(fold(cut(evidence.text, _EVIDENCE_LINES * room), room)):
            label = f"  {evidence.line:>5}  " if at == 0 else " " * 9
            yield self._style(label, "dim") + self._style(piece, "yellow")

    def _findings(self, findings: tuple[Finding, ...], report: Report) -> Iterator[str]:
        """What checks of this machine found, beside what the log says."""
        if not findings:
            return
        from voicelog.render.examination import MARKS, describe_finding

        yield ""
        yield self._style(self._word("doctor-evidence"), "bold")
        for finding in findings:
            described = describe_finding(finding, report.facts, self._base, self._language)
            yield from self._wrapped(f"{described.text} [{finding.check}]", "    ", f"  {MARKS[finding.status]} ")
            for line in finding.evidence[: None if self._everything else 2]:
                yield from (
                    f"      {self._style(piece, 'yellow')}"
                    for piece in fold(cut(line, _EVIDENCE_LINES * (self._columns - 6)), self._columns - 6)
                )

    def _fixes(self, text: DiagnosisText) -> Iterator[str]:
        if not text.fixes:
            return
        shown = text.fixes if self._everything else text.fixes[:_FIXES_SHOWN]
        yield ""
        yield self._style(self._word("first"), "bold")
        yield from self._fix(shown[0], 1)
        if len(shown) > 1:
            yield ""
            yield self._style(self._word("otherwise"), "bold")
            for number, fix in enumerate(shown[1:], 2):
                yield from self._fix(fix, number)
        if hidden := len(text.fixes) - len(shown):
            yield self._style(f"  {self._word('more-fixes', count=hidden)}", "dim")

    def _fix(self, fix: FixText, number: int) -> Iterator[str]:
        risk = self._word(f"risk-{fix.changes}")
        yield from self._wrapped(f"{fix.title} ({risk})", "     ", f"  {number}. ")
        if fix.tally.tried:
            here = self._word("worked", worked=fix.tally.worked, tried=fix.tally.tried)
            yield f"       {self._style(here, 'cyan')}"
        if fix.warning:
            yield from self._wrapped(fix.warning, "       ", "     ! ")
        for name, value in fix.env.items():
            yield f"       {self._word('set')}:"
            yield f"         {self._style(f'{name}={value}', 'green')}"
        for command in fix.commands:
            yield f"       {self._style('$ ' + command, 'green')}"
        for step in fix.steps:
            yield from self._wrapped(step, "       ", "     - ")
        if fix.verify and (number == 1 or self._everything):
            yield from self._wrapped(f"{self._word('check')}: {fix.verify}", "       ", "     → ")
            yield from (f"       {self._style('$ ' + command, 'green')}" for command in fix.verify_commands)

    def _others(self, texts: list[DiagnosisText]) -> Iterator[str]:
        if not texts:
            return
        yield ""
        yield self._style(self._word("also"), "bold")
        for text in texts:
            where = self._word("line", line=text.diagnosis.evidence[0].line)
            percent = f"{round(text.diagnosis.confidence * 100)} %"
            yield from self._wrapped(f"{text.title} [{text.diagnosis.id}] {percent}, {where}", "    ", "  - ")

    def _consequences(self, report: Report) -> Iterator[str]:
        if not report.consequences:
            return
        yield ""
        yield self._style(self._word("follows"), "bold")
        for one in report.consequences:
            title = title_of(one.id, report, self._base, self._language)
            yield from self._wrapped(f"{title} [{one.id}], {self._word('line', line=one.line)}", "    ", "  - ")

    def _reasons(self, report: Report) -> Iterator[str]:
        """For each candidate what spoke for and against it, and why others are no answer."""
        yield ""
        yield self._style(self._word("why"), "bold")
        for one in report.diagnoses:
            yield f"  {self._style(one.id, 'cyan')} {one.confidence:.2f}"
            for name, value in sorted(one.reasons.items(), key=lambda pair: -abs(pair[1])):
                yield f"    {value:+6.2f}  {self._word(f'reason-{name}')}"
        if len(report.diagnoses) > 1:
            yield from self._wrapped(first_beats_second(report.diagnoses[0], report.diagnoses[1], self._language))
        for refused in report.rejected:
            reason = self._word(f"rejected-{refused.why}", by=refused.by)
            yield from self._wrapped(f"{refused.id}: {reason}", "    ", "  - ")

    def _unknown(self, report: Report) -> Iterator[str]:
        yield from (self._style(line, "yellow") for line in wrap(f"? {self._word('unknown')}", self._columns))
        if report.failure:
            yield ""
            yield self._style(self._word("unknown-where"), "bold")
            yield from self._line(report.failure)
        yield from self._findings(report.findings, report)
        if report.nearest:
            yield ""
            yield self._style(self._word("unknown-near"), "bold")
            for near in report.nearest[:3]:
                title = title_of(near.id, report, self._base, self._language)
                yield from self._wrapped(f"{title} [{near.id}] {near.score:.2f}", "    ", "  - ")
        yield ""
        yield from self._wrapped(self._word("unknown-next"))
        yield from self._wrapped(self._word("unknown-found"))

    def _healthy(self, report: Report) -> Iterator[str]:
        yield self._style(f"✓ {self._word('empty' if report.empty else 'healthy')}", "green")
        yield from self._wrapped(self._word("healthy-next"))

    def _benign(self, report: Report) -> Iterator[str]:
        if not report.benign:
            return
        yield ""
        yield self._style(self._word("harmless"), "bold")
        shown = report.benign if self._everything else report.benign[:_BENIGN_SHOWN]
        for one in shown:
            title = title_of(one.id, report, self._base, self._language)
            yield from self._wrapped(f"{title} [{one.id}], {self._word('line', line=one.line)}", "    ", "  - ")
            if report.verdict == "healthy" or self._everything:
                yield from self._wrapped(cause_of(one.id, report, self._base, self._language), "    ")

    def _facts(self, report: Report) -> Iterator[str]:
        if not report.facts or not (self._everything or report.verdict != "healthy"):
            return
        yield ""
        listed = ", ".join(f"{name} {value}" for name, value in report.facts.items())
        both = bool(report.findings) or any(one.findings for one in report.diagnoses)
        lines = self._wrapped(f"{self._word('facts-both' if both else 'facts')}: {listed}", "")
        if report.examined is not None:
            from voicelog.render.examination import disagreements, target_line

            remarks = [target_line(report.examined, {}, self._language), *disagreements(report, self._language)]
            lines += [line for remark in remarks for line in self._wrapped(remark, "")]
        yield from (self._style(line, "dim") for line in lines)
