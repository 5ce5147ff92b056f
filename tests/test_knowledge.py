"""The gates of the knowledge base: every signature proves itself against the whole base."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from voicelog.model import Report, Source
from voicelog.pipeline import analyze_source
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.lint import lint
from voicelog.signatures.load import load_file, signature_files
from voicelog.signatures.types import Signature

KNOWLEDGE = Path(__file__).resolve().parents[1] / "knowledge"
FILES = list(signature_files([KNOWLEDGE]))
VOCABULARY = yaml.safe_load((KNOWLEDGE / "causes.yaml").read_text(encoding="utf-8"))["causes"]


def _id(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts)


def _signatures() -> dict[str, Signature]:
    found = {}
    for root, path in FILES:
        signature, _, _ = load_file(path, root)
        if signature is not None:
            found[_id(path, root)] = signature
    return found


SIGNATURES = _signatures()
EXAMPLES = [
    pytest.param(signature, at, id=f"{name}-example-{at + 1}")
    for name, signature in SIGNATURES.items()
    for at in range(len(signature.examples))
]
NEAR_MISSES = [
    pytest.param(signature, at, id=f"{name}-miss-{at + 1}")
    for name, signature in SIGNATURES.items()
    for at in range(len(signature.not_examples))
]


def _named(report: Report) -> set[str]:
    """Every id that the report mentions as matched."""
    return (
        {one.id for one in report.diagnoses}
        | {one.id for one in report.benign}
        | {one.id for one in report.consequences}
    )


@pytest.mark.parametrize(("root", "path"), [pytest.param(root, path, id=_id(path, root)) for root, path in FILES])
def test_file_says_what_a_signature_must(root: Path, path: Path) -> None:
    signature, _, problems = load_file(path, root)
    found = [str(problem) for problem in problems]
    if signature is not None:
        found += [remark.message for remark in lint(signature)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("signature", "at"), EXAMPLES)
def test_example_ranks_its_own_signature_first(signature: Signature, at: int, base: KnowledgeBase) -> None:
    example = signature.examples[at]
    report = analyze_source(Source(example.source, example.text), base)
    if signature.benign:
        assert signature.id in {one.id for one in report.benign}, report
        assert report.verdict != "diagnosed", report
        return
    assert report.verdict == "diagnosed", report
    assert report.diagnoses[0].id == signature.id, [(one.id, one.confidence) for one in report.diagnoses]
    captures = report.diagnoses[0].captures
    assert {name: captures.get(name) for name in example.captures} == dict(example.captures)


@pytest.mark.parametrize(("signature", "at"), NEAR_MISSES)
def test_near_miss_stays_silent(signature: Signature, at: int, base: KnowledgeBase) -> None:
    report = analyze_source(Source("near miss", signature.not_examples[at].text), base)
    assert signature.id not in _named(report), report


@pytest.mark.parametrize("identifier", sorted(VOCABULARY))
def test_every_cause_has_a_signature_of_its_category(identifier: str) -> None:
    assert identifier in SIGNATURES
    assert SIGNATURES[identifier].category == VOCABULARY[identifier]["category"]


def test_consequences_name_ids_that_are_there() -> None:
    known = set(SIGNATURES) | set(VOCABULARY)
    lost = {(name, other) for name, one in SIGNATURES.items() for other in one.consequences if other not in known}
    assert not lost


def test_like_names_a_signature_that_is_there() -> None:
    named = {one.like for signature in SIGNATURES.values() for one in signature.match if one.like}
    assert named <= set(SIGNATURES)


def test_enough_harmless_lines_are_known() -> None:
    assert sum(signature.benign for signature in SIGNATURES.values()) >= 50
