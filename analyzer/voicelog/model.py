"""The values that pass between the stages: plain, frozen, without sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

Verdict = Literal["diagnosed", "unknown", "healthy"]
Method = Literal["pattern", "repaired", "fuzzy"]
"""How a signature was found: exactly, after misread characters were put right, or by a near wording."""


class Level(IntEnum):
    """How loudly a line speaks, as its own prefix or shape says."""

    PLAIN = 0
    INFO = 1
    WARNING = 2
    ERROR = 3
    FATAL = 4


@dataclass(frozen=True, slots=True)
class Source:
    """One log as decoded text, with the name to show for it."""

    name: str
    text: str
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Record:
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


@dataclass(frozen=True, slots=True)
class Frame:
    """One entry of a traceback."""

    path: str
    line: int
    function: str
    module: str
    """Dotted path, relative to site-packages or the standard library where it lies in one."""


@dataclass(frozen=True, slots=True)
class Raised:
    """One exception of a traceback, with the records that its message spans."""

    type: str
    message: str
    first: int
    last: int
    frames: tuple[Frame, ...] = ()
    relation: Literal["", "cause", "context"] = ""
    """How it follows from the exception before it in the same chain."""


EventKind = Literal["traceback", "crash", "exit", "error", "warning"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in the log: records `first` to `last`, inclusive."""

    kind: EventKind
    first: int
    last: int
    chain: tuple[Raised, ...] = ()

    @property
    def fatal(self) -> bool:
        return self.kind != "warning"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that the log tells of the machine, and the line that tells it."""

    name: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Log:
    """A source taken apart."""

    source: Source
    records: tuple[Record, ...]
    events: tuple[Event, ...]
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hit:
    """One signature's claim on one record."""

    id: str
    record: int
    start: int
    end: int
    method: Method
    certainty: float
    """What the alternative, or the similarity, says on its own: 0 to 1."""
    captures: Mapping[str, str] = field(default_factory=dict)
    weight: int = 0
    """Characters of the line that the pattern accounts for: more is more specific."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A line of the log that speaks for a diagnosis."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One cause, how sure, and what shows it."""

    id: str
    confidence: float
    evidence: tuple[Evidence, ...]
    captures: Mapping[str, str] = field(default_factory=dict)
    method: Method = "pattern"
    reasons: Mapping[str, float] = field(default_factory=dict)
    """What each kind of evidence adds to the log-odds of this answer."""
    undecided: tuple[str, ...] = ()
    """Facts that the log does not tell and that would decide between readings."""
    findings: tuple[Finding, ...] = ()
    """What checks of the machine found that speaks for or against this cause."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A signature that matched and is no answer: why, and which other one took its place."""

    id: str
    why: Literal["facts", "finer", "waits", "harmless"]
    by: str


@dataclass(frozen=True, slots=True)
class Consequence:
    """A signature that matched only because another cause was at work."""

    id: str
    line: int
    of: str


@dataclass(frozen=True, slots=True)
class Benign:
    """A harmless line that frightens people."""

    id: str
    line: int


@dataclass(frozen=True, slots=True)
class Nearest:
    """A signature that came close without explaining the failure."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Report:
    """The answer for one log: ids, numbers and quoted lines, in no language."""

    source: str
    verdict: Verdict
    diagnoses: tuple[Diagnosis, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    benign: tuple[Benign, ...] = ()
    failure: Evidence | None = None
    nearest: tuple[Nearest, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
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


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check of the machine found: names and values, no sentence."""

    check: str
    status: Status
    message: str
    """Name of the sentence that says it."""
    values: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    """What the machine showed, as it showed it."""
    cause: str = ""
    """Id in the knowledge base of the failure that the check guards against."""
    commands: tuple[str, ...] = ()
    """What to run next, with the placeholders of commands; empty where the cause's own fixes say it."""
    facts: tuple[str, ...] = ()
    """Names of the facts that it tells."""


@dataclass(frozen=True, slots=True)
class Target:
    """The interpreter that a model runs in, and how it was found."""

    path: str
    origin: Literal["option", "log", "project", "environment", "path", "own"]
    reason: str
    """The option, folder or variable that names it."""


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything that a run of the checks found, and the facts that follow."""

    target: Target
    findings: tuple[Finding, ...]
    facts: Mapping[str, str]
    seconds: float
    slow: tuple[tuple[str, float], ...] = ()
    """(step, seconds) of those that took long."""
    packages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs between two examinations; an empty side means that it was not there."""

    part: str
    """packages, facts or disk."""
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What has changed since a moment at which it worked."""

    since: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A fact of which the log and the machine say different things."""

    name: str
    log: str
    here: str
