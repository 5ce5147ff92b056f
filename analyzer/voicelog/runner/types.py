"""What is known of a run: plain, frozen values, without sentences."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from voicelog.model import EMPTY, Report

StoppedBy = Literal["", "user", "time"]
State = Literal["running", "ended", "lost"]
Verdict = Literal["fixed", "further", "same", "worse"]


class Exit(NamedTuple):
    """How a program ended, as a shell tells it: 128 and the signal's number where a signal ended it."""

    code: int
    signal: int = 0
    stopped_by: StoppedBy = ""
    """Who asked it to stop: nobody, the user at the keyboard, or the time limit."""
    memory: int = 0
    """Most bytes that one of its processes held, as the system counted."""
    cpu: float = 0.0
    """Seconds of processor time, of the program and of the children that it waited for."""


class Gpu(NamedTuple):
    """One graphics card at one moment."""

    number: int
    name: str
    memory_used: int
    memory_total: int
    load: int
    """Percent of the last moment in which a kernel ran."""
    temperature: int
    """Degrees Celsius."""


class Sample(NamedTuple):
    """The whole process tree and its machine at one moment; sizes in bytes, times in seconds."""

    at: float
    """Since the start of the run."""
    memory: int
    cpu: float
    """Percent of one core since the sample before."""
    threads: int
    processes: int
    silent: float
    """Since the last output."""
    memory_free: int
    memory_limit: int
    """What the machine or the container has."""
    swap_used: int
    swapped_in: int
    disk_free: int
    sockets: int = 0
    """Open network connections, counted only while there is no output."""
    gpus: tuple[Gpu, ...] = ()


class Edit(NamedTuple):
    """One value of a configuration file that a fix changed, and where the file as it was is kept."""

    path: str
    key: str
    before: str
    after: str
    backup: str = ""


class Applied(NamedTuple):
    """One fix as it was applied to a run."""

    signature: str
    fix: str
    env: Mapping[str, str] = EMPTY
    commands: tuple[tuple[str, ...], ...] = ()
    edits: tuple[Edit, ...] = ()
    arguments: bool = False
    """Whether the command line was changed."""


class Outcome(NamedTuple):
    """What a fix changed, and what shows it."""

    verdict: Verdict
    before: str = ""
    """Id of the first cause, or the line that failed where none explains it."""
    after: str = ""
    reason: Literal["", "ended-well", "same-cause", "later-line", "earlier-line", "more-output", "less-output"] = ""
    reached: tuple[int, int] = (0, 0)
    """What `reason` compares, before and after: lines of the program, or lines of output."""
    undone: tuple[str, ...] = ()
    """What was taken back: env, args, edit."""
    left: tuple[str, ...] = ()
    """What cannot be taken back: command."""


class Run(NamedTuple):
    """One run of a program, as its record tells it."""

    id: str
    argv: tuple[str, ...]
    folder: str
    interpreter: str
    """The Python that runs the program, or empty where it is none."""
    environment: Mapping[str, str]
    """Variables that decide how models run; secrets are left out."""
    started: float
    """Seconds since the epoch."""
    record: Path
    """The folder of the record."""
    state: State = "running"
    seconds: float = 0.0
    exit: Exit | None = None
    report: Report | None = None
    samples: tuple[Sample, ...] = ()
    applied: tuple[Applied, ...] = ()
    """Every fix in force: those of the run that it repeats, then its own."""
    parent: str = ""
    outcome: Outcome | None = None
    log_complete: bool = True
    """False where the disk was full or the log had to be cut in its middle."""

    @property
    def output(self) -> bytes:
        """What it printed, as far as it is kept: the first 4 MiB and the last 12."""
        from voicelog.runner.logs import read_log

        return read_log(self.record)

    @property
    def failed(self) -> bool:
        """Whether it ended badly, or printed a failure and ended well all the same."""
        if self.exit is None:
            return self.state == "lost"
        return self.exit.code != 0 or (self.report is not None and self.report.verdict != "healthy")
