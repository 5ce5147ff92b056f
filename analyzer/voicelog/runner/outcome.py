"""Two runs of the same program compared: did the fix help, and what shows it."""

from __future__ import annotations

from typing import Literal

from voicelog.masking import mask
from voicelog.model import Frame, Log, Raised, Report, Source
from voicelog.parse import parse
from voicelog.runner.explain import text_of
from voicelog.runner.types import Outcome, Run, Verdict

_AS_LONG = 0.8
"""Share of the earlier run's time from which another failure counts as a later one, where nothing better tells."""


def compare(before: Run, after: Run) -> Outcome:
    """What `after`, a re-run of `before`, shows of the fix between them."""
    first, second = cause_of(before), cause_of(after)
    if not after.failed:
        return Outcome("fixed", first, "", "ended-well")
    one, two = parse(Source("", text_of(before))), parse(Source("", text_of(after)))
    order, reason, reached = _order(before, after, one, two)
    if first == second:
        earlier = order < 0 and reason != ""  # the same failure, merely sooner on the clock, is the same
        verdict: Verdict = "worse" if earlier else "same"
        return Outcome(verdict, first, second, reason if earlier else "same-cause", reached)
    stopped = after.exit is not None and bool(after.exit.stopped_by)
    further = order > 0 or (order == 0 and not stopped)
    return Outcome("further" if further else "worse", first, second, reason, reached)


def cause_of(run: Run) -> str:
    """The id of the first cause; the masked line that failed, or the exit code, where none explains it."""
    report: Report | None = run.report
    if report and report.diagnoses:
        return report.diagnoses[0].id
    if report and report.failure:
        return mask(report.failure.text)
    return f"exit {run.exit.code}" if run.exit and run.exit.code else ""


Reason = Literal["later-line", "earlier-line", "more-output", "less-output", ""]


def _order(before: Run, after: Run, one: Log, two: Log) -> tuple[int, Reason, tuple[int, int]]:
    """Whether the second failure comes later (1) or earlier (-1) in the program, by the best sign there is."""
    lines = _first_difference(_last_raised(one), _last_raised(two))
    if lines and lines[0] != lines[1]:
        return (1, "later-line", lines) if lines[1] > lines[0] else (-1, "earlier-line", lines)
    printed = _lines_beside_failure(one), _lines_beside_failure(two)
    shared = _shared(printed[0], printed[1])
    counts = len(printed[0]), len(printed[1])
    if counts[1] > counts[0] and shared == counts[0]:
        return 1, "more-output", counts
    if counts[1] < counts[0] and shared == counts[1]:
        return -1, "less-output", counts
    if after.seconds < _AS_LONG * before.seconds and before.seconds - after.seconds > 1:
        return -1, "", counts
    return 0, "", counts


def _last_raised(log: Log) -> Raised | None:
    chains = [event.chain for event in log.events if event.chain]
    return chains[-1][-1] if chains else None


def _first_difference(one: Raised | None, two: Raised | None) -> tuple[int, int] | None:
    """Line numbers of the outermost place where the two tracebacks part, in the same function of the same file."""
    if one is None or two is None:
        return None
    for left, right in zip(one.frames, two.frames, strict=False):
        if left == right:
            continue
        return (left.line, right.line) if _place(left) == _place(right) else None
    return None


def _place(frame: Frame) -> tuple[str, str]:
    return frame.path, frame.function


def _lines_beside_failure(log: Log) -> list[str]:
    """What else was printed: also behind and within the failure, where a buffered standard output ends up by chance."""
    said: set[int] = set()
    for event in (event for event in log.events if event.fatal):
        told = {event.first, *(raised.first for raised in event.chain)}
        said |= {at for at in range(event.first, event.last + 1) if at in told or log.records[at].text[:1].isspace()}
    return [mask(record.text) for at, record in enumerate(log.records) if at not in said and record.text.strip()]


def _shared(one: list[str], two: list[str]) -> int:
    """How many lines both begin with."""
    count = 0
    for left, right in zip(one, two, strict=False):
        if left != right:
            break
        count += 1
    return count
