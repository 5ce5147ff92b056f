"""What the probe said inside the target interpreter, step by step, whatever became of its process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from voicelog.doctor.probe import MARK
from voicelog.machine.child import Ended

Outcome = Literal["done", "crashed", "timeout", "garbage", "unstartable"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One step: the values of each stage that ended, the errors of those that failed, and how the process ended."""

    outcome: Outcome
    stages: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    errors: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Stage to the type and the message of its exception."""
    stopped_in: str = ""
    """The stage that had begun when the process died or was stopped."""
    code: int | None = None
    detail: str = ""
    """The last line of its standard error, or why it could not be started."""
    seconds: float = 0.0

    def values(self, stage: str) -> Mapping[str, Any]:
        """What a stage told; empty where it did not end."""
        return self.stages.get(stage, {})


def read_answer(ended: Ended) -> Answer:
    """The answer in what a probe printed; lines that are not its own are passed over."""
    stages: dict[str, Mapping[str, Any]] = {}
    errors: dict[str, tuple[str, str]] = {}
    open_stage = ""
    for line in ended.output.splitlines():
        one = _parse(line)
        name = str(one.get("stage", ""))
        if "begin" in one:
            open_stage = name
            continue
        if isinstance(one.get("values"), dict):
            stages[name] = one["values"]
        elif "error" in one:
            errors[name] = (str(one["error"]), str(one.get("message", "")))
        open_stage = "" if name == open_stage else open_stage
    return Answer(
        outcome=_outcome(ended, bool(stages or errors)),
        stages=stages,
        errors=errors,
        stopped_in=open_stage,
        code=ended.code,
        detail=ended.problem or _last_line(ended.errors),
        seconds=ended.seconds,
    )


def _parse(line: str) -> dict[str, Any]:
    if not line.startswith(MARK):
        return {}
    try:
        value = json.loads(line[len(MARK) :])
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _outcome(ended: Ended, answered: bool) -> Outcome:
    if ended.problem:
        return "unstartable"
    if ended.timed_out:
        return "timeout"
    if ended.code != 0:
        return "crashed"
    return "done" if answered else "garbage"


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""
