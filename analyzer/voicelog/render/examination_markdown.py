"""An examination as Markdown for pasting into an issue; what the machine printed stands in code only."""

from __future__ import annotations

from collections.abc import Iterator

from voicelog.language import Language, word
from voicelog.model import Examination
from voicelog.render.examination import BAD, MARKS, FindingText, describe_findings, summary, target_line
from voicelog.render.markdown import code, escape, fence
from voicelog.signatures.base import KnowledgeBase


def to_examination_markdown(examination: Examination, base: KnowledgeBase, language: Language) -> str:
    """The whole answer, ending in a newline; nothing is redacted here."""
    return "\n".join(_lines(examination, base, language)) + "\n"


def _lines(examination: Examination, base: KnowledgeBase, language: Language) -> Iterator[str]:
    texts = describe_findings(examination, base, language)
    yield f"### {summary(examination.findings, language)}"
    yield ""
    yield escape(target_line(examination.target, examination.facts, language))
    for one in texts:
        if one.finding.status in (*BAD, "warn"):
            yield from _wrong(one)
    fine = [one for one in texts if one.finding.status == "ok"]
    if fine:
        yield ""
        yield f"<details><summary>{word('doctor-fine', language)}</summary>"
        yield ""
        for one in fine:
            shown = f" `{code('; '.join(one.finding.evidence))}`" if one.finding.evidence else ""
            yield f"- {escape(one.text)}{shown}"
        yield ""
        yield "</details>"
    yield ""
    yield f"**{word('facts-here', language)}**: " + ", ".join(
        f"{name} `{code(value)}`" for name, value in examination.facts.items()
    )


def _wrong(one: FindingText) -> Iterator[str]:
    cause = f" (`{one.finding.cause}`)" if one.finding.cause else ""
    yield ""
    yield f"**{MARKS[one.finding.status]} {escape(one.text)}**{cause}"
    if one.advice:
        yield f"- {escape(one.advice)}"
    lines = [*one.finding.evidence, *(f"$ {command}" for command in one.commands)]
    if lines:
        mark = fence("\n".join(lines))
        yield ""
        yield f"{mark}text"
        yield from lines
        yield mark
