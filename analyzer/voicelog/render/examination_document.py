"""An examination as JSON (schema voicelog.examination/1)."""

from __future__ import annotations

from typing import Any

from voicelog.language import Language
from voicelog.model import Examination, Target
from voicelog.render.examination import FindingText, describe_findings
from voicelog.signatures.base import KnowledgeBase

SCHEMA = "voicelog.examination/1"


def to_examination_document(examination: Examination, base: KnowledgeBase, language: Language) -> dict[str, Any]:
    """The examination as plain values, texts in `language`, worst findings first."""
    return {
        "schema": SCHEMA,
        "target": target_document(examination.target),
        "seconds": round(examination.seconds, 2),
        "slow": {name: round(seconds, 2) for name, seconds in examination.slow},
        "findings": [finding_document(one) for one in describe_findings(examination, base, language)],
        "facts": dict(examination.facts),
    }


def target_document(target: Target) -> dict[str, str]:
    """The interpreter that was examined, and how it was found."""
    return {"path": target.path, "origin": target.origin, "reason": target.reason}


def finding_document(one: FindingText) -> dict[str, Any]:
    """One finding as plain values."""
    finding = one.finding
    return {
        "check": finding.check,
        "status": finding.status,
        "message": finding.message,
        "text": one.text,
        "values": dict(finding.values),
        "evidence": list(finding.evidence),
        "cause": finding.cause or None,
        "advice": one.advice,
        "commands": list(one.commands),
    }
