"""Alternatives that facts decide: known facts make the reading hold, unknown ones never do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from voicelog.model import Source
from voicelog.pipeline import analyze_source
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
    folder = tmp_path / "signatures" / "area"
    folder.mkdir(parents=True)
    (folder / "general.yaml").write_text(GENERAL, encoding="utf-8")
    (folder / "narrow.yaml").write_text(NARROW, encoding="utf-8")
    base = compile_base([tmp_path], "test", similarity=False)
    report = analyze_source(Source("run.log", "RuntimeError: the frobnicator stopped\n"), base, facts)
    assert report.diagnoses[0].id == expected
    assert report.diagnoses[0].undecided == ()
    assert base.deciding("area.narrow") == {"torch", "gpu", "os"}
