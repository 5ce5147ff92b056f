"""Labelled logs and how an answer to one is judged."""

from __future__ import annotations

from pathlib import Path

from voicelog.gates.corpus import Case, accepts, load
from voicelog.model import Report

__all__ = ["BLIND", "CORPUS", "SAMPLE", "Case", "accepts", "among_three", "harmful", "load", "right"]

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "tests" / "corpus"
BLIND = CORPUS / "blind"
SAMPLE = ROOT.parent / "shared" / "cases"
"""Labelled logs that are no part of the project; measured where they are there."""


def right(case: Case, report: Report) -> bool:
    """Whether the first answer is right."""
    if report.diagnoses:
        return accepts(case.accepted, report.diagnoses[0].id)
    return report.verdict in case.accepted


def among_three(case: Case, report: Report) -> bool:
    """Whether the right answer stands among the first three."""
    if not case.cause:
        return right(case, report)
    return any(accepts(case.accepted, one.id) for one in report.diagnoses[:3])


def harmful(case: Case, report: Report) -> bool:
    """Confident and wrong."""
    return bool(report.diagnoses) and not right(case, report) and report.diagnoses[0].confidence >= 0.8
