"""What happened in a log besides tracebacks: crashes, exit codes, lines that say that something failed."""

from __future__ import annotations

from collections.abc import Sequence

from voicelog.linear import holds, lines_where
from voicelog.model import Event, EventKind, Level, Record
from voicelog.parse import prefixes
from voicelog.parse.cleaning import is_progress
from voicelog.parse.tracebacks import find_tracebacks
from voicelog.parse.wordings import BARE, CRASH, ELSEWHERE, ERROR, ERROR_WORD, EXIT, NO_ERROR

_TELLING = (CRASH, EXIT, ERROR, ELSEWHERE, BARE)
"""Most lines match none of them; as one pattern they have too many states for RE2 to remember."""


def find_events(records: Sequence[Record]) -> tuple[Event, ...]:
    """Everything that happened, in order; tracebacks first claim their records."""
    tracebacks = find_tracebacks(records)
    taken: set[int] = set()
    for event in tracebacks:
        taken.update(range(event.first, event.last + 1))
    telling = lines_where([record.text for record in records], *_TELLING)
    others: list[Event] = []
    for at, record in enumerate(records):
        if at in taken or not record.text or (at not in telling and record.level < Level.WARNING):
            continue
        if kind := _kind(record):
            others.append(Event(kind, at, at))
    return tuple(sorted([*tracebacks, *others], key=lambda event: event.first))


def _kind(record: Record) -> EventKind | None:
    text = record.text
    if is_progress(text) or prefixes.is_spoken(text):
        return None
    if CRASH.search(text) and record.level <= Level.FATAL and record.level != Level.INFO:
        return "crash"
    if found := EXIT.search(text):
        code = found["code"] or found["code2"]
        return "exit" if code not in ("0", "0x0") else None
    if record.level >= Level.ERROR:
        return None if NO_ERROR.search(text) else "error"
    if record.level == Level.WARNING:
        return "warning"
    if record.level == Level.INFO:
        return None
    if (ERROR.search(text) or ELSEWHERE.search(text) or BARE.search(text)) and not NO_ERROR.search(text):
        return "error"
    return None


def tells_of_failure(text: str) -> bool:
    """Whether a line, alone, says that something failed, loudly or in words."""
    if "Traceback (most recent" in text or "Stack (most recent" in text:
        return True
    loudness = prefixes.level(text)
    if loudness < Level.WARNING and not any(holds(pattern, text) for pattern in _TELLING):
        return False
    return _kind(Record(0, text, loudness)) in ("crash", "exit", "error")


def speaks_of_failure(text: str) -> bool:
    """Whether a line uses any word of failure at all: worth comparing with known wordings."""
    return bool(ERROR_WORD.search(text))
