"""The lines of a log that decide, and the part of it that makes a good example."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from voicelog.draft.template import Part, raising_code, template_of
from voicelog.model import Event, Log
from voicelog.parse.cleaning import clean

_MOST_EXAMPLE = 40
_LEAST_FRAMES = 12
_SOON = 5
"""Records within which a failure belongs to the line before it."""
_LEAST_WORDS = 8
_WORD = re.compile(r"[^\W\d_]{3,}|[\u2e80-\uffff]+")
_KINDS = ("traceback", "crash", "error", "exit", "warning")


@dataclass(frozen=True, slots=True)
class Decisive:
    """What a log failed with."""

    lines: tuple[str, ...]
    """The line that names the failure first, then others that a person chose."""
    exception: str
    modules: tuple[str, ...]
    """Packages of the frames that raised, the raising one first."""
    example: str
    template: tuple[Part, ...] = ()
    """The first line as the raising code composes it, where the log shows that."""
    code: str = ""
    """The line of code that raised, where the exception itself says nothing."""


def find_decisive(log: Log, chosen: Sequence[int] = ()) -> Decisive | None:
    """The failure of the log, or what stands on the original lines `chosen`; None where nothing fails."""
    if chosen:
        return _chosen(log, chosen)
    event = next((one for kind in _KINDS for one in reversed(log.events) if one.kind == kind), None)
    return _of_event(log, event) if event is not None else None


def _of_event(log: Log, event: Event) -> Decisive:
    raised = event.chain[-1] if event.chain else None
    at = raised.first if raised else event.first
    if raised and raised.last > at and log.records[at].text.rstrip().endswith(":") and _tells(log.records[at + 1].text):
        at += 1  # the first line only announces the one that tells
    text = log.records[at].text.strip()
    if raised and raised.type and at == raised.first:
        text = _message(text, raised.type, raised.message)
    return Decisive(
        lines=(text,),
        exception=raised.type if raised else "",
        modules=_modules(event),
        example=_example(log, _announced(log, event), event.last, at),
        template=template_of(log, raised, text) if raised else (),
        code=raising_code(log, raised).split("\n")[0] if raised and not raised.message.strip() else "",
    )


def _announced(log: Log, event: Event) -> int:
    """The first of the errors that were printed right before the event: programs often tell why and then raise."""
    first = event.first
    for before in reversed(log.events):
        if before.kind == "error" and 0 < first - before.last <= 1:
            first = before.first
    return first


def _chosen(log: Log, chosen: Sequence[int]) -> Decisive | None:
    wanted = set(chosen)
    records = [at for at, record in enumerate(log.records) if record.text.strip() and record.line in wanted]
    if not records:
        return None
    event = next((one for one in log.events if one.first <= records[-1] <= one.last), None)
    if event is not None and event.chain and len(records) == 1 and records[0] == event.chain[-1].first:
        return _of_event(log, event)
    lines = tuple(log.records[at].text.strip() for at in records)
    return Decisive(lines, "", (), _example(log, records[0], _consequence(log, records[-1]), records[0]))


def _consequence(log: Log, record: int) -> int:
    """The last record of what failed right after a chosen line, which makes the example a whole one."""
    after = (one.last for one in log.events if record < one.first <= record + _SOON)
    return max((record, *(last for last in after if last - record < _MOST_EXAMPLE)))


def _tells(line: str) -> bool:
    """Whether a line has words of its own and not only values."""
    return sum(len(word) if word.isascii() else 3 * len(word) for word in _WORD.findall(line)) >= _LEAST_WORDS


def _message(line: str, name: str, message: str) -> str:
    """The message without the name of its exception, which has a field of its own."""
    first = message.split("\n", 1)[0].strip()
    return first if first and first in line else line


def _modules(event: Event) -> tuple[str, ...]:
    frames = [frame for raised in reversed(event.chain) for frame in reversed(raised.frames)]
    packages = [frame.module.split(".")[0] for frame in frames if "-packages" in frame.path]
    return tuple(dict.fromkeys(packages))


def _example(log: Log, first: int, last: int, decisive: int) -> str:
    """The original lines of these records, cleaned; of a long traceback its header and its last frames."""
    lines = log.source.text.split("\n")
    start, end = log.records[first].line, log.records[last].line
    shown = [(clean(line.removesuffix("\r")) or [""])[-1] for line in lines[start - 1 : end]]
    if len(shown) > _MOST_EXAMPLE:
        after = max(log.records[decisive].line - start, 0)
        head = shown[:1] if after > _LEAST_FRAMES else []
        shown = [*head, *shown[max(after - _LEAST_FRAMES, len(head)) : after + _MOST_EXAMPLE - _LEAST_FRAMES]]
    while shown and not shown[-1].strip():
        shown.pop()
    return "\n".join(shown)
