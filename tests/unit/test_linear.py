"""Searching many lines at once finds what searching each of them finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelog.linear import compile_pattern, holds, lines_where

PATTERNS = (
    r"^error\b",
    r"failed\.?$",
    r"(?i)ERROR",
    r"^\s*\+ Category",
    r"[^a]b",
    r"\bend\W+start\b",
    r"错误[:：]",
    r"^$",
    r"a*",
)
LINES = st.lists(st.text(alphabet="ab +.:错误\u2028\x0b\ud800eErrorfaildCtgyns", max_size=12), max_size=8)


@pytest.mark.parametrize("pattern", PATTERNS)
@given(lines=LINES)
def test_all_at_once_is_one_by_one(pattern: str, lines: list[str]) -> None:
    compiled = compile_pattern(pattern)
    assert lines_where(lines, compiled) == {at for at, line in enumerate(lines) if holds(compiled, line)}


def test_a_match_over_several_lines_is_none() -> None:
    """`\\s` and negated classes may cross a line's end in a joined text."""
    lines = ["the end", "start here", "end start"]
    assert lines_where(lines, compile_pattern(r"\bend\s+start\b")) == {2}


def test_several_patterns_at_once() -> None:
    assert lines_where(["a", "b", "c"], compile_pattern("^a"), compile_pattern("c$")) == {0, 2}
