"""The whole examination: gather, check, and derive the facts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from voicelog.doctor.checks import LiveChecks, run_checks
from voicelog.doctor.facts import facts_of
from voicelog.doctor.gather import Machine, Progress, gather
from voicelog.model import Examination, Finding, Target

SLOW = 2.0
"""Seconds from which a step is named as slow."""


def examine(
    target: Target,
    project: Path | None = None,
    *,
    online: bool = False,
    progress: Progress | None = None,
    found: Callable[[tuple[Finding, ...]], None] | None = None,
    stop: threading.Event | None = None,
) -> Examination:
    """Examine the environment of `target`; `online` allows connections to other machines.

    `found` gets the findings of each check as soon as it has ended, in any order; all of them come back in the order of
    the table. Raises Cancelled soon after `stop` is set.
    """
    started = time.monotonic()
    live = LiveChecks(found) if found is not None else None
    machine = gather(target, project, online=online, progress=progress or _silent, arrived=live, stop=stop)
    return report(machine, time.monotonic() - started)


def report(machine: Machine, seconds: float) -> Examination:
    """What the checks say of a machine that was gathered."""
    slow = sorted(((name, took) for name, took in machine.seconds.items() if took >= SLOW), key=lambda pair: -pair[1])
    return Examination(
        target=machine.target,
        findings=run_checks(machine),
        facts=facts_of(machine),
        seconds=seconds,
        slow=tuple(slow),
        packages={name: one.version for name, one in machine.environment.installed.items()},
    )


def _silent(step: str, ended: bool) -> None:
    """No progress wanted."""
