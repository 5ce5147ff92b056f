"""Alternatives that facts decide: known facts make the reading hold, unknown ones never do."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import pytest

from voicelog.ingest.stream import Stream
from voicelog.model import Source
from voicelog.pipeline import WHOLE, analyze_source, analyze_stream
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.compile import compile_base

GENERAL = """
id: area.general
status: stable
category: hardware
severity: error
title: {en: General, zh: 一般}
cause: {en: Something., zh: 某事。}
match:
  - pattern: 'the frobnicator stopped'
"""
NARROW = """
id: area.narrow
status: stable
category: hardware
severity: error
title: {en: Narrow, zh: 具体}
cause: {en: Something., zh: 某事。}
match:
  - like: area.general
    when: {needs: {torch: '<2', gpu: any}, excludes: {os: macos}}
consequences: [area.general]
"""


def two_readings(folder: Path, narrow: str = NARROW) -> KnowledgeBase:
    place = folder / "signatures" / "area"
    place.mkdir(parents=True)
    (place / "general.yaml").write_text(GENERAL, encoding="utf-8")
    (place / "narrow.yaml").write_text(narrow, encoding="utf-8")
    return compile_base([folder], "test", similarity=False)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "area.general"),
        ({"torch": "1.13.1"}, "area.general"),
        ({"torch": "1.13.1", "gpu": "x"}, "area.narrow"),
        ({"torch": "1.13.1", "gpu": "x", "os": "macos"}, "area.general"),
        ({"torch": "1.13.1", "gpu": "x", "os": "linux"}, "area.narrow"),
        ({"torch": "2.1.0", "gpu": "x"}, "area.general"),
    ],
)
def test_facts_decide_between_readings(facts: Mapping[str, str], expected: str, tmp_path: Path) -> None:
    base = two_readings(tmp_path)
    report = analyze_source(Source("run.log", "RuntimeError: the frobnicator stopped\n"), base, facts)
    assert report.diagnoses[0].id == expected
    assert report.diagnoses[0].undecided == ()
    assert base.deciding("area.narrow") == {"torch", "gpu", "os"}


@pytest.mark.parametrize(
    ("facts", "expected"), [({}, "area.general"), ({"torch": "1.13.1", "gpu": "x"}, "area.narrow")]
)
def test_facts_decide_in_a_large_log_too(facts: Mapping[str, str], expected: str, tmp_path: Path) -> None:
    lines = b"a step of the training\n" * (WHOLE // 20)
    stopped = b"RuntimeError: the frobnicator stopped\n" * 900
    report = analyze_stream(Stream("run.log", io.BytesIO(lines + stopped + lines).read), two_readings(tmp_path), facts)
    assert [(one.id, one.occurrences) for one in report.diagnoses] == [(expected, 900)]


def test_a_line_says_so_only_where_facts_allow_it(tmp_path: Path) -> None:
    own = NARROW.replace("match:\n", "match:\n  - pattern: 'the frobnicator is narrow'\n")
    stopped = b"RuntimeError: the frobnicator stopped\n" * (WHOLE // 20)
    stream = Stream("run.log", io.BytesIO(b"RuntimeError: the frobnicator is narrow\n" + stopped).read)
    report = analyze_stream(stream, two_readings(tmp_path, own))
    assert {one.id: one.occurrences for one in report.diagnoses}["area.narrow"] == 1
