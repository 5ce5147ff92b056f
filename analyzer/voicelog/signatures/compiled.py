"""The base in the form that answers: patterns by required piece, phrases, similarity index, texts on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from voicelog.masking import mask
from voicelog.signatures import tfidf
from voicelog.signatures.codes import patterns_of
from voicelog.signatures.literals import required
from voicelog.signatures.load import load
from voicelog.signatures.schema import read_signature
from voicelog.signatures.types import Condition, Problem, Signature


class Rule(NamedTuple):
    """One alternative of one signature, ready to be tried on a line."""

    signature: int
    pattern: str
    codes: tuple[str, ...]
    """Patterns of which one must stand on the same line."""
    exceptions: tuple[str, ...]
    modules: tuple[str, ...]
    all: tuple[str, ...]
    none: tuple[str, ...]
    certainty: float


@dataclass(frozen=True, repr=False)
class KnowledgeBase:
    """All signatures, compiled. Immutable; texts are read from the plain values when asked for."""

    key: str
    ids: tuple[str, ...]
    rules: tuple[Rule, ...]
    pieces: Mapping[str, tuple[int, ...]]
    """Required piece to the rules that it announces."""
    phrases: tuple[tuple[str, int], ...]
    """(masked wording, signature)."""
    postings: tfidf.Postings
    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()

    def __repr__(self) -> str:
        return f"KnowledgeBase({self.key!r}, {len(self.ids)} signatures)"

    def __contains__(self, identifier: str) -> bool:
        return identifier in self.values

    def signature(self, identifier: str) -> Signature:
        """The signature with all its texts; raises KeyError where there is none."""
        value = self.values[identifier]
        signature, _ = read_signature(value, {}, identifier)
        if signature is None:
            raise KeyError(identifier)
        return signature

    def consequences(self, identifier: str) -> tuple[str, ...]:
        """Ids that merely follow from this one."""
        found = self.values[identifier].get("consequences") or ()
        return (found,) if isinstance(found, str) else tuple(found)

    def benign(self, identifier: str) -> bool:
        return identifier.startswith("benign.")

    @cached_property
    def conditions(self) -> dict[str, Condition]:
        """Conditions of the signatures that have any."""
        return {name: self.signature(name).when for name, value in self.values.items() if value.get("when")}


def compile_base(folders: Sequence[Path], key: str, *, similarity: bool = True) -> KnowledgeBase:
    """Compile the signatures of `folders`; the similarity index, which takes longest, only where wanted."""
    loaded = load(folders)
    ids = tuple(signature.id for signature in loaded.signatures)
    rules: list[Rule] = []
    phrases: list[tuple[str, int]] = []
    documents: list[str] = []
    for at, signature in enumerate(loaded.signatures):
        rules.extend(_rules(at, signature))
        wordings = dict.fromkeys(mask(phrase) for phrase in signature.phrases)
        phrases.extend((wording, at) for wording in wordings if len(wording) >= 12 or _wide(wording))
        documents.append(_document(signature))
    pieces: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        for piece in _announced_by(rule):
            pieces.setdefault(piece, []).append(number)
    return KnowledgeBase(
        key=key,
        ids=ids,
        rules=tuple(rules),
        pieces={piece: tuple(numbers) for piece, numbers in pieces.items()},
        phrases=tuple(phrases),
        postings=tfidf.fit(documents) if documents and similarity else {},
        values=loaded.values,
        problems=loaded.problems,
    )


def _rules(at: int, signature: Signature) -> list[Rule]:
    rules = []
    for alternative in signature.match:
        codes = tuple(pattern for code in alternative.codes for pattern in patterns_of(code))
        rest = (
            alternative.exceptions,
            alternative.modules,
            alternative.all,
            alternative.none,
            alternative.certainty,
        )
        if alternative.pattern:
            rules.append(Rule(at, alternative.pattern, codes, *rest))
        else:
            rules.extend(Rule(at, pattern, (), *rest) for pattern in codes)
    return rules


def _announced_by(rule: Rule) -> frozenset[str]:
    return required(rule.pattern)


def _document(signature: Signature) -> str:
    """What similarity compares with: the wordings and what the software prints, without paths and numbers."""
    examples = (line for example in signature.examples for line in example.text.splitlines() if not _framelike(line))
    return mask(" ".join([*signature.phrases, signature.title.en, signature.title.zh, *examples]))


def _framelike(line: str) -> bool:
    return line.lstrip().startswith(("File ", "Traceback (", "^", "~")) or line.startswith("    ")


def _wide(text: str) -> bool:
    return sum(char > "\u2e80" for char in text) >= 4
