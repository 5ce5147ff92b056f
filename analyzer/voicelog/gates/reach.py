"""How far an entry reaches: what else its patterns match, and whose answers it would take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voicelog.gates.corpus import accepts
from voicelog.gates.proof import holds_any, named
from voicelog.gates.whole import Whole
from voicelog.match.find import pattern_hits
from voicelog.model import Report, Source
from voicelog.parse import parse
from voicelog.pipeline import analyze_source
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.lint import Remark
from voicelog.signatures.literals import least
from voicelog.signatures.types import Signature


@dataclass(frozen=True, slots=True)
class Reach:
    """What an entry matches besides its examples."""

    least: str
    """The shortest text that any of its patterns asks for, with a space for what may vary."""
    logs: tuple[str, ...]
    """Labelled logs in which it is named, with their labels."""
    searched: int
    """How many labelled logs there are."""
    taken: tuple[str, ...]
    """Logs that it answers first though their label says otherwise, with the id that would answer rightly."""
    examples: tuple[str, ...]
    """Ids of other entries in whose examples it is named."""


def measure(signature: Signature, whole: Whole) -> tuple[Reach, list[Remark]]:
    """The reach of an entry of the base, and the answers that it would take from where they belong."""
    pieces = whole.base.pieces_of(signature.id)
    remarks: list[Remark] = []
    logs: list[str] = []
    taken: list[str] = []
    own, rest = whole.base.only(signature.id), whole.base.without(signature.id)
    for case in whole.logs:
        if not _matches(case.text, pieces, own):
            continue
        report = analyze_source(Source(case.name, case.text), whole.base)
        if signature.id not in named(report):
            continue
        logs.append(f"{case.name} ({case.root})")
        if _first(report) == signature.id and case.cause and not accepts(case.accepted, signature.id):
            before = _first(analyze_source(Source(case.name, case.text), rest))
            if before and accepts(case.accepted, before):
                taken.append(f"{case.name} ({before})")
    examples: list[str] = []
    for other, at, text in _other_examples(signature, whole):
        if not _matches(text, pieces, own):
            continue
        report = analyze_source(Source("example", text), whole.base)
        if signature.id not in named(report):
            continue
        examples.append(other.id)
        lost = other.id not in {one.id for one in report.benign} if other.benign else _first(report) != other.id
        if lost and _first(report) == signature.id:
            remarks.append(Remark(("match",), f"takes example {at + 1} of {other.id}", _NARROW))
    shortest = min((least(one.pattern) for one in signature.match if one.pattern), key=_said, default="")
    reach = Reach(
        " ".join(shortest.split()), tuple(logs), len(whole.logs), tuple(taken), tuple(dict.fromkeys(examples))
    )
    return reach, remarks


_NARROW = "narrow the pattern, give it a lower certainty, or name one of the two under the other's 'consequences'"


def _matches(text: str, pieces: frozenset[str], own: KnowledgeBase) -> bool:
    """Whether a pattern of the entry matches anywhere, found out without asking all the others."""
    return holds_any(text, pieces) and bool(pattern_hits(parse(Source("log", text)), own))


def _other_examples(signature: Signature, whole: Whole) -> Iterator[tuple[Signature, int, str]]:
    for other in whole.signatures.values():
        if other.id != signature.id:
            yield from ((other, at, example.text) for at, example in enumerate(other.examples))


def _first(report: Report) -> str:
    return report.diagnoses[0].id if report.diagnoses else ""


def _said(text: str) -> int:
    return len(text.replace(" ", ""))
