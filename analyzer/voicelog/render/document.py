"""Reports as JSON: the contract for other programs (schema voicelog.report/1)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from voicelog.experience import NONE, Experience
from voicelog.language import Language
from voicelog.model import Diagnosis, Finding, Report
from voicelog.render.answer import FixText, describe
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.types import Argument, Setting

SCHEMA = "voicelog.report/1"


def to_document(
    report: Report,
    base: KnowledgeBase,
    language: Language,
    *,
    explain: bool = False,
    experience: Experience = NONE,
) -> dict[str, Any]:
    """The report as plain values, texts in `language`; `explain` adds what spoke for and against each candidate."""
    reasons = {
        "candidates": [{"id": one.id, "reasons": dict(one.reasons)} for one in report.diagnoses],
        "rejected": [{"id": one.id, "why": one.why, "by": one.by} for one in report.rejected],
    }
    failure = {"line": report.failure.line, "text": report.failure.text} if report.failure else None
    return {
        "schema": SCHEMA,
        "source": report.source,
        "verdict": report.verdict,
        "diagnoses": [_diagnosis(one, report, base, language, experience) for one in report.diagnoses],
        "consequences": [{"id": one.id, "line": one.line, "of": one.of} for one in report.consequences],
        "benign": [{"id": one.id, "line": one.line} for one in report.benign],
        "failure": failure,
        "nearest": [{"id": one.id, "score": one.score} for one in report.nearest],
        "facts": dict(report.facts),
        **_examined(report),
        **_findings(report.findings, report, base, language),
        **_disagreements(report),
        **({"explanation": reasons} if explain else {}),
    }


def error_document(source: str, message: str, hint: str) -> dict[str, Any]:
    """What stands in the place of a report for an input that could not be read."""
    return {"schema": SCHEMA, "source": source, "verdict": None, "error": {"message": message, "hint": hint}}


def dump_line(document: Any) -> str:
    """One object, one line."""
    return json.dumps(document, ensure_ascii=False) + "\n"


def dump(document: Any) -> str:
    """One valid document for people and programs."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _diagnosis(
    diagnosis: Diagnosis, report: Report, base: KnowledgeBase, language: Language, experience: Experience
) -> dict[str, Any]:
    text = describe(diagnosis, report, base, language, experience)
    return {
        "id": diagnosis.id,
        "confidence": diagnosis.confidence,
        "method": diagnosis.method,
        "category": text.category,
        "severity": text.severity,
        "title": text.title,
        "cause": text.cause,
        "captures": dict(diagnosis.captures),
        "evidence": [{"line": one.line, "text": one.text} for one in diagnosis.evidence],
        "occurrences": diagnosis.occurrences,
        "fixes": [fix_document(fix) for fix in text.fixes],
        "undecided": list(diagnosis.undecided),
        **_findings(diagnosis.findings, report, base, language),
        "references": list(text.references),
    }


def _findings(findings: tuple[Finding, ...], report: Report, base: KnowledgeBase, language: Language) -> dict[str, Any]:
    """What checks of the machine found, where it was examined."""
    if not findings:
        return {}
    from voicelog.render.examination import describe_finding
    from voicelog.render.examination_document import finding_document

    return {"findings": [finding_document(describe_finding(one, report.facts, base, language)) for one in findings]}


def _examined(report: Report) -> dict[str, Any]:
    if report.examined is None:
        return {}
    from voicelog.render.examination_document import target_document

    return {"examined": target_document(report.examined)}


def _disagreements(report: Report) -> dict[str, Any]:
    listed = [{"name": one.name, "log": one.log, "here": one.here} for one in report.disagreements]
    return {"disagreements": listed} if listed else {}


def fix_document(fix: FixText) -> dict[str, Any]:
    """One fix as plain values."""
    return {
        "id": fix.id,
        "title": fix.title,
        "risk": fix.risk,
        "steps": list(fix.steps),
        "commands": list(fix.commands),
        "env": dict(fix.env),
        "args": argument_values(fix.args),
        "edit": setting_values(fix.edit),
        "warning": fix.warning,
        "here": {"worked": fix.tally.worked, "tried": fix.tally.tried},
        "verify": {"text": fix.verify, "commands": list(fix.verify_commands)} if fix.verify else None,
    }


def argument_values(changes: Iterable[Argument]) -> list[dict[str, Any]]:
    """Changes of a command line as plain values, named as in a signature."""
    return [{change.action: list(change.options), "with": change.value} for change in changes]


def setting_values(changes: Iterable[Setting]) -> list[dict[str, Any]]:
    """Changes of configuration files as plain values, named as in a signature."""
    return [{"file": list(one.files), "key": list(one.keys), "value": one.value} for one in changes]
