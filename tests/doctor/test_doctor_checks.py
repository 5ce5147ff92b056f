"""What holds for all checks: how their findings are laid out, and that nothing a machine tells ends them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from doctor_cases import NVIDIA, PLENTY
from doctor_places import machine
from hypothesis import given
from hypothesis import strategies as st

from voicelog.doctor.answers import Answer
from voicelog.doctor.checks import CHECKS, run_checks
from voicelog.doctor.environment import read_environment
from voicelog.doctor.examine import report
from voicelog.model import Finding
from voicelog.render.examination_text import ExaminationText
from voicelog.signatures.base import KnowledgeBase

pytestmark = pytest.mark.usefixtures("plain_machine")


def test_the_first_line_sums_up_and_failures_come_first(base: KnowledgeBase) -> None:
    lines = ExaminationText(base, "en").render(report(machine(adapters=NVIDIA), 0.5)).splitlines()
    assert lines[0].startswith("✗ Problems: ")
    assert lines.index("Problems") < lines.index("Warnings") < lines.index("Fine")


def test_a_check_that_breaks_is_a_finding() -> None:
    broken = machine(
        memory=PLENTY, steps={"torch": Answer("done", {"import": {"version": None}, "cuda": {"architectures": 3}})}
    )
    crashed = [one for one in run_checks(broken) if one.status == "crashed"]
    assert crashed
    assert all(isinstance(one, Finding) for one in crashed)


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_whatever_an_interpreter_tells_is_no_end(data: st.DataObject) -> None:
    """An environment may answer anything at all: values of other kinds, none, too many."""
    stages = ("import", "cuda", "devices", "product", "cudnn", "load", "python", "encoding", "packages")
    keys = st.sampled_from(
        [
            "version",
            "cuda",
            "found",
            "architectures",
            "available",
            "providers",
            "inputs",
            "library",
            "variables",
            "bits",
        ]
    )
    values = st.dictionaries(keys, ODD, max_size=4)
    answers = {
        name: Answer("done", data.draw(st.dictionaries(st.sampled_from(stages), values, max_size=4)))
        for name in ("environment", "torch", "onnxruntime", "soundfile", "devices", "numpy")
    }
    given_machine = replace(machine(), steps=answers, environment=read_environment(answers["environment"]))
    examination = report(given_machine, 0.1)
    assert all(isinstance(value, str) for value in examination.facts.values())


def test_every_check_has_a_name_and_a_cause_of_its_own(base: KnowledgeBase) -> None:
    assert all(cause in base for _, cause, _ in CHECKS)
    assert len({name for name, _, _ in CHECKS}) == len(CHECKS)
