"""Only phrases that share words with a line are compared with it, and no near one is lost by that."""

from __future__ import annotations

import random

from rapidfuzz import fuzz

from voicelog.api import open_knowledge
from voicelog.masking import CUTOFF, mask
from voicelog.match.fuzzy import fuzzy_hits
from voicelog.model import Level, Log, Record, Source
from voicelog.signatures.base import Phrase

CHARACTERS = "abcdefghijklmnopqrstuvwxyz 错误"
EVERY = 7


def changed(text: str, changes: int, chance: random.Random) -> str:
    """`text` with characters replaced, lost or added."""
    for _ in range(changes):
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice((chance.choice(CHARACTERS), "", text[at] * 2)) + text[at + 1 :]
    return text


def test_no_near_phrase_is_lost() -> None:
    """Phrases with changed characters, alone and within longer lines, against a search of all phrases."""
    base = open_knowledge()
    phrases = sorted(Phrase(*value) for _, value in base.phrases.items())
    chance = random.Random(7)
    lines = []
    for phrase in phrases[::EVERY]:
        text = changed(phrase.wording, chance.randrange(4), chance)
        lines += [text, f"rvc worker: {text}", text[: len(text) * 2 // 3]]
    records = tuple(Record(number, line, Level.PLAIN) for number, line in enumerate(lines, 1))
    found = {(hit.record, hit.id) for hit in fuzzy_hits(Log(Source("", ""), records, ()), base, range(len(lines)))}
    expected, near = set(), 0
    for at, line in enumerate(lines):
        masked = mask(line)
        if len(masked) < 16:
            continue
        scores = sorted(((fuzz.token_set_ratio(masked, one.wording), one) for one in phrases), key=lambda one: -one[0])
        alike = [(score, one) for score, one in scores[:3] if score >= CUTOFF]
        near += bool(alike)
        for _, one in alike:
            if fuzz.partial_ratio(masked, one.wording) >= CUTOFF and len(one.wording) >= 0.35 * len(masked):
                expected.add((at, base.index.ids[one.signature]))
    assert near > len(lines) // 3
    assert len(expected - found) <= len(expected) // 100
