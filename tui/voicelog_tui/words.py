"""The interface's own words: name to (English, Chinese), looked up each time one is shown."""

from __future__ import annotations

from collections.abc import Mapping

from voicelog.language import LANGUAGES, Language
from voicelog_tui.words_diagnose import DIAGNOSE_WORDS
from voicelog_tui.words_doctor import DOCTOR_WORDS
from voicelog_tui.words_frame import FRAME_WORDS
from voicelog_tui.words_knowledge import KNOWLEDGE_WORDS
from voicelog_tui.words_runs import RUNS_WORDS

WORDS: Mapping[str, tuple[str, str]] = {
    **FRAME_WORDS,
    **DIAGNOSE_WORDS,
    **KNOWLEDGE_WORDS,
    **RUNS_WORDS,
    **DOCTOR_WORDS,
}


def word(name: str, language: Language, values: Mapping[str, object] | None = None) -> str:
    """One of the interface's words or sentences, its placeholders filled."""
    text = WORDS[name][LANGUAGES.index(language)]
    return text.format(**values) if values else text
