"""Patterns on text read off a screenshot: required pieces found by skeleton, put right, and the rule tried again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voicelog.linear import compile_pattern
from voicelog.masking import skeleton
from voicelog.match.pattern import Matcher, captured, pieces_in
from voicelog.model import Hit, Log
from voicelog.signatures.base import KnowledgeBase, Rule

_REPAIRED = 0.92
"""What is left of a rule's certainty once a line had to be put right."""
_UNVERIFIED = 0.82
"""The same where more than the required piece is misread, so that the whole pattern cannot be tried."""
_SPEAKS_FOR_ITSELF = 22
"""Characters from which a piece is taken without its pattern."""
_MOST_TEXT = 200_000


def misread_hits(log: Log, base: KnowledgeBase) -> list[Hit]:
    """Hits on lines that hold a required piece only once misread characters are made equal."""
    lines = [record.text for record in log.records]
    if sum(map(len, lines)) > _MOST_TEXT:
        return []
    matcher = Matcher(log, base)
    originals, heads = base.skeletons
    bare = [skeleton(line) for line in lines]
    found = pieces_in("\n".join(text for text, _ in bare), heads)
    hits: list[Hit] = []
    for piece in found:
        for record, (text, origins) in enumerate(bare):
            at = text.find(piece)
            if at < 0:
                continue
            start, end = origins[at], origins[at + len(piece) - 1] + 1
            line = lines[record]
            for original in originals[piece]:
                if original not in line.lower():
                    repaired = line[:start] + original + line[end:]
                    hits.extend(_rules_on(matcher, base, original, repaired, record, start))
    return hits


def _rules_on(matcher: Matcher, base: KnowledgeBase, piece: str, line: str, record: int, start: int) -> Iterator[Hit]:
    for number in base.index.pieces[piece]:
        rule = base.rule(number)
        found = _any_case(rule).search(line)
        if not found and len(piece) < _SPEAKS_FOR_ITSELF:
            continue
        if rule.modules or rule.codes or not matcher.surroundings_allow(rule._replace(exceptions=()), record):
            continue
        yield Hit(
            id=base.index.ids[rule.signature],
            record=record,
            start=start,
            end=start + len(piece),
            method="fuzzy",
            certainty=rule.certainty * (_REPAIRED if found else _UNVERIFIED),
            captures=captured(found) if found else {},
            weight=len(piece),
        )


def _any_case(rule: Rule) -> Any:
    """The pattern of a rule without regard to case, which the required piece has lost."""
    return compile_pattern(rule.pattern if rule.pattern.startswith("(?i)") else f"(?i){rule.pattern}")
