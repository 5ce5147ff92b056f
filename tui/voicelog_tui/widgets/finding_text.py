"""A finding of a check as rows of a page: what it says, what shows it, where it leads, what to do next."""

from __future__ import annotations

from voicelog.language import Language
from voicelog.render.examination import FindingText
from voicelog_tui.widgets.fix import lay_out_command
from voicelog_tui.widgets.page import Layout, Target
from voicelog_tui.words import word

STATUS_STYLES = {"fail": "title", "crashed": "title", "warn": "warning", "ok": "good", "skip": "muted"}


def lay_out_finding(layout: Layout, one: FindingText, language: Language) -> None:
    """Everything that is known of a finding."""
    finding = one.finding
    layout.text(one.text, STATUS_STYLES[finding.status])
    name = word("doctor-check-name", language, {"name": finding.check})
    layout.text(f"{name} · {word(f'status-{finding.status}', language)}", "muted")
    if finding.evidence:
        layout.heading(word("doctor-shown", language))
        for text in finding.evidence:
            layout.verbatim(text, "evidence", 2)
    if one.commands or one.advice:
        layout.heading(word("doctor-next", language))
    if one.advice:
        layout.text(one.advice, "text", 2)
    for command in one.commands:
        lay_out_command(layout, command, 2)
    if one.cause_title:
        target = Target("entry", finding.cause)
        layout.heading(word("doctor-cause", language))
        layout.text(one.cause_title, "text", 2, "→ ", target)
        layout.literal(finding.cause, "link", 2, target=target)
