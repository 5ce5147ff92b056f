"""The answer as Markdown, for pasting into an issue; log text stands in code only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voicelog.language import Language, word
from voicelog.model import Evidence, Finding, Report
from voicelog.render.answer import DiagnosisText, FixText, by_line, describe, title_of
from voicelog.render.links import page_address
from voicelog.signatures.base import KnowledgeBase

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")


def to_markdown(report: Report, base: KnowledgeBase, language: Language, site: str = "") -> str:
    """The whole answer, ending in a newline; `site` is where the pages of the base are published."""
    return "\n".join(_Page(report, base, language, site).lines()) + "\n"


class _Page:
    def __init__(self, report: Report, base: KnowledgeBase, language: Language, site: str) -> None:
        self._site = site
        self._report = report
        self._base = base
        self._language = language

    def _word(self, name: str, **values: object) -> str:
        return word(name, self._language, values)

    def lines(self) -> Iterator[str]:
        report = self._report
        if report.verdict == "diagnosed":
            texts = [describe(one, report, self._base, self._language) for one in report.diagnoses]
            yield from self._diagnosis(texts[0])
            yield from self._others(texts[1:])
        elif report.verdict == "unknown":
            yield f"### {self._word('unknown')}"
            if report.failure:
                yield from self._quote((report.failure,))
            yield from self._findings(report.findings)
            yield from self._nearest()
        else:
            yield f"### {self._word('empty' if report.empty else 'healthy')}"
        yield from self._listed("follows", [(one.id, one.line) for one in report.consequences])
        yield from self._listed("harmless", [(one.id, one.line) for one in report.benign])
        if report.facts:
            yield ""
            facts = ", ".join(f"{name} `{code(value)}`" for name, value in report.facts.items())
            yield f"**{self._word('facts')}**: {facts}"
        if report.examined is not None:
            from voicelog.render.examination import disagreements, target_line

            yield f"\n{escape(target_line(report.examined, {}, self._language))}"
            yield from (f"\n{escape(remark)}" for remark in disagreements(report, self._language))

    def _diagnosis(self, text: DiagnosisText) -> Iterator[str]:
        sure = self._word("sure", percent=round(text.diagnosis.confidence * 100))
        yield f"### {escape(text.title)}"
        yield ""
        link = page_address(self._site, text.diagnosis.id, self._language)
        yield f"`{text.diagnosis.id}` · {sure}" + (f" · <{link}>" if link else "")
        yield ""
        yield escape(text.cause)
        yield from self._quote(text.diagnosis.evidence)
        yield from self._findings(text.diagnosis.findings)
        for number, fix in enumerate(text.fixes, 1):
            yield from self._fix(fix, number)
        if text.references:
            yield ""
            yield f"**{self._word('references')}**: " + " ".join(f"<{link}>" for link in text.references)

    def _quote(self, evidence: tuple[Evidence, ...]) -> Iterator[str]:
        yield ""
        yield f"**{self._word('evidence')}**"
        yield ""
        mark = fence("\n".join(one.text for one in evidence))
        yield f"{mark}text"
        yield from (f"{one.line:>5}  {one.text}" for one in sorted(evidence, key=by_line))
        yield mark

    def _findings(self, findings: tuple[Finding, ...]) -> Iterator[str]:
        if not findings:
            return
        from voicelog.render.examination import MARKS, describe_finding

        yield ""
        yield f"**{self._word('doctor-evidence')}**"
        yield ""
        for finding in findings:
            described = describe_finding(finding, self._report.facts, self._base, self._language)
            shown = f" `{code('; '.join(finding.evidence))}`" if finding.evidence else ""
            yield f"- {MARKS[finding.status]} {escape(described.text)} (`{finding.check}`){shown}"

    def _fix(self, fix: FixText, number: int) -> Iterator[str]:
        yield ""
        yield f"**{number}. {escape(fix.title)}** ({self._word(f'risk-{fix.changes}')})"
        if fix.warning:
            yield f"**!** {escape(fix.warning)}"
        yield from ("- " + escape(step) for step in fix.steps)
        settings = [f"{name}={value}" for name, value in fix.env.items()]
        if settings or fix.commands:
            yield ""
            yield "```text"
            yield from settings
            yield from fix.commands
            yield "```"
        if fix.verify:
            yield ""
            yield f"{self._word('check')}: {escape(fix.verify)}"

    def _others(self, texts: list[DiagnosisText]) -> Iterator[str]:
        if texts:
            yield ""
            yield f"**{self._word('also')}**"
            yield ""
            yield from (f"- {escape(text.title)} (`{text.diagnosis.id}`)" for text in texts)

    def _nearest(self) -> Iterator[str]:
        if self._report.nearest:
            yield ""
            yield f"**{self._word('unknown-near')}**"
            yield ""
            yield from (f"- `{near.id}` {near.score:.2f}" for near in self._report.nearest[:3])

    def _listed(self, name: str, entries: list[tuple[str, int]]) -> Iterator[str]:
        if entries:
            yield ""
            yield f"**{self._word(name)}**"
            yield ""
            for identifier, line in entries:
                title = title_of(identifier, self._report, self._base, self._language)
                yield f"- {escape(title)} (`{identifier}`, {self._word('line', line=line)})"


def escape(text: str) -> str:
    """`text` as plain text, whatever marks it holds."""
    return _SPECIAL.sub(r"\\\1", text)


def code(text: str) -> str:
    """`text` as it may stand between backticks."""
    return text.replace("`", "'")


def fence(text: str) -> str:
    """A fence longer than any in the text."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    return "`" * max(3, longest + 1)
