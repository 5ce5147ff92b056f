"""The answer as one HTML page without scripts or links to anything but the references; log text is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from voicelog.language import Language, word
from voicelog.model import Evidence, Finding, Report
from voicelog.render.answer import DiagnosisText, FixText, by_line, describe, title_of
from voicelog.render.examination import MARKS, describe_finding
from voicelog.signatures.base import KnowledgeBase

_STYLE = (
    "body{font:16px/1.5 system-ui,'Microsoft YaHei',sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;"
    "color:#1d2330;background:#fff}h1{font-size:1.2rem}h2{font-size:1.4rem;margin:.2rem 0}h3{font-size:1rem;"
    "margin:1.4rem 0 .3rem}pre{background:#f3f4f7;padding:.7rem;white-space:pre-wrap;overflow-wrap:anywhere;"
    "border-radius:6px}"
    "code,pre{font-family:ui-monospace,Consolas,monospace;font-size:.9rem}.id{color:#5b6475}"
    "@media(prefers-color-scheme:dark){body{color:#e6e8ee;background:#15181f}pre{background:#20242e}.id{color:#9aa3b5}}"
)


def to_page(reports: Sequence[Report], base: KnowledgeBase, language: Language) -> str:
    """A whole document with one section a report."""
    sections = "\n".join(line for report in reports for line in _Section(report, base, language).lines())
    title = escape(word("report", language))
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style></head>\n'
        f"<body>\n{sections}\n</body>\n</html>\n"
    )


class _Section:
    def __init__(self, report: Report, base: KnowledgeBase, language: Language) -> None:
        self._report = report
        self._base = base
        self._language = language

    def _word(self, name: str, **values: object) -> str:
        return escape(word(name, self._language, values))

    def lines(self) -> Iterator[str]:
        report = self._report
        yield f"<section>\n<h1>{escape(report.source)}</h1>"
        if report.verdict == "diagnosed":
            texts = [describe(one, report, self._base, self._language) for one in report.diagnoses]
            yield from self._diagnosis(texts[0])
            yield from self._list("also", [(text.title, text.diagnosis.id) for text in texts[1:]])
        elif report.verdict == "unknown":
            yield f"<h2>{self._word('unknown')}</h2>"
            yield from self._quote((report.failure,) if report.failure else ())
            yield from self._findings(report.findings)
            yield from self._list("unknown-near", [(self._title(near.id), near.id) for near in report.nearest[:3]])
            yield f"<p>{self._word('unknown-next')}</p>"
        else:
            yield f"<h2>{self._word('empty' if report.empty else 'healthy')}</h2>"
        yield from self._list("follows", [(self._title(one.id), one.id) for one in report.consequences])
        yield from self._list("harmless", [(self._title(one.id), one.id) for one in report.benign])
        yield "</section>"

    def _title(self, identifier: str) -> str:
        return title_of(identifier, self._report, self._base, self._language)

    def _diagnosis(self, text: DiagnosisText) -> Iterator[str]:
        sure = self._word("sure", percent=round(text.diagnosis.confidence * 100))
        yield f"<h2>{escape(text.title)}</h2>"
        yield f'<p class="id"><code>{escape(text.diagnosis.id)}</code> · {sure}</p>'
        yield f"<p>{escape(text.cause)}</p>"
        yield from self._quote(text.diagnosis.evidence)
        yield from self._findings(text.diagnosis.findings)
        for number, fix in enumerate(text.fixes, 1):
            yield from self._fix(fix, number)
        if text.references:
            links = "".join(f'<li><a href="{escape(link)}">{escape(link)}</a></li>' for link in text.references)
            yield f"<h3>{self._word('references')}</h3><ul>{links}</ul>"

    def _quote(self, evidence: Sequence[Evidence]) -> Iterator[str]:
        if evidence:
            quoted = "\n".join(f"{one.line:>5}  {escape(one.text)}" for one in sorted(evidence, key=by_line))
            yield f"<h3>{self._word('evidence')}</h3>\n<pre>{quoted}</pre>"

    def _findings(self, findings: tuple[Finding, ...]) -> Iterator[str]:
        facts = self._report.facts
        found = [describe_finding(one, facts, self._base, self._language) for one in findings]
        if found:
            items = "".join(
                f"<li>{MARKS[one.finding.status]} {escape(one.text)} <code>{escape(one.finding.check)}</code>"
                f"<pre>{escape(chr(10).join(one.finding.evidence))}</pre></li>"
                for one in found
            )
            yield f"<h3>{self._word('doctor-evidence')}</h3><ul>{items}</ul>"

    def _fix(self, fix: FixText, number: int) -> Iterator[str]:
        yield f"<h3>{number}. {escape(fix.title)} ({self._word(f'risk-{fix.risk}')})</h3>"
        settings = [f"{name}={value}" for name, value in fix.env.items()]
        if settings or fix.commands:
            yield f"<pre>{escape(chr(10).join([*settings, *fix.commands]))}</pre>"
        if fix.steps:
            yield "<ul>" + "".join(f"<li>{escape(step)}</li>" for step in fix.steps) + "</ul>"
        if fix.verify:
            yield f"<p>{self._word('check')}: {escape(fix.verify)}</p>"

    def _list(self, name: str, entries: Sequence[tuple[str, str]]) -> Iterator[str]:
        if entries:
            items = "".join(
                f"<li>{escape(title)} <code>{escape(identifier)}</code></li>" for title, identifier in entries
            )
            yield f"<h3>{self._word(name)}</h3><ul>{items}</ul>"
