"""What has changed since a baseline, as text and as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from voicelog.language import Language, word
from voicelog.model import Comparison

SCHEMA = "voicelog.comparison/1"


def to_comparison_text(comparison: Comparison, language: Language) -> str:
    """One line a change, ending in a newline."""
    when = _local_time(comparison.since)
    if not comparison.changes:
        return f"✓ {word('baseline-same', language, {'when': when})}\n"
    values = {"count": len(comparison.changes), "when": when}
    lines = [f"! {word('baseline-changed', language, values)}"]
    for one in comparison.changes:
        name = one.name
        if one.part == "disk":
            name = f"{word('baseline-room', language)} ({word_of_role(one.name, language)})"
        kind = "added" if not one.before else "removed" if not one.after else "other"
        kind = kind if one.part == "packages" else "other"
        shown = {"name": name, "before": one.before or "-", "after": one.after or "-"}
        lines.append("  " + word(f"baseline-{kind}", language, shown))
    return "\n".join(lines) + "\n"


def _local_time(moment: str) -> str:
    """A moment as the clock here showed it."""
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return moment


def word_of_role(role: str, language: Language) -> str:
    """What a folder is for, in words."""
    from voicelog.language import LANGUAGES
    from voicelog.language.findings import ROLES

    return ROLES[role][LANGUAGES.index(language)] if role in ROLES else role


def to_comparison_document(comparison: Comparison) -> dict[str, Any]:
    """The changes as plain values."""
    return {
        "schema": SCHEMA,
        "since": comparison.since,
        "changes": [
            {"part": one.part, "name": one.name, "before": one.before or None, "after": one.after or None}
            for one in comparison.changes
        ],
    }
