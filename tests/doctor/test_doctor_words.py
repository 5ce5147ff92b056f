"""Every finding has its words in both languages, with the same placeholders, and no words are left over."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from voicelog.doctor.checks import CHECKS
from voicelog.language.findings import CHECK_TITLES, FINDINGS, ROLES
from voicelog.language.words import WORDS

DOCTOR = Path(__file__).resolve().parents[2] / "analyzer" / "voicelog" / "doctor"
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in (DOCTOR / "checks").glob("*.py"))
FAMILIES = {match[1] for match in re.finditer(r'f"([a-z]+-)\{', SOURCES)}
"""Beginnings of messages that end in what was found: `hub-` and the outcome."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", FINDINGS)
def test_a_message_is_said_in_both_languages_and_used(name: str) -> None:
    english, chinese = FINDINGS[name]
    assert placeholders(english) == placeholders(chinese)
    assert english.endswith((".", "?"))
    assert chinese.endswith("。")
    assert f'"{name}"' in SOURCES or any(name.startswith(family) for family in FAMILIES)


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r'(?:ok|warn|fail|skip|crashed)\(\s*check,\s*"([a-z0-9-]+)"', SOURCES)))
)
def test_what_a_check_says_has_words(name: str) -> None:
    assert name in FINDINGS


def test_our_own_words_have_the_same_placeholders() -> None:
    for name, (english, chinese) in WORDS.items():
        assert placeholders(english) == placeholders(chinese), name


def test_areas_and_roles_have_words() -> None:
    assert {name.partition(".")[0] for name, _, _ in CHECKS} == set(CHECK_TITLES)
    assert set(re.findall(r'\("(\w+)", Path', (DOCTOR / "system.py").read_text(encoding="utf-8"))) <= set(ROLES)
