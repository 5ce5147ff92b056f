"""Source code and values that are shown around a failure, by rich, IPython and pytest: nobody printed what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from voicelog.model import Event, Record

_HEADER = re.compile(r"Traceback \(most recent call last\)(?!:)")
"""As rich and IPython head a traceback; Python itself ends the line with a colon."""
_AROUND = re.compile(r"^\s*\d+(?: |$)|^\s*[│╭╰]")
"""A numbered line that is not the one that ran, or a box of values."""
_FAILURES = re.compile(r"^=+ (?:FAILURES|ERRORS) =+")
_SUMMARY = re.compile(r"^=+ .* =+")
_SECTION = re.compile(r"^_{3,} .+ _{3,}")
_CAPTURED = re.compile(r"^-+ Captured \w+ \w+ -+$")
_OF_TEST = re.compile(r"^ {4,}(?! *E  )\S|^\w+ +=")
_TOLD = re.compile(r"^E {2,}")


def shown(records: Sequence[Record], events: Sequence[Event]) -> frozenset[int]:
    """Records that only show source code or values."""
    return frozenset((*_in_tracebacks(records, events), *_in_tests(records)))


def _in_tracebacks(records: Sequence[Record], events: Sequence[Event]) -> Iterator[int]:
    for event in events:
        if event.chain and _HEADER.search(records[event.first].text):
            told = {at for raised in event.chain for at in range(raised.first, raised.last + 1)}
            for at in range(event.first, event.last + 1):
                if at not in told and _AROUND.match(records[at].text):
                    yield at


def _in_tests(records: Sequence[Record]) -> Iterator[int]:
    inside = captured = False
    for at, record in enumerate(records):
        text = record.text
        if not inside:
            inside = text.startswith("=") and bool(_FAILURES.match(text))
        elif text.startswith("=") and _SUMMARY.match(text):
            inside = captured = False
        elif _SECTION.match(text):
            captured = False
        elif _CAPTURED.match(text):
            captured = True
        elif not captured and not _TOLD.match(text) and _OF_TEST.match(text):
            yield at
