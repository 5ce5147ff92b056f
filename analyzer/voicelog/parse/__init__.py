"""From decoded text to records, events and facts."""

from __future__ import annotations

from voicelog.model import Log, Source
from voicelog.parse.events import find_events
from voicelog.parse.facts import find_facts
from voicelog.parse.records import to_records


def parse(source: Source) -> Log:
    """Take one log apart."""
    records = to_records(source.text, source.marks)
    events = find_events(records)
    return Log(source, records, events, find_facts(records, events))
