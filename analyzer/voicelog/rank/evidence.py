"""Lines of the log as given, quoted for a claim or a failure."""

from __future__ import annotations

from collections.abc import Sequence

from voicelog.model import Event, Evidence, Log
from voicelog.rank.claims import Claim, Place, Places

_MOST = 4


def evidence_for(claim: Claim, log: Log, places: Places) -> tuple[Evidence, ...]:
    """The lines that speak for a claim, best first, each text once; source code only where nothing else does."""
    found: dict[int, Evidence] = {}
    texts: set[str] = set()
    spoken = [hit for hit in claim.hits if places.place_of(hit.record) is not Place.SOURCE]
    for hit in spoken or claim.hits:
        words = log.records[hit.record].text[hit.start :]
        one = evidence_at(log, hit.record, hit.start + len(words) - len(words.lstrip()))
        if one.line not in found and one.text not in texts:
            found[one.line] = one
            texts.add(one.text)
        if len(found) == _MOST:
            break
    return tuple(found.values())


def evidence_at(log: Log, record: int, offset: int = 0) -> Evidence:
    """The piece of a record that holds `offset`, with its original line number."""
    entry = log.records[record]
    if not entry.pieces:
        return Evidence(entry.line, entry.text.strip())
    starts = [start for start, _ in entry.pieces] + [len(entry.text)]
    for at, (start, _) in enumerate(entry.pieces):
        if start <= offset < starts[at + 1]:
            return Evidence(entry.line_at(offset), entry.text[start : starts[at + 1]].strip())
    return Evidence(entry.line, entry.text[: starts[1]].strip())


def failure_of(log: Log, failures: Sequence[Event]) -> Evidence | None:
    """The line that says best what went wrong: the last exception, else the last crash, error or exit."""
    for kind in ("traceback", "crash", "error", "exit"):
        for event in reversed(failures):
            if event.kind == kind:
                return evidence_at(log, event.chain[-1].first if event.chain else event.first)
    return None
