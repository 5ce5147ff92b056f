"""Patterns on text read off a screenshot: required pieces found by skeleton, put right, and the rule tried again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from voicelog.linear import compile_pattern
from voicelog.masking import skeleton
from voicelog.match.pattern import Matcher, captured, pieces_in
from voicelog.model import Hit, Log
from voicelog.signatures.base import KnowledgeBase, Rule
from voicelog.signatures.lexicon import Lexicon

_WORD = re.compile(r"[A-Za-z0-9|]{4,}")
_ONE_IN = 10
_MOST_TEXT = 200_000
_MOST_LINES = 200
_SEVERAL = 2
_FEW = 25


def misread_hits(log: Log, base: KnowledgeBase) -> list[Hit]:
    """Hits on lines that hold a required piece only once misread characters are made equal."""
    if sum(len(record.text) for record in log.records) > _MOST_TEXT:
        return []
    lines = [_known_words(record.text, base.lexicon) for record in log.records]
    matcher = Matcher(log, base)
    bare = [skeleton(line) for line in lines]
    found = pieces_in("\n".join(text for text, _ in bare), base.skeletons)
    hits: list[Hit] = []
    for piece, originals in found:
        for record, (text, origins) in enumerate(bare):
            at = text.find(piece)
            if at < 0:
                continue
            start, end = origins[at], origins[at + len(piece) - 1] + 1
            line = lines[record]
            for original, rules in originals:
                if line != log.records[record].text or _is_misread(line[start:end].lower(), original):
                    repaired = line[:start] + original + line[end:]
                    hits.extend(_rules_on(matcher, base, rules, repaired, record, (start, start + len(original))))
    return hits


def looks_misread(log: Log, base: KnowledgeBase) -> bool:
    """Whether several lines, or one of a few, hold known words with misread characters."""
    texts = [record.text for record in log.records[-_MOST_LINES:] if record.text.strip()]
    odd = sum(_known_words(text, base.lexicon) != text for text in texts)
    return odd >= _SEVERAL or (odd > 0 and len(texts) <= _FEW)


def _is_misread(shown: str, meant: str) -> bool:
    """Whether `shown` differs from `meant`, and by no more than a screenshot does: one character in ten."""
    lost = abs(shown.count(" ") - meant.count(" "))
    changed = abs(shown.count("rn") - meant.count("rn"))
    pairs = zip(shown.replace(" ", "").replace("rn", "m"), meant.replace(" ", "").replace("rn", "m"), strict=False)
    changed += sum(one != two for one, two in pairs)
    return 0 < lost + changed <= max(2, len(meant) // _ONE_IN)


def _known_words(line: str, lexicon: Lexicon) -> str:
    """`line` with every word that is a known one misread put right."""
    return _WORD.sub(lambda found: lexicon.meant(found.group()), line)


def _rules_on(
    matcher: Matcher, base: KnowledgeBase, rules: Iterable[int], line: str, record: int, span: tuple[int, int]
) -> Iterator[Hit]:
    for number in rules:
        rule = base.rule(number)
        found = _any_case(rule).search(line)
        if not found or rule.codes or not matcher.surroundings_allow(rule._replace(exceptions=()), record):
            continue
        yield Hit(
            id=base.index.ids[rule.signature],
            record=record,
            start=span[0],
            end=span[1],
            method="repaired",
            certainty=rule.certainty,
            captures=captured(found),
            weight=found.end() - found.start(),
        )


def _any_case(rule: Rule) -> Any:
    """The pattern of a rule without regard to case, which the required piece has lost."""
    return compile_pattern(rule.pattern if rule.pattern.startswith("(?i)") else f"(?i){rule.pattern}")
