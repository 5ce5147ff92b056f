"""An examination with its texts: findings in one language, worst first, each with what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from voicelog.language import Language, check_title, finding_text, pick, word
from voicelog.model import Examination, Finding, Report, Status, Target
from voicelog.placeholders import fill
from voicelog.render.commands import command_lines, values_for
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.conditions import holds

BAD: tuple[Status, ...] = ("fail", "crashed")
MARKS: dict[Status, str] = {"fail": "✗", "crashed": "✗", "warn": "!", "ok": "✓", "skip": "-"}
_ORDER: tuple[Status, ...] = ("fail", "crashed", "warn", "ok", "skip")


class FindingText(NamedTuple):
    """One finding in one language."""

    finding: Finding
    area: str
    text: str
    cause_title: str
    """Title of the failure that it leads to; only where something is wrong."""
    advice: str
    """What the cause's first fix says, where the finding has no command of its own."""
    commands: tuple[str, ...]


def describe_findings(examination: Examination, base: KnowledgeBase, language: Language) -> list[FindingText]:
    """All findings, those that stop a run first."""
    ordered = sorted(examination.findings, key=lambda one: _ORDER.index(one.status))
    return [describe_finding(one, examination.facts, base, language) for one in ordered]


def describe_finding(
    finding: Finding, facts: Mapping[str, str], base: KnowledgeBase, language: Language
) -> FindingText:
    """One finding with its texts and with commands for the interpreter that was examined."""
    # The path of a bundle's interpreter is known here, so it need not be guessed from the kind of environment.
    values = values_for({name: value for name, value in facts.items() if name != "environment"}, finding.values)
    wrong = finding.status in (*BAD, "warn")
    commands = command_lines(finding.commands, values) if wrong else []
    title, advice = "", ""
    if wrong and finding.cause in base:
        signature = base.signature(finding.cause)
        title = fill(pick(signature.title, language), values)
        first = next((fix for fix in signature.fixes if holds(fix.when, facts) is not False), None)
        if first is not None and not commands:
            advice = fill(pick(first.title, language), values)
            commands = command_lines(first.commands, values)
    return FindingText(
        finding=finding,
        area=check_title(finding.check, language),
        text=finding_text(finding.message, language, finding.values),
        cause_title=title,
        advice=advice,
        commands=tuple(commands),
    )


def summary(findings: Iterable[Finding], language: Language) -> str:
    """How many problems, warnings and checks in order there are."""
    counts = Counter(one.status for one in findings)
    values = {"fail": counts["fail"] + counts["crashed"], **{name: counts[name] for name in ("warn", "ok", "skip")}}
    nothing = not values["fail"] and not values["warn"]
    return word("doctor-summary-fine" if nothing else "doctor-summary", language, values)


def target_line(target: Target, facts: Mapping[str, str], language: Language) -> str:
    """Which interpreter was examined, and why that one."""
    reason = word(f"doctor-origin-{target.origin}", language, {"reason": target.reason})
    python = facts.get("python", "")
    version = f" (Python {python})" if python else ""
    return word("doctor-target", language, {"path": target.path, "version": version, "reason": reason})


def slow_line(examination: Examination, language: Language) -> str:
    """Steps that took long, or nothing."""
    steps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in examination.slow)
    return word("doctor-slow", language, {"steps": steps}) if steps else ""


def disagreements(report: Report, language: Language) -> list[str]:
    """What is to be said where the log and the machine that was examined are not the same."""
    elsewhere = [one for one in report.disagreements if one.name in ("os", "gpu")]
    if elsewhere:
        return [word("doctor-other-machine", language, {"log": elsewhere[0].log, "here": elsewhere[0].here})]
    other = next((one for one in report.disagreements if one.name == "interpreter"), None)
    if other:
        return [word("doctor-other-interpreter", language, {"log": other.log, "here": other.here})]
    names = ", ".join(f"{one.name} {one.log} → {one.here}" for one in report.disagreements)
    return [word("doctor-changed-since", language, {"names": names})] if names else []
