"""Cases of the doctor's checks: a gathered machine, and what a check says of it."""

from __future__ import annotations

from typing import Any

from doctor_places import by_check, card, torch_answer

from voicelog.doctor.answers import Answer
from voicelog.doctor.checks import run_checks
from voicelog.doctor.examine import report
from voicelog.doctor.gather import Machine
from voicelog.language import Language
from voicelog.machine.memory import Memory
from voicelog.machine.nvidia import Adapter, Driver
from voicelog.render.examination import describe_findings
from voicelog.render.examination_markdown import to_examination_markdown
from voicelog.render.examination_text import ExaminationText
from voicelog.render.width import width
from voicelog.signatures.base import KnowledgeBase

GB = 1 << 30
NVIDIA = (Adapter("nvidia", "NVIDIA GeForce RTX 3060"),)
RTX_3060 = Driver("nvidia-smi", "551.23", "12.4", (card("NVIDIA GeForce RTX 3060", "8.6", 12288),))
RTX_5070 = Driver("nvidia-smi", "572.83", "12.8", (card("NVIDIA GeForce RTX 5070 Ti", "12.0", 16303),))
GTX_1080 = Driver("nvidia-smi", "472.12", "11.4", (card("NVIDIA GeForce GTX 1080", "6.1"),))
GTX_1660 = Driver("nvidia-smi", "551.23", "12.4", (card("NVIDIA GeForce GTX 1660 Ti", "7.5", 6144, 4000),))
PLENTY = Memory(32 * GB, 20 * GB, 16 * GB, None, False)


def torch(version: str, cuda: str | None, **told: Any) -> dict[str, Answer]:
    return {"torch": torch_answer(version, cuda=cuda, **told)}


def device(name: str, capability: str) -> list[dict[str, object]]:
    return [{"name": name, "capability": capability, "total": 8 * GB}]


Case = tuple[Machine, str, str, str, str]
"""Machine, check, status, message (none where nothing may be wrong), cause (none where any will do)."""


def assert_said(case: Case, base: KnowledgeBase) -> None:
    """The check says so."""
    given, check, status, message, cause = case
    findings = run_checks(given)
    if not message:
        assert not [one for one in by_check(findings, check) if one.status not in ("ok", "skip")]
        return
    one = next((one for one in by_check(findings, check) if one.message == message), None)
    assert one is not None, by_check(findings, check)
    assert one.status == status
    assert one.cause == cause if cause else one.cause in base


def assert_worded(given: Machine, language: Language, base: KnowledgeBase) -> None:
    """Every finding of the machine can be read, and what is wrong has a next step."""
    examination = report(given, 0.5)
    for one in describe_findings(examination, base, language):
        assert one.text
        assert "{" not in one.text
        if one.finding.status in ("fail", "warn") and one.finding.cause:
            assert one.finding.cause in base, one.finding.cause
            assert one.commands or one.advice, one.finding
    text = ExaminationText(base, language, columns=80, everything=True).render(examination)
    long = [line for line in text.splitlines() if width(line) > 80 and "$ " not in line]
    assert not long
    assert to_examination_markdown(examination, base, language).startswith("### ")
