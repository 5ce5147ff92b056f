"""What the machine shows, joined with what a log tells: which facts count, and which findings speak for an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from voicelog.doctor.target import named_by
from voicelog.model import EMPTY, Disagreement, Examination, Finding, Log, Report, Target
from voicelog.parse.fact_rules import PACKAGES
from voicelog.signatures.base import KnowledgeBase

_SAME_MACHINE = ("os", "gpu")
"""Facts that do not change on a machine: where they differ, the log was written elsewhere."""
_SAME_ENVIRONMENT = ("python", "torch", "torch_build", "torchaudio", "numpy", "transformers")
_OF_INTERPRETER = ("python", "python_bits", "environment", "interpreter", "cuda", "torch_build", "arch_fit", "encoding")
_MOST_FINDINGS = 4
_SAYING_NOTHING = ("skip",)


@dataclass(frozen=True, slots=True)
class Joined:
    """The facts that count for one log, where they disagreed, and the findings that may be quoted."""

    examined: Target
    facts: Mapping[str, str]
    findings: tuple[Finding, ...]
    disagreements: tuple[Disagreement, ...]

    def complete(self, report: Report, base: KnowledgeBase) -> Report:
        """`report` with the findings that speak for each diagnosis."""
        diagnoses = tuple(
            one._replace(findings=tuple(_speaking(one.id, self.findings, base))) for one in report.diagnoses
        )
        broken = [one for one in self.findings if one.status in ("fail", "crashed")] if not diagnoses else []
        findings = tuple(broken[:_MOST_FINDINGS]) if report.verdict == "unknown" else ()
        return report._replace(
            diagnoses=diagnoses,
            examined=self.examined,
            findings=findings,
            disagreements=self.disagreements,
        )


def join(log: Log, examination: Examination, before: Mapping[str, str] = EMPTY) -> Joined:
    """Facts of the machine fill in what the log does not tell; what the log tells of versions at its time stays.

    Where the log was written on another machine, nothing found here counts; where it was written by another
    interpreter, or packages have changed since, what is installed here does not. `before` is what parts of the
    log that are gone have told.
    """
    told = {name: fact.value for name, fact in log.facts.items()} | dict(before)
    here = examination.facts
    elsewhere = _differing(told, here, _SAME_MACHINE)
    if elsewhere:
        return Joined(examination.target, {}, (), elsewhere)
    changed = _differing(told, here, _SAME_ENVIRONMENT)
    target = examination.target
    if target.origin not in ("log", "option") and (path := named_by(log)):
        changed = (Disagreement("interpreter", path, target.path),)
    facts = dict(here)
    findings = examination.findings
    if any(one.name in ("python", "interpreter") for one in changed):
        hidden = {*_OF_INTERPRETER, *(name.lower() for name in PACKAGES)}
        facts = {name: value for name, value in here.items() if name not in hidden}
        findings = tuple(one for one in findings if not one.check.startswith(("python", "packages", "torch", "onnx")))
    facts |= {one.name: one.log for one in changed if one.name != "interpreter"}
    return Joined(examination.target, facts, findings, changed)


def _differing(told: Mapping[str, str], here: Mapping[str, str], names: Iterable[str]) -> tuple[Disagreement, ...]:
    return tuple(
        Disagreement(name, told[name], here[name])
        for name in names
        if name in told and name in here and not _same(told[name], here[name])
    )


def _same(one: str, two: str) -> bool:
    """Whether one is the other, or says it less precisely: 3.10 and 3.10.11, RTX 3060 and NVIDIA GeForce RTX 3060."""
    short, long = sorted((one.lower(), two.lower()), key=len)
    return short == long or long.startswith(short + ".") or f" {long} ".find(f" {short} ") >= 0


def _speaking(identifier: str, findings: Iterable[Finding], base: KnowledgeBase) -> list[Finding]:
    """Findings about this cause, and those that told a fact which decides for it; the gravest first."""
    names = base.deciding(identifier)
    order = ("fail", "crashed", "warn", "ok", "skip")
    found = [
        one
        for one in findings
        if (_related(one.cause, identifier) and one.status not in (*_SAYING_NOTHING, "ok")) or (names & set(one.facts))
    ]
    return sorted(found, key=lambda one: order.index(one.status))[:_MOST_FINDINGS]


def _related(cause: str, identifier: str) -> bool:
    return bool(cause) and (f"{identifier}.".startswith(f"{cause}.") or f"{cause}.".startswith(f"{identifier}."))
