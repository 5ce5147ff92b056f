"""The language of an answer: which one, its own words, and the texts of signatures filled in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from voicelog.language.words import WORDS

if TYPE_CHECKING:
    from voicelog.signatures.types import Text

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


def of_locale() -> Language:
    """Chinese where the system speaks it, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    import locale

    try:
        name = locale.getlocale()[0] or ""
    except ValueError:
        return "en"
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


def pick(text: Text, language: Language) -> str:
    """`text` in `language`, in the other one where it has none."""
    return (text.zh or text.en) if language == "zh" else (text.en or text.zh)


def word(name: str, language: Language, values: Mapping[str, object] | None = None) -> str:
    """One of voicelog's own words or sentences."""
    text = WORDS[name][LANGUAGES.index(language)]
    return text.format(**values) if values else text


def redacted_words(counts: Mapping[str, int], language: Language) -> str:
    """How many pieces of personal data of each kind were replaced."""
    said = (word(f"redact-{kind}", language, {"count": count}) for kind, count in counts.items())
    return word("redacted", language, {"counts": ", ".join(said)})


def finding_text(name: str, language: Language, values: Mapping[str, str]) -> str:
    """What a check of the machine says; the part that a folder plays is put into words."""
    from voicelog.language.findings import FINDINGS, ROLES

    at = LANGUAGES.index(language)
    between = ", " if language == "en" else "、"
    known = dict(values)
    if "role" in known:
        known["role"] = ROLES[known["role"]][at]
    if "roles" in known:
        known["roles"] = between.join(ROLES[role][at] for role in known["roles"].split(", "))
    return FINDINGS[name][at].format(**known)


def check_title(check: str, language: Language) -> str:
    """The area of a check, in words."""
    from voicelog.language.findings import CHECK_TITLES

    return CHECK_TITLES[check.partition(".")[0]][LANGUAGES.index(language)]
