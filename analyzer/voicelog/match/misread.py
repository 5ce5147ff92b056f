"""Patterns on text read off a screenshot: required pieces found by skeleton, put right, and the rule tried again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from voicelog.linear import compile_pattern
from voicelog.masking import skeleton
from voicelog.match.pattern import Matcher, captured, pieces_in
from voicelog.model import Hit, Log, Record
from voicelog.parse.events import find_events
from voicelog.parse.prefixes import is_spoken, level
from voicelog.parse.wordings import NO_ERROR
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.lexicon import Lexicon

_WORD = re.compile(r"[A-Za-z0-9|]{4,}")
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:P<\w+>|[a-z-]*:?)|\{[\d,]+\}|.", re.DOTALL)
"""The tokens of a pattern: escapes, classes, openings of groups, counts and literals."""
_LOOKALIKES = {
    **dict.fromkeys("oO0", "[o0]"),
    **dict.fromkeys("lIi1", "[li1|]"),
    "m": "(?:m|rn)",
    "M": "(?:m|rn)",
    " ": " *",
    "\\d": r"[\dOolI|]",
}
"""Tokens to what they look like on a screenshot."""
_PLAIN_WORD = re.compile(r"(?<![\w./\\-])[a-z]{10,24}(?![\w/\\])")
_MOST_TEXT = 200_000
_MOST_LINES = 200
_SEVERAL = 2
_FEW = 25


def put_right(log: Log, base: KnowledgeBase) -> tuple[Log, list[Hit]]:
    """A log with the events that its lines tell once their known words are put right, and the hits on these lines.

    The lines themselves stay as they are.
    """
    records = tuple(_corrected(record, base.lexicon) for record in log.records)
    right = log._replace(events=find_events(records))
    return right, _hits(right, records, base)


def _hits(log: Log, corrected: tuple[Record, ...], base: KnowledgeBase) -> list[Hit]:
    """Hits on lines that a rule matches only once misread characters are made equal and lost spaces allowed."""
    matcher = Matcher(log._replace(records=corrected), base)
    bare = [skeleton(record.text)[0] for record in log.records]
    found = pieces_in("\n".join(bare), base.skeletons)
    hits: list[Hit] = []
    for piece, originals in found:
        numbers = [number for _, rules in originals for number in rules]
        for at, (text, record) in enumerate(zip(bare, log.records, strict=True)):
            if piece in text and not is_spoken(record.text) and not NO_ERROR.search(record.text):
                hits.extend(_rules_on(matcher, base, numbers, record.text, at))
    return hits


def looks_misread(log: Log, base: KnowledgeBase) -> bool:
    """Whether several lines, or one of a few, hold known words with misread characters or without their space."""
    if sum(len(record.text) for record in log.records) > _MOST_TEXT:
        return False
    texts = [record.text for record in log.records[-_MOST_LINES:] if record.text.strip()]
    odd = sum(_known_words(text, base.lexicon) != text or _lost_space(text, base.lexicon) for text in texts)
    return odd >= _SEVERAL or (odd > 0 and len(texts) <= _FEW)


def _corrected(record: Record, lexicon: Lexicon) -> Record:
    text = _known_words(record.text, lexicon)
    return record if text == record.text else record._replace(text=text, level=max(record.level, level(text)))


def _lost_space(text: str, lexicon: Lexicon) -> bool:
    return any(lexicon.glued(word) for word in _PLAIN_WORD.findall(text))


def _known_words(line: str, lexicon: Lexicon) -> str:
    """`line` with every word that is a known one misread put right."""
    return _WORD.sub(lambda found: lexicon.meant(found.group()), line)


def _rules_on(matcher: Matcher, base: KnowledgeBase, rules: Iterable[int], line: str, record: int) -> Iterator[Hit]:
    for number in rules:
        rule = base.rule(number)
        found = _as_read(rule.pattern).search(line)
        if not found or rule.codes or not matcher.surroundings_allow(rule._replace(exceptions=()), record):
            continue
        if _any_case(rule.pattern).search(line):
            continue
        yield Hit(
            id=base.index.ids[rule.signature],
            record=record,
            start=found.start(),
            end=found.end(),
            method="repaired",
            certainty=rule.certainty,
            captures=captured(found),
            weight=found.end() - found.start(),
        )


def _any_case(pattern: str) -> re.Pattern[str]:
    """A pattern without regard to case, which characters misread have lost."""
    return compile_pattern(pattern if pattern.startswith("(?i)") else f"(?i){pattern}")


@cache
def _as_read(pattern: str) -> re.Pattern[str]:
    """A pattern that also matches what a screenshot makes of its literals."""
    whole = _any_case(pattern).pattern
    try:
        return compile_pattern(_TOKEN.sub(lambda found: _LOOKALIKES.get(found.group(), found.group()), whole))
    except ValueError:
        return compile_pattern(whole)
