"""What can be put away in a log that is explained: stretches that tell nothing, frames of libraries, tracebacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from voicelog.model import Event, Log, Report
from voicelog_tui.document.rows import Fold

_AROUND = 4
"""Lines that stay before and after a line that tells something."""
_EDGE = 3
"""Lines that stay at both ends of the log."""
_SHORTEST = 8
"""A stretch of fewer lines is not worth folding."""
_SHORTEST_FRAMES = 4
_FRAMES = (
    re.compile(r"^File [\"“']?(?P<path>[^\"”']+?)[\"”']?(?:, line \d+|:\d+)"),
    re.compile(r"^(?P<path>(?:[A-Za-z]:)?[^\"”:]*\.pyx?):\d+"),
)
"""As Python and most tools print them, and as rich and warnings do."""
_LIBRARY = re.compile(r"[\\/](?:site-packages|dist-packages)[\\/]|[\\/]lib[\\/]python3|[\\/]Lib[\\/]\w+\.py$|<frozen ")


def frame_path(text: str) -> str:
    """The source file that a line of a traceback names; nothing where it is no such line."""
    bare = text.lstrip(" │┃|❱>")
    return next((found["path"] for shape in _FRAMES if (found := shape.match(bare))), "")


def is_library(path: str) -> bool:
    """Whether a source file is a package's or Python's own, and not the user's."""
    return _LIBRARY.search(path) is not None


def package_of(path: str) -> str:
    """The package that a library's source file belongs to."""
    parts = re.split(r"[\\/]+", path)
    for folder in ("site-packages", "dist-packages"):
        if folder in parts[:-1]:
            return parts[parts.index(folder) + 1].removesuffix(".py")
    return "Python"


def decisive_lines(report: Report) -> set[int]:
    """Lines, counted from 0, that the answer rests on."""
    found = {one.line - 1 for diagnosis in report.diagnoses for one in diagnosis.evidence}
    found |= {one.line - 1 for one in report.consequences}
    return found | ({report.failure.line - 1} if report.failure else set())


def folds_of(log: Log, report: Report, total: int) -> list[Fold]:
    """Everything that can be folded in a log of `total` lines."""
    told = decisive_lines(report) | {one.line - 1 for one in report.benign}
    tracebacks = [fold for event in log.events if (fold := _traceback(log, event)) is not None]
    frames = [fold for event in log.events if event.chain for fold in _frames(log, event, told)]
    if report.verdict == "healthy":
        return [*tracebacks, *frames]
    kept = {(line - _AROUND, line + _AROUND) for line in told}
    kept |= {(fold.first - _AROUND, fold.last + _AROUND) for fold in tracebacks}
    kept |= {(log.records[event.first].line - 2, log.records[event.last].line) for event in log.events if event.fatal}
    return [*_dull(kept, total), *tracebacks, *frames]


def _dull(kept: Iterable[tuple[int, int]], total: int) -> Iterator[Fold]:
    """The stretches between what is kept; none where nothing but the edges is."""
    if not (wanted := sorted(kept)):
        return
    end = _EDGE
    for first, last in [*wanted, (total - _EDGE, total)]:
        if first - end >= _SHORTEST:
            yield Fold(end, first - 1, "dull")
        end = max(end, last + 1)


def _traceback(log: Log, event: Event) -> Fold | None:
    if not event.chain or event.last >= len(log.records):
        return None
    first, last = log.records[event.first].line - 1, _last_line(log, event) - 1
    raised = event.chain[-1]
    label = f"{raised.type}: {raised.message}" if raised.message else raised.type
    return Fold(first, last, "traceback", " ".join(label.split())[:200]) if last > first + 1 else None


def _last_line(log: Log, event: Event) -> int:
    record = log.records[event.last]
    return max([record.line, *(line for _, line in record.pieces)])


def _frames(log: Log, event: Event, told: set[int]) -> Iterator[Fold]:
    """Runs of library frames with the source lines under them."""
    run: list[int] = []
    packages: list[str] = []
    inside = False
    for record in log.records[event.first : event.last + 1]:
        if path := frame_path(record.text):
            inside = is_library(path)
            packages += [package_of(path)] * inside
        elif not record.text.startswith((" ", "│", "┃", "|")):
            inside = False
        if inside and record.line - 1 not in told:
            run.append(record.line - 1)
            continue
        yield from _folded(run, packages)
        run, packages = [], []
    yield from _folded(run, packages)


def _folded(run: list[int], packages: list[str]) -> Iterator[Fold]:
    if len(run) >= _SHORTEST_FRAMES and run[-1] - run[0] < 4 * len(run):
        yield Fold(run[0], run[-1], "frames", ", ".join(dict.fromkeys(packages)))
