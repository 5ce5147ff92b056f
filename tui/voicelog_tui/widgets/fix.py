"""A fix as paragraphs: its title, what it risks, what it did here, what to do."""

from __future__ import annotations

from collections.abc import Iterator

from voicelog.language import Language, word
from voicelog.render.answer import FixText
from voicelog_tui.widgets.flow import Paragraph

RISKS = {
    "advice": "$text-primary on $primary-muted",
    "check": "$text-success on $success-muted",
    "command": "$text-warning on $warning-muted",
    "edit": "$text-accent on $accent-muted",
}


def fix_paragraphs(fix: FixText, number: int, language: Language) -> Iterator[Paragraph]:
    """Everything that a fix says, its risk as a badge behind its title."""
    badges = [(f" {word(f'risk-{fix.risk}', language)} ", RISKS[fix.risk])]
    if fix.tally.tried:
        worked = word("worked", language, {"worked": fix.tally.worked, "tried": fix.tally.tried})
        badges.append((worked, "$text-success" if fix.tally.promise > 0.5 else "$text-warning"))
    yield Paragraph(fix.title, "bold", f"{number}. ", "bold", tuple(badges))
    if fix.warning:
        yield Paragraph(fix.warning, "$text-warning", "   ! ", "bold $text-warning")
    for at, (name, value) in enumerate(fix.env.items()):
        if at == 0:
            yield Paragraph(f"{word('set', language)}:", "$muted", "   ")
        yield Paragraph(f"{name}={value}", "$text-success", "     ", verbatim=True)
    for command in fix.commands:
        yield Paragraph(command, "$text-success", "   $ ", "bold $text-success", verbatim=True)
    for step in fix.steps:
        yield Paragraph(step, "", "   - ")
    if fix.verify:
        yield Paragraph(f"{word('check', language)}: {fix.verify}", "", "   → ")
        for command in fix.verify_commands:
            yield Paragraph(command, "$text-success", "     $ ", "bold $text-success", verbatim=True)


def commands_of(fix: FixText) -> str:
    """What is copied of a fix: its commands, one a line."""
    return "\n".join(fix.commands or fix.verify_commands)
