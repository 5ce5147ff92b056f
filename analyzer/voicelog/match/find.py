"""All that the base has to say of one log."""

from __future__ import annotations

from collections.abc import Mapping

from voicelog.linear import compile_pattern, holds
from voicelog.match.pattern import Matcher
from voicelog.model import Event, Hit, Log, Nearest
from voicelog.parse.events import speaks_of_failure
from voicelog.signatures.base import KnowledgeBase

_MOST_PACK_SEARCHES = 200_000
_MOST_LINES = 40
"""Lines compared with every phrase: the last ones of a log tell most."""


def pattern_hits(log: Log, base: KnowledgeBase, facts: Mapping[str, str] | None = None) -> list[Hit]:
    """Hits of exact patterns; `facts` in place of those that the log itself tells."""
    return Matcher(log, base, facts).hits()


def pack_hits(log: Log, packs: KnowledgeBase, facts: Mapping[str, str] | None = None) -> list[Hit]:
    """Hits of the patterns of packs, whose authors we do not know: no more searches than take a blink."""
    return Matcher(log, packs, facts, _MOST_PACK_SEARCHES).hits()


def misread_hits(log: Log, base: KnowledgeBase) -> tuple[Log, list[Hit]]:
    """A log read off a screenshot, with what happened in it as it reads without misread characters, and the hits on
    its lines put right; any other log itself, and none."""
    from voicelog.match.misread import looks_misread, put_right

    return put_right(log, base) if looks_misread(log, base) else (log, [])


def near_hits(log: Log, base: KnowledgeBase) -> list[Hit]:
    """Lines of failure that resemble a known phrase."""
    from voicelog.match.fuzzy import fuzzy_hits

    found = fuzzy_hits(log, base, failure_records(log)[-_MOST_LINES:])
    return [hit for hit in found if not _refused(log.records[hit.record].text, base, hit.id)]


def _refused(line: str, base: KnowledgeBase, identifier: str) -> bool:
    """Whether a pattern of the signature matches the line: then what else it asks for was not there, and a wording
    that asks for nothing must not bring it back."""
    parts = base.signature(identifier).match
    return any(part.pattern and holds(compile_pattern(part.pattern), line) for part in parts)


def similar_signatures(log: Log, base: KnowledgeBase) -> list[Nearest]:
    """What the failure as a whole resembles."""
    from voicelog.match.similar import nearest

    text = "\n".join(log.records[at].text[:1000] for at in failure_records(log)[-_MOST_LINES:])
    return nearest(text, base)


def failure_records(log: Log) -> list[int]:
    """Records that carry the words of a failure, in order."""
    chosen: set[int] = set()
    for event in log.events:
        chosen.update(_told_by(event))
    if not chosen:
        chosen.update(at for at, record in enumerate(log.records) if speaks_of_failure(record.text))
    return sorted(at for at in chosen if log.records[at].text.strip())


def _told_by(event: Event) -> list[int]:
    if event.kind == "warning":
        return []
    if not event.chain:
        return [event.first]
    return [at for raised in event.chain for at in range(raised.first, min(raised.last, raised.first + 12) + 1)]
