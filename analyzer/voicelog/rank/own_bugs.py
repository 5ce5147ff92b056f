"""Programs that end with a mistake in their own code, whatever they said before: no cause is to blame for it."""

from __future__ import annotations

from collections.abc import Sequence

from voicelog.linear import compile_pattern
from voicelog.model import Event, Log
from voicelog.rank.claims import Claim, Place

_SURE = 0.9
"""Certainty from which a wording means its cause wherever it stands."""
_MISTAKES = frozenset(
    (
        "NameError",
        "UnboundLocalError",
        "KeyError",
        "IndexError",
        "TypeError",
        "AttributeError",
        "AssertionError",
        "ZeroDivisionError",
        "RecursionError",
        "StopIteration",
        "NotImplementedError",
        "IndentationError",
    )
)
"""What Python raises where the code itself is wrong."""
_UNPACKED = compile_pattern(r"(?:not enough|too many) values to unpack")


def is_outdone(claim: Claim, failures: Sequence[Event], claims: Sequence[Claim], log: Log) -> bool:
    """Whether the program goes on after what the claim reads, and ends with a mistake in its code of which none speaks.

    Hints at packages that are not there and failures that were got over stand before many such mistakes.
    """
    if claim.place is Place.SOURCE and claim.event >= 0:
        code = log.records[claim.best.record].text
        return _in_words(code, claim.best.start) and not _tells_by_its_code(log.events[claim.event], code)
    if claim.certainty >= _SURE or claim.place not in (Place.INFO, Place.WARNING, Place.PLAIN, Place.ERROR):
        return False
    ends = [event for event in failures if event.kind == "traceback"][-1:]
    return any(
        _is_mistake(event) and claim.last_record < event.first and not _spoken_of(event, claims, log) for event in ends
    )


def _in_words(code: str, at: int) -> bool:
    """Whether a place in a line of source lies in a string or a comment: what it says was not what happened."""
    before = code[:at].replace('\\"', "").replace("\\'", "")
    return "#" in before or before.count('"') % 2 == 1 or before.count("'") % 2 == 1


def _tells_by_its_code(event: Event, code: str) -> bool:
    """Whether the line that ran is all there is: an assertion without a message, a traceback that is cut off."""
    raised = event.chain[-1] if event.chain else None
    return not raised or not raised.type or (not raised.message and code.lstrip().startswith(("assert", "raise")))


def _is_mistake(event: Event) -> bool:
    raised = event.chain[-1]
    return raised.type in _MISTAKES or bool(_UNPACKED.match(raised.message) and raised.type == "ValueError")


def _spoken_of(event: Event, claims: Sequence[Claim], log: Log) -> bool:
    """Whether a claim speaks of the traceback, more than of a line of source in it."""
    return any(
        claim.event >= 0 and log.events[claim.event].first == event.first and claim.place is not Place.SOURCE
        for claim in claims
    )
