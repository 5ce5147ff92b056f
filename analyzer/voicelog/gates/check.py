"""The gates in a row: what is wrong with an entry, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from voicelog.catalog.origin import nearest_ids
from voicelog.gates.proof import prove
from voicelog.gates.reach import Reach, measure
from voicelog.gates.whole import Whole
from voicelog.signatures.lint import Remark, lint, located
from voicelog.signatures.load import Entry
from voicelog.signatures.types import Problem, Signature


@dataclass(frozen=True, slots=True)
class Checked:
    """What the gates say of one file."""

    file: str
    id: str
    problems: tuple[Problem, ...]
    reach: Reach | None = None


def lint_entry(entry: Entry, whole: Whole, *, reach: bool = True) -> Checked:
    """What can be told of an entry by reading it, and by reading what its patterns also match."""
    signature = entry.signature
    if signature is None:
        return Checked(entry.file, "", entry.problems or (Problem(entry.file, 1, "is no signature"),))
    remarks = [*lint(signature), *_names(signature, whole)]
    measured = None
    if reach and signature.id in whole.base:
        measured, taken = measure(signature, whole)
        remarks += taken
    problems = (*entry.problems, *located(iter(remarks), entry.file, entry.lines))
    return Checked(entry.file, signature.id, _sorted(problems), measured)


def run_entry(entry: Entry, whole: Whole) -> Checked:
    """What running its examples, its near misses and clean logs shows."""
    if entry.signature is None:
        return Checked(entry.file, "", entry.problems)
    problems = located(prove(entry.signature, whole), entry.file, entry.lines)
    return Checked(entry.file, entry.signature.id, _sorted((*entry.problems, *problems)))


def _names(signature: Signature, whole: Whole) -> Iterator[Remark]:
    """Other ids that the entry names must be there, and its category the one of the vocabulary."""
    known = whole.signatures.keys() | whole.vocabulary.keys()
    for at, other in enumerate(signature.consequences):
        if other not in known:
            yield Remark(
                ("consequences", at), f"consequences: no signature has the id '{other}'", _did_you_mean(other, known)
            )
    for at, alternative in enumerate(signature.match):
        if alternative.like and alternative.like not in whole.signatures:
            hint = _did_you_mean(alternative.like, whole.signatures.keys())
            yield Remark(("match", at, "like"), f"like: no signature has the id '{alternative.like}'", hint)
    wanted = whole.vocabulary.get(signature.id)
    if wanted and wanted != signature.category:
        yield Remark(("category",), f"category: the vocabulary says {wanted}", f"write {wanted}")


def _did_you_mean(identifier: str, known: Iterable[str]) -> str:
    near = nearest_ids(identifier, list(known))
    return f"did you mean {near[0]}?" if near else "voicelog kb list shows all ids"


def _sorted(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: one.line))
