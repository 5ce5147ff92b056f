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
