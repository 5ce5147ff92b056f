"""A report with its texts: every sentence chosen, filled and ready to be laid out in any format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from voicelog.experience import NONE, UNTRIED, Experience, Tally
from voicelog.language import Language, pick, word
from voicelog.model import Diagnosis, Evidence, Report
from voicelog.placeholders import fill
from voicelog.render.commands import command_lines, values_for
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.conditions import holds
from voicelog.signatures.types import Argument, Fix, Risk, Setting, Severity


class FixText(NamedTuple):
    """One fix in one language."""

    id: str
    title: str
    risk: Risk
    changes: str
    """What it touches, by name."""
    steps: tuple[str, ...]
    commands: tuple[str, ...]
    env: Mapping[str, str]
    args: tuple[Argument, ...]
    edit: tuple[Setting, ...]
    warning: str
    verify: str
    verify_commands: tuple[str, ...]
    tally: Tally = UNTRIED
    """What it did on this machine."""


class DiagnosisText(NamedTuple):
    """One diagnosis in one language."""

    diagnosis: Diagnosis
    category: str
    severity: Severity
    title: str
    cause: str
    fixes: tuple[FixText, ...]
    references: tuple[str, ...]


def describe(
    diagnosis: Diagnosis, report: Report, base: KnowledgeBase, language: Language, experience: Experience = NONE
) -> DiagnosisText:
    """`diagnosis` with the texts of its signature; fixes that worked here come first, those that did not last."""
    signature = base.signature(diagnosis.id)
    values = values_for(report.facts, diagnosis.captures)
    fixes = tuple(
        fix_text(fix, values, language)._replace(tally=experience.get((diagnosis.id, fix.id), UNTRIED))
        for fix in signature.fixes
        if holds(fix.when, report.facts) is not False
    )
    return DiagnosisText(
        diagnosis=diagnosis,
        category=signature.category,
        severity=signature.severity,
        title=fill(pick(signature.title, language), values),
        cause=fill(pick(signature.cause, language), values),
        fixes=tuple(sorted(fixes, key=lambda fix: -fix.tally.promise)),
        references=signature.references,
    )


def by_line(evidence: Evidence) -> int:
    """The order in which people read quoted lines."""
    return evidence.line


def title_of(identifier: str, report: Report, base: KnowledgeBase, language: Language) -> str:
    """The title of any signature, filled from facts alone."""
    if identifier not in base:
        return identifier
    return fill(pick(base.signature(identifier).title, language), values_for(report.facts, {}))


def cause_of(identifier: str, report: Report, base: KnowledgeBase, language: Language) -> str:
    """The explanation of any signature, filled from facts alone."""
    return fill(pick(base.signature(identifier).cause, language), values_for(report.facts, {}))


def first_beats_second(one: Diagnosis, two: Diagnosis, language: Language) -> str:
    """Why one candidate stands before the other, by the reason that tells them apart most."""
    names = one.reasons.keys() | two.reasons.keys()
    gain = {name: one.reasons.get(name, 0.0) - two.reasons.get(name, 0.0) for name in names}
    best = max(sorted(gain), key=lambda name: gain[name], default="")
    if not best or gain[best] <= 0:
        return word("beats-order", language, {"one": one.id, "two": two.id})
    reason = word(f"reason-{best}", language)
    return word("beats", language, {"one": one.id, "two": two.id, "reason": reason})


def fix_text(fix: Fix, values: Mapping[str, str], language: Language) -> FixText:
    """`fix` in one language, its placeholders filled; a command that lacks a value is left out."""
    return FixText(
        id=fix.id,
        title=fill(pick(fix.title, language), values),
        risk=fix.risk,
        changes=fix.changes,
        steps=tuple(fill(pick(step, language), values) for step in fix.steps),
        commands=tuple(command_lines(fix.commands, values)),
        env=fix.env,
        args=tuple(change._replace(value=fill(change.value, values)) for change in fix.args),
        edit=fix.edit,
        warning=fill(pick(fix.warning, language), values) if fix.warning else "",
        verify=fill(pick(fix.verify.text, language), values) if fix.verify else "",
        verify_commands=tuple(command_lines((fix.verify.command,), values))
        if fix.verify and fix.verify.command
        else (),
    )
