"""Whole answers, pinned: `pytest tests/test_golden.py --refresh` rewrites them; read the difference before a commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicelog import analyze
from voicelog.ingest.source import read
from voicelog.model import Report, Source
from voicelog.pipeline import analyze_source
from voicelog.render.document import dump, to_document
from voicelog.render.markdown import to_markdown
from voicelog.render.page import to_page
from voicelog.render.text import TextRenderer
from voicelog.render.width import width
from voicelog.signatures.base import KnowledgeBase

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path for path in GOLDEN.iterdir() if path.is_dir())


def _answers(report: Report, base: KnowledgeBase, log: str) -> dict[str, str]:
    return {
        "expected.json": dump(to_document(report, base, "en")),
        "expected.en.txt": TextRenderer(base, "en").render(report),
        "expected.zh.txt": TextRenderer(base, "zh").render(report),
        "expected.md": to_markdown(report, base, "en"),
        "expected.html": to_page([report], base, "zh", [log]),
    }


def _log(case: Path) -> str:
    return next(read(str(case / "input.log"))).text


def _report(case: Path, base: KnowledgeBase) -> Report:
    source = next(read(str(case / "input.log")))
    return analyze_source(Source("input.log", source.text, source.encoding), base)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_answer(case: Path, base: KnowledgeBase, request: pytest.FixtureRequest) -> None:
    for name, text in _answers(_report(case, base), base, _log(case)).items():
        path = case / name
        if request.config.getoption("--refresh"):
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.read_text(encoding="utf-8") == text, f"{path} differs: read it, then pytest --refresh"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_answer_fits_eighty_columns(case: Path, base: KnowledgeBase) -> None:
    """Commands and links are never broken, so that they can be copied; everything else fits."""
    for language in ("en", "zh"):
        for line in TextRenderer(base, language).render(_report(case, base)).splitlines():
            assert width(line) <= 80 or "$ " in line or "http" in line, line


def test_the_language_changes_nothing_but_words(base: KnowledgeBase) -> None:
    report = analyze("RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB\n", knowledge=base)
    one, two = to_document(report, base, "en"), to_document(report, base, "zh")
    assert one["diagnoses"][0]["title"] != two["diagnoses"][0]["title"]
    for document in (one, two):
        for diagnosis in document["diagnoses"]:
            for key in ("title", "cause", "fixes"):
                del diagnosis[key]
    assert one == two
