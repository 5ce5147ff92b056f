"""What a fix would do to a run: nothing is done here."""

from __future__ import annotations

import re
import shlex
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from voicelog.errors import InputError
from voicelog.experience import NONE, UNTRIED, Experience
from voicelog.model import Diagnosis, Report
from voicelog.placeholders import complete, fill
from voicelog.render.commands import command_lines, values_for
from voicelog.runner.edits import all_edits
from voicelog.runner.explain import text_of
from voicelog.runner.options import changed, known_options
from voicelog.runner.types import Edit, Run
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.conditions import holds
from voicelog.signatures.types import Fix

_PLAIN = re.compile(r"[\w.+:=@%/\\~][\w.+:=@%/\\~-]*")
"""A value of the log that may become one argument: no option, no second word."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One fix, fitted to one run."""

    signature: str
    fix: Fix
    argv: tuple[str, ...]
    """The command line with the fix."""
    env: Mapping[str, str] = field(default_factory=dict)
    commands: tuple[tuple[str, ...], ...] = ()
    edits: tuple[Edit, ...] = ()
    arguments: bool = False
    """Whether `argv` differs from the run's own."""
    trusted: bool = True
    """False for the fix of a pack, which somebody else wrote: it is applied only where it is named."""

    @property
    def applies(self) -> bool:
        """Whether it would change anything."""
        return bool(self.env or self.commands or self.edits or self.arguments)

    @property
    def safe(self) -> bool:
        """Whether it is ours, everything that it changes can be taken back, and nothing warns of it."""
        return self.applies and self.trusted and not self.commands and self.fix.warning is None


def plans(run: Run, base: KnowledgeBase, experience: Experience = NONE) -> Iterator[Plan]:
    """Every fix that can be applied: the most likely cause first, then what worked here, then the order of the base."""
    if run.report is None:
        return
    known = _known_options(run)
    for diagnosis in run.report.diagnoses:
        found = [
            replace(make_plan(run, run.report, diagnosis, fix, known), trusted=base.is_own(diagnosis.id))
            for fix in base.signature(diagnosis.id).fixes
            if holds(fix.when, run.report.facts) is not False
        ]
        yield from sorted(
            (plan for plan in found if plan.applies),
            key=lambda plan: -experience.get((plan.signature, plan.fix.id), UNTRIED).promise,
        )


def _known_options(run: Run) -> frozenset[str]:
    return known_options(run.argv, run.folder, text_of(run))


def make_plan(run: Run, report: Report, diagnosis: Diagnosis, fix: Fix, known: frozenset[str]) -> Plan:
    """What `fix` would do; commands are run only where the fix says that it changes the installation."""
    values = values_for(report.facts, diagnosis.captures)
    argv = run.argv
    for change in fix.args:
        value = _filled(change.value, diagnosis.captures)
        if value is not None:
            argv = changed(argv, change, value, known)
    lines = command_lines(fix.commands, values) if fix.risk == "command" else []
    complete_ = len(lines) == len(fix.commands)
    return Plan(
        signature=diagnosis.id,
        fix=fix,
        argv=argv,
        env=_settable(fix, run),
        commands=tuple(split_command(line, run.interpreter) for line in lines) if complete_ else (),
        edits=all_edits(fix.edit, run.folder),
        arguments=argv != run.argv,
    )


def _settable(fix: Fix, run: Run) -> dict[str, str]:
    """Variables that help by themselves; those of an advice only go with what has to be done by hand."""
    if fix.risk not in ("command", "check") or any("$" in value for value in fix.env.values()):
        return {}
    return {name: value for name, value in fix.env.items() if run.environment.get(name) != value}


def _filled(text: str, captures: Mapping[str, str]) -> str | None:
    """The value of an option; None where a capture that it needs is missing or is no plain word."""
    values = {name: value for name, value in captures.items() if _PLAIN.fullmatch(value) and "://" not in value}
    if "{free_port}" in text:
        values["free_port"] = str(_free_port())
    return fill(text, values) if complete(text, values) else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def split_command(line: str, interpreter: str) -> tuple[str, ...]:
    """A command of a signature as an argv list; a Python that is merely named is the run's own."""
    words = [word[1:-1] if word[:1] == word[-1:] == '"' else word for word in shlex.split(line, posix=False)]
    if words and words[0] in ("python", "python3") and interpreter:
        words[0] = interpreter
    return tuple(words)


def chosen_plans(run: Run, base: KnowledgeBase, fixes: Sequence[str]) -> list[Plan]:
    """The plans of the named fixes on top of each other; raises InputError for one that does not belong to the run."""
    chosen: list[Plan] = []
    for name in fixes:
        found = list(plans(run, base))
        plan = next((plan for plan in found if name in (plan.fix.id, f"{plan.signature}:{plan.fix.id}")), None)
        if plan is None:
            known = ", ".join(dict.fromkeys(plan.fix.id for plan in found))
            why = "can only be done by hand" if name in _all_fixes(run, base) else "is no fix for this run"
            hint = f"these can be applied: {known}" if known else "none can be applied by voicelog"
            raise InputError("foreign-fix", why, where=name, hint=hint)
        chosen.append(plan)
        run = run._replace(argv=plan.argv)
    return chosen


def _all_fixes(run: Run, base: KnowledgeBase) -> set[str]:
    diagnoses = run.report.diagnoses if run.report else ()
    return {fix.id for one in diagnoses for fix in base.signature(one.id).fixes}
