"""Labelled logs and how an answer to one is judged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from voicelog.ingest.decode import decode
from voicelog.model import Report

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "tests" / "corpus"
BLIND = CORPUS / "blind"
SAMPLE = ROOT.parent / "shared" / "cases"
"""Labelled logs that are no part of the project; measured where they are there."""


class Case(NamedTuple):
    """One labelled log."""

    name: str
    text: str
    root: str
    accepted: tuple[str, ...]
    hard: bool

    @property
    def cause(self) -> bool:
        return self.root not in ("unknown", "healthy")


def load(folder: Path, *, without: Path | None = None) -> list[Case]:
    """Cases below `folder`, in a stable order."""
    return list(_load(folder, without))


def _load(folder: Path, without: Path | None) -> Iterator[Case]:
    for path in sorted(folder.rglob("*.json")):
        if without is not None and path.is_relative_to(without):
            continue
        label: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        text, _ = decode(path.with_suffix(".log").read_bytes())
        accepted = tuple(dict.fromkeys([label["root"], *label.get("accept", [])]))
        yield Case(
            str(path.relative_to(folder).with_suffix("")), text, label["root"], accepted, bool(label.get("hard"))
        )


def accepts(accepted: Sequence[str], answer: str) -> bool:
    """Whether an answer equals an accepted id or hangs below one."""
    return any(answer == one or answer.startswith(one + ".") for one in accepted)


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
