"""The answer as one HTML page: causes, fixes, the log with its evidence marked.

Log text is escaped, and the page's own policy forbids scripts and requests, so that nothing in a log can act.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from html import escape

from voicelog.language import Language, word
from voicelog.model import Evidence, Finding, Report
from voicelog.parse.cleaning import clean
from voicelog.render.answer import DiagnosisText, FixText, by_line, describe, title_of
from voicelog.render.examination import MARKS, describe_finding
from voicelog.render.links import page_address
from voicelog.signatures.base import KnowledgeBase

_STYLE = (
    "body{font:16px/1.5 system-ui,'Microsoft YaHei',sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;"
    "color:#1d2330;background:#fff}h1{font-size:1.2rem}h2{font-size:1.4rem;margin:.2rem 0}h3{font-size:1rem;"
    "margin:1.4rem 0 .3rem}pre{background:#f3f4f7;padding:.7rem;white-space:pre-wrap;overflow-wrap:anywhere;"
    "border-radius:6px}"
    "mark{background:#ffe08a;color:inherit}.log{max-height:70vh;overflow:auto}.log i{color:#8a93a5;font-style:normal}"
    "code,pre{font-family:ui-monospace,Consolas,monospace;font-size:.9rem}.id{color:#5b6475}"
    "@media(prefers-color-scheme:dark){body{color:#e6e8ee;background:#15181f}pre{background:#20242e}.id{color:#9aa3b5}"
    "mark{background:#6b5200}}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_NEAR = 60
"""Lines of a long log that are shown before and after each line of evidence."""
_WHOLE = 400
"""Lines up to which a log is shown whole."""
_LONGEST = 2000


def to_page(
    reports: Sequence[Report], base: KnowledgeBase, language: Language, logs: Sequence[str] = (), site: str = ""
) -> str:
    """A whole document with one section a report; `logs` are the texts that the reports are of."""
    found = [
        _Section(report, base, language, logs[at] if at < len(logs) else "", f"log{at + 1}", site)
        for at, report in enumerate(reports)
    ]
    sections = "\n".join(line for section in found for line in section.lines())
    title = escape(word("report", language))
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><meta name="referrer" content="no-referrer">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style></head>\n'
        f"<body>\n{sections}\n</body>\n</html>\n"
    )


def _shown(marked: Set[int], count: int) -> list[int]:
    """Numbers of the lines that are shown, in order."""
    if count <= _WHOLE:
        return list(range(1, count + 1))
    around = {
        number for line in marked or {count} for number in range(max(line - _NEAR, 1), min(line + _NEAR, count) + 1)
    }
    return sorted(around)


class _Section:
    def __init__(self, report: Report, base: KnowledgeBase, language: Language, log: str, name: str, site: str) -> None:
        self._log = log
        self._name = name
        self._site = site
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
        yield from self._whole_log()
        yield "</section>"

    def _title(self, identifier: str) -> str:
        return title_of(identifier, self._report, self._base, self._language)

    def _diagnosis(self, text: DiagnosisText) -> Iterator[str]:
        sure = self._word("sure", percent=round(text.diagnosis.confidence * 100))
        yield f"<h2>{escape(text.title)}</h2>"
        link = page_address(self._site, text.diagnosis.id, self._language)
        page = f' · <a href="{escape(link)}">{self._word("site-page")}</a>' if link else ""
        yield f'<p class="id"><code>{escape(text.diagnosis.id)}</code> · {sure}{page}</p>'
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
            quoted = "\n".join(self._quoted(one) for one in sorted(evidence, key=by_line))
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

    def _quoted(self, evidence: Evidence) -> str:
        number = f"{evidence.line:>5}"
        if self._log:
            number = f'<a href="#{self._name}-{evidence.line}">{number}</a>'
        return f"{number}  {escape(evidence.text)}"

    def _whole_log(self) -> Iterator[str]:
        """The log with the lines of evidence marked; of a long one what stands around them."""
        if not self._log.strip():
            return
        report = self._report
        marked = {one.line for diagnosis in report.diagnoses for one in diagnosis.evidence}
        if report.failure:
            marked.add(report.failure.line)
        lines = self._log.split("\n")
        rows: list[str] = []
        last = 0
        for number in _shown(marked, len(lines)):
            if number > last + 1:
                rows.append(f"<i>      {self._word('page-left-out', count=number - last - 1)}</i>")
            rows.append(self._row(number, lines[number - 1], number in marked))
            last = number
        if last < len(lines):
            rows.append(f"<i>      {self._word('page-left-out', count=len(lines) - last)}</i>")
        content = "\n".join(rows)
        yield f'<details open><summary>{self._word("page-log")}</summary>\n<pre class="log">{content}</pre></details>'

    def _row(self, number: int, line: str, marked: bool) -> str:
        text = escape("\r".join(clean(line.removesuffix("\r")))[:_LONGEST].replace("\r", " ⏎ "))
        shown = f"<mark>{text}</mark>" if marked else text
        return f'<i id="{self._name}-{number}">{number:>5}</i>  {shown}'

    def _fix(self, fix: FixText, number: int) -> Iterator[str]:
        yield f"<h3>{number}. {escape(fix.title)} ({self._word(f'risk-{fix.changes}')})</h3>"
        if fix.warning:
            yield f"<p><strong>!</strong> {escape(fix.warning)}</p>"
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
