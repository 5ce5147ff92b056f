"""An entry's own examples, near misses, and logs of successful runs, read by the whole engine."""

from __future__ import annotations

from collections.abc import Iterator

from voicelog.gates.whole import Whole
from voicelog.model import Report, Source
from voicelog.pipeline import analyze_source
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.lint import Remark
from voicelog.signatures.types import Signature


def prove(signature: Signature, whole: Whole) -> Iterator[Remark]:
    """Every gate that runs: examples first and with their captures, near misses and clean logs silent."""
    for at in range(len(signature.examples)):
        yield from prove_example(signature, at, whole.base)
    for at in range(len(signature.not_examples)):
        yield from prove_near_miss(signature, at, whole.base)
    if not signature.benign:
        yield from prove_silence(signature, whole)


def prove_example(signature: Signature, at: int, base: KnowledgeBase) -> Iterator[Remark]:
    """The example ranks its signature first against the whole base and yields its captures."""
    example = signature.examples[at]
    report = analyze_source(Source(example.source, example.text), base)
    path = ("examples", at, "text")
    if signature.benign:
        if signature.id not in {one.id for one in report.benign}:
            yield Remark(path, f"example {at + 1} is not recognised as harmless", _next_step(report))
        elif report.verdict == "diagnosed" and not _is_added(signature, base):
            yield Remark(
                path, f"example {at + 1} is answered with {report.diagnoses[0].id}", "show the harmless lines alone"
            )
        return
    ranked = [one.id for one in report.diagnoses]
    if signature.id not in ranked:
        yield Remark(path, f"example {at + 1} is not recognised: {_answer(report)}", _next_step(report))
        return
    if ranked[0] != signature.id and not _is_added(signature, base):
        hint = (
            f"name words that only this failure prints; if {ranked[0]} follows from it, put that under 'consequences'"
        )
        yield Remark(path, f"example {at + 1} is answered with {ranked[0]} first", hint)
        return
    captures = report.diagnoses[ranked.index(signature.id)].captures
    for name, wanted in example.captures.items():
        if captures.get(name) != wanted:
            message = f"example {at + 1}: '{name}' is {captures.get(name)!r}, not {wanted!r}"
            yield Remark(("examples", at, "captures"), message, "mend the capture or the group in the pattern")


def prove_near_miss(signature: Signature, at: int, base: KnowledgeBase) -> Iterator[Remark]:
    """The near miss leaves the signature silent."""
    report = analyze_source(Source("near miss", signature.not_examples[at].text), base)
    if signature.id in named(report):
        hint = "narrow the pattern, or add the words that differ under 'none'"
        yield Remark(("not_examples", at, "text"), f"near miss {at + 1} is taken for it", hint)


def prove_silence(signature: Signature, whole: Whole) -> Iterator[Remark]:
    """The logs of successful runs leave the signature silent."""
    pieces = _owner(signature, whole.base).pieces_of(signature.id)
    for case in whole.logs:
        if case.root != "healthy" or case.name in whole.false_alarms or not holds_any(case.text, pieces):
            continue
        report = analyze_source(Source(case.name, case.text), whole.base)
        if signature.id in {one.id for one in report.diagnoses}:
            line = report.diagnoses[[one.id for one in report.diagnoses].index(signature.id)].evidence[0]
            message = f"speaks in the log of a successful run, {case.name} line {line.line}: {line.text[:100]}"
            yield Remark(("match",), message, "narrow the pattern that matches there")


def named(report: Report) -> set[str]:
    """Every id that the report mentions as matched."""
    return {one.id for part in (report.diagnoses, report.benign, report.consequences) for one in part}


def holds_any(text: str, pieces: frozenset[str]) -> bool:
    """Whether a log can be matched at all by a signature with these required pieces."""
    lowered = text.lower()
    return any(piece in lowered for piece in pieces)


def _owner(signature: Signature, base: KnowledgeBase) -> KnowledgeBase:
    """The base that holds the signature: the packs beside the given one, or the given one."""
    return base.beside if base.beside is not None and _is_added(signature, base) else base


def _is_added(signature: Signature, base: KnowledgeBase) -> bool:
    """Whether a pack holds it, whose entries stand behind those of the base."""
    return base.beside is not None and signature.id in base.beside


def _answer(report: Report) -> str:
    return report.diagnoses[0].id if report.diagnoses else f"the answer is '{report.verdict}'"


def _next_step(report: Report) -> str:
    failure = f"; the failure is seen on line {report.failure.line}" if report.failure else ""
    rejected = ", ".join(f"{one.id}: {one.why}" for one in report.rejected[:3])
    return "let a pattern match its decisive line" + failure + (f"; left out were {rejected}" if rejected else "")
