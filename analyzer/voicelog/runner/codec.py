"""Runs and reports as plain values for their files, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from voicelog.model import Benign, Consequence, Diagnosis, Evidence, Nearest, Rejected, Report
from voicelog.runner.alive import is_alive
from voicelog.runner.types import Applied, Edit, Exit, Gpu, Outcome, Run, Sample

SCHEMA = "voicelog.run/1"


def plain(value: Any) -> Any:
    """Any of our named tuples as what JSON can hold."""
    if hasattr(value, "_asdict"):
        return {name: plain(one) for name, one in value._asdict().items()}
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(one) for one in value]
    return value


def report_from(value: Mapping[str, Any]) -> Report:
    """The report that `plain` made a mapping of."""
    return Report(
        source=value["source"],
        verdict=value["verdict"],
        diagnoses=tuple(_diagnosis(one) for one in value["diagnoses"]),
        consequences=tuple(Consequence(**one) for one in value["consequences"]),
        benign=tuple(Benign(**one) for one in value["benign"]),
        failure=Evidence(**value["failure"]) if value["failure"] else None,
        nearest=tuple(Nearest(**one) for one in value["nearest"]),
        facts=value["facts"],
        rejected=tuple(Rejected(**one) for one in value["rejected"]),
        empty=value["empty"],
    )


def _diagnosis(value: Mapping[str, Any]) -> Diagnosis:
    evidence = tuple(Evidence(**one) for one in value["evidence"])
    return Diagnosis(**{**value, "evidence": evidence, "undecided": tuple(value["undecided"])})


def sample_from(value: Mapping[str, Any]) -> Sample:
    return Sample(**{**value, "gpus": tuple(Gpu(**one) for one in value["gpus"])})


def applied_from(value: Mapping[str, Any]) -> Applied:
    commands = tuple(tuple(command) for command in value["commands"])
    return Applied(**{**value, "commands": commands, "edits": tuple(Edit(**one) for one in value["edits"])})


def _outcome(value: Mapping[str, Any]) -> Outcome:
    lists = {name: tuple(value[name]) for name in ("reached", "undone", "left")}
    return Outcome(**{**value, **lists})


def run_from(parts: Mapping[str, Mapping[str, Any]], record: Path, samples: Sequence[Mapping[str, Any]]) -> Run:
    """The run whose files hold `parts`; raises KeyError or TypeError where something is missing."""
    start, end = parts["run"], parts["end"]
    alive = not end and is_alive(start["pid"], start["started"])
    return Run(
        id=start["id"],
        argv=tuple(start["argv"]),
        folder=start["folder"],
        interpreter=start["interpreter"],
        environment=start["environment"],
        started=start["started"],
        record=record,
        state="ended" if end else "running" if alive else "lost",
        seconds=end["seconds"] if end else samples[-1]["at"] if samples else 0.0,
        exit=Exit(**end["exit"]) if end else None,
        report=report_from(parts["report"]) if parts["report"] else None,
        samples=tuple(sample_from(one) for one in samples),
        applied=tuple(applied_from(one) for one in start["applied"]),
        parent=start["parent"],
        outcome=_outcome(parts["outcome"]) if parts["outcome"] else None,
        log_complete=end["log_complete"] if end else False,
    )
