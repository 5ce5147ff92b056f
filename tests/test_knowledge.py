"""The gates of the knowledge base: every signature proves itself against the whole base."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicelog.gates.check import lint_entry
from voicelog.gates.proof import prove_example, prove_near_miss
from voicelog.gates.whole import open_whole
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.load import id_of, read_entry
from voicelog.signatures.types import Signature

KNOWLEDGE = Path(__file__).resolve().parents[1] / "knowledge"
SIGNATURES_FOLDER = KNOWLEDGE / "signatures"
WHOLE = open_whole([KNOWLEDGE])
VOCABULARY = WHOLE.vocabulary
SIGNATURES = WHOLE.signatures
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


@pytest.mark.parametrize("path", WHOLE.entries, ids=lambda path: id_of(path, SIGNATURES_FOLDER))
def test_file_says_what_a_signature_must(path: Path) -> None:
    entry = read_entry(path, id_of(path, SIGNATURES_FOLDER))
    assert not lint_entry(entry, WHOLE, reach=False).problems


@pytest.mark.parametrize(("signature", "at"), EXAMPLES)
def test_example_ranks_its_own_signature_first(signature: Signature, at: int, base: KnowledgeBase) -> None:
    assert not list(prove_example(signature, at, base))


@pytest.mark.parametrize(("signature", "at"), NEAR_MISSES)
def test_near_miss_stays_silent(signature: Signature, at: int, base: KnowledgeBase) -> None:
    assert not list(prove_near_miss(signature, at, base))


@pytest.mark.parametrize("identifier", sorted(VOCABULARY))
def test_every_cause_has_a_signature_of_its_category(identifier: str) -> None:
    assert identifier in SIGNATURES
    assert SIGNATURES[identifier].category == VOCABULARY[identifier]


def test_enough_harmless_lines_are_known() -> None:
    assert sum(signature.benign for signature in SIGNATURES.values()) >= 50
