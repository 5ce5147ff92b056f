"""The values that pass between the stages: plain, frozen, without sentences.

Named tuples, because twenty-five frozen dataclasses take longer to define than a small log takes to be answered
(docs/performance.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Literal, NamedTuple

Verdict = Literal["diagnosed", "unknown", "healthy"]
Method = Literal["pattern", "repaired", "fuzzy"]
"""How a signature was found: exactly, after misread characters were put right, or by a near wording."""


EMPTY: Mapping[Any, Any] = {}
"""No captures, no facts."""


Facts = tuple[tuple[str, tuple[str, ...]], ...]
"""Facts by name, each with the values or version ranges that are accepted."""


class Level(IntEnum):
    """How loudly a line speaks, as its own prefix or shape says."""

    PLAIN = 0
    INFO = 1
    WARNING = 2
    ERROR = 3
    FATAL = 4


class Source(NamedTuple):
    """One log as decoded text, or the parts of a large one that are worth reading."""

    name: str
    text: str
    encoding: str = "utf-8"
    marks: tuple[tuple[int, int], ...] = ()
    """(line of the text, line of the log) where a part begins; none for a whole log."""
    occurrences: Mapping[str, int] = EMPTY
    """How many lines of a large log each signature matches."""
    conditional: Mapping[tuple[str, Facts, Facts], int] = EMPTY
    """How many lines more it matches where facts allow it: (signature, facts it needs, facts it excludes)."""


class Record(NamedTuple):
    """One cleaned logical line and where its pieces stood in the log as given."""

    line: int
    text: str
    level: Level
    pieces: tuple[tuple[int, int], ...] = ()
    """(offset in text, original line) for each piece of a line that a console had wrapped."""

    def line_at(self, offset: int) -> int:
        """Original line number of the character at `offset`."""
        found = self.line
        for start, line in self.pieces:
            if start > offset:
                break
            found = line
        return found


class Frame(NamedTuple):
    """One entry of a traceback."""

    path: str
    line: int
    function: str
    module: str
    """Dotted path, relative to site-packages or the standard library where it lies in one."""


class Raised(NamedTuple):
    """One exception of a traceback, with the records that its message spans."""

    type: str
    message: str
    first: int
    last: int
    frames: tuple[Frame, ...] = ()
    relation: Literal["", "cause", "context"] = ""
    """How it follows from the exception before it in the same chain."""


EventKind = Literal["traceback", "crash", "exit", "error", "warning"]


class Event(NamedTuple):
    """Something that happened in the log: records `first` to `last`, inclusive."""

    kind: EventKind
    first: int
    last: int
    chain: tuple[Raised, ...] = ()

    @property
    def fatal(self) -> bool:
        return self.kind != "warning"


class Fact(NamedTuple):
    """Something that the log tells of the machine, and the line that tells it."""

    name: str
    value: str
    line: int


class Log(NamedTuple):
    """A source taken apart."""

    source: Source
    records: tuple[Record, ...]
    events: tuple[Event, ...]
    facts: Mapping[str, Fact] = EMPTY


class Hit(NamedTuple):
    """One signature's claim on one record."""

    id: str
    record: int
    start: int
    end: int
    method: Method
    certainty: float
    """What the alternative, or the similarity, says on its own: 0 to 1."""
    captures: Mapping[str, str] = EMPTY
    weight: int = 0
    """Characters of the line that the pattern accounts for: more is more specific."""


class Evidence(NamedTuple):
    """A line of the log that speaks for a diagnosis."""

    line: int
    text: str


class Diagnosis(NamedTuple):
    """One cause, how sure, and what shows it."""

    id: str
    confidence: float
    evidence: tuple[Evidence, ...]
    captures: Mapping[str, str] = EMPTY
    method: Method = "pattern"
    reasons: Mapping[str, float] = EMPTY
    """What each kind of evidence adds to the log-odds of this answer."""
    occurrences: int = 1
    """Lines of the log that say so."""
    undecided: tuple[str, ...] = ()
    """Facts that the log does not tell and that would decide between readings."""
    findings: tuple[Finding, ...] = ()
    """What checks of the machine found that speaks for or against this cause."""


class Rejected(NamedTuple):
    """A signature that matched and is no answer: why, and which other one took its place."""

    id: str
    why: Literal["facts", "finer", "waits", "harmless"]
    by: str


class Consequence(NamedTuple):
    """A signature that matched only because another cause was at work."""

    id: str
    line: int
    of: str


class Benign(NamedTuple):
    """A harmless line that frightens people."""

    id: str
    line: int


class Nearest(NamedTuple):
    """A signature that came close without explaining the failure."""

    id: str
    score: float


class Report(NamedTuple):
    """The answer for one log: ids, numbers and quoted lines, in no language."""

    source: str
    verdict: Verdict
    diagnoses: tuple[Diagnosis, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    benign: tuple[Benign, ...] = ()
    failure: Evidence | None = None
    nearest: tuple[Nearest, ...] = ()
    facts: Mapping[str, str] = EMPTY
    rejected: tuple[Rejected, ...] = ()
    empty: bool = False
    """The log held no text at all."""
    examined: Target | None = None
    """The interpreter that was examined beside the log."""
    findings: tuple[Finding, ...] = ()
    """What is broken on the machine that was examined, where the log itself has no answer."""
    disagreements: tuple[Disagreement, ...] = ()
    """Where the machine that was examined is not what the log tells."""


Status = Literal["ok", "warn", "fail", "skip", "crashed"]
"""How a check of the machine ended; `crashed`: what it looked at died, hung or answered garbage."""


class Finding(NamedTuple):
    """What one check of the machine found: names and values, no sentence."""

    check: str
    status: Status
    message: str
    """Name of the sentence that says it."""
    values: Mapping[str, str] = EMPTY
    evidence: tuple[str, ...] = ()
    """What the machine showed, as it showed it."""
    cause: str = ""
    """Id in the knowledge base of the failure that the check guards against."""
    commands: tuple[str, ...] = ()
    """What to run next, with the placeholders of commands; empty where the cause's own fixes say it."""
    facts: tuple[str, ...] = ()
    """Names of the facts that it tells."""


class Target(NamedTuple):
    """The interpreter that a model runs in, and how it was found."""

    path: str
    origin: Literal["option", "log", "run", "project", "environment", "path", "own"]
    reason: str
    """The option, line, run, folder or variable that names it."""


class Examination(NamedTuple):
    """Everything that a run of the checks found, and the facts that follow."""

    target: Target
    findings: tuple[Finding, ...]
    facts: Mapping[str, str]
    seconds: float
    slow: tuple[tuple[str, float], ...] = ()
    """(step, seconds) of those that took long."""
    packages: Mapping[str, str] = EMPTY


class Change(NamedTuple):
    """One thing that differs between two examinations; an empty side means that it was not there."""

    part: str
    """packages, facts or disk."""
    name: str
    before: str
    after: str


class Comparison(NamedTuple):
    """What has changed since a moment at which it worked."""

    since: str
    changes: tuple[Change, ...]


class Disagreement(NamedTuple):
    """A fact of which the log and the machine say different things."""

    name: str
    log: str
    here: str
