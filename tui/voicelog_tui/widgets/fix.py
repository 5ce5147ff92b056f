"""A fix as rows: its title, what it risks, what it did here, what to do."""

from __future__ import annotations

from voicelog.language import Language
from voicelog.language import word as engine_word
from voicelog.render.answer import FixText
from voicelog_tui.widgets.page import Layout, Target
from voicelog_tui.words import word


def lay_out_fix(layout: Layout, fix: FixText, number: int, language: Language, target: Target | None = None) -> None:
    """Everything that a fix says; its title leads to `target`, where it can be tried."""
    layout.text(fix.title, "strong", 3, f"{number}. ", target)
    risk = engine_word(f"risk-{fix.changes}", language)
    layout.row(("   ", "text"), (f" {risk} ", f"badge-{fix.changes}"), target=target)
    if fix.tally.tried:
        values = {"worked": fix.tally.worked, "tried": fix.tally.tried}
        layout.text(engine_word("worked", language, values), "good" if fix.tally.worked else "warning", 3)
    if fix.warning:
        layout.text(fix.warning, "warning", 5, "   ! ")
    for name, value in fix.env.items():
        layout.text(f"{engine_word('set', language)}:", "text", 3)
        layout.literal(f"{name}={value}", "command", 5, target=Target("command", f"{name}={value}"))
    for command in fix.commands:
        lay_out_command(layout, command, 3)
    for step in fix.steps:
        layout.text(step, "text", 5, "   - ")
    if target is not None:
        layout.row(("   ", "text"), (f"▸ {word('try-fix', language)}", "link"), target=target)
    if fix.verify:
        layout.text(f"{engine_word('check', language)}: {fix.verify}", "muted", 5, "   → ")
        for command in fix.verify_commands:
            lay_out_command(layout, command, 5)


def lay_out_command(layout: Layout, command: str, indent: int) -> None:
    """A command that can be copied."""
    layout.literal(command, "command", indent + 2, "$ ", Target("command", command))
