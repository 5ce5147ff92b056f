"""What the checks say of an interpreter and of what is installed for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from doctor_cases import Case, assert_said, assert_worded
from doctor_places import machine

from voicelog.doctor.answers import Answer, Outcome
from voicelog.doctor.environment import Environment
from voicelog.doctor.gather import Machine
from voicelog.doctor.program import Program
from voicelog.language import LANGUAGES, Language
from voicelog.machine.child import Ended
from voicelog.signatures.base import KnowledgeBase

pytestmark = pytest.mark.usefixtures("plain_machine")


def silent(outcome: Outcome, detail: str = "", code: int = 1) -> Machine:
    """A machine whose interpreter told nothing."""
    answer = Answer(outcome, detail=detail, code=code)
    return replace(machine(steps={"environment": answer}), environment=Environment())


def of_kind(**told: object) -> Machine:
    """A machine whose interpreter lies elsewhere."""
    here = machine()
    return replace(here, environment=replace(here.environment, python={**here.environment.python, **told}))


def with_pip(version: str, code: int) -> Machine:
    ended = Ended(code, f"pip {version}", "ImportError: cannot import name 'main'", 0.1)
    return machine(packages={"pip": version or "1"}, programs={"pip": Program("pip", "python", version, "", ended)})


CASES: dict[str, Case] = {
    # name: machine, check, status, message, cause
    "32-bit python": (machine(bits=32), "python.interpreter", "fail", "python-32-bit", "os.arch-mismatch"),
    "encoding of a Chinese Windows": (
        machine(),
        *("text.encoding", "ok", "encoding-utf8", ""),
    ),
    "output that cannot be written": (
        replace(
            machine(), environment=replace(machine().environment, encoding={"preferred": "UTF-8", "output": "ascii"})
        ),
        *("text.encoding", "warn", "output-other", "encoding.console"),
    ),
    "a Chinese Windows": (
        replace(
            machine(console="cp936"),
            environment=replace(machine().environment, encoding={"preferred": "cp936", "output": "gbk"}),
        ),
        *("text.encoding", "warn", "encoding-other", "encoding.decode"),
    ),
    "no such locale": (
        replace(
            machine(system="Linux"),
            environment=replace(machine().environment, encoding={"preferred": "UTF-8", "locale_error": "unsupported"}),
        ),
        *("text.encoding", "warn", "locale-missing", "os.locale-missing"),
    ),
    "an interpreter": (machine(), "python.interpreter", "ok", "python-runs", ""),
    "too old for the probe": (
        silent("crashed", "SyntaxError: future feature annotations is not defined"),
        *("python.interpreter", "fail", "python-too-old", "python.version-unsupported"),
    ),
    "an interpreter that crashes": (
        silent("crashed", code=-1073741819),
        *("python.interpreter", "crashed", "python-crashed", "deps.broken-install"),
    ),
    "an interpreter that hangs": (
        silent("timeout"),
        *("python.interpreter", "crashed", "python-timeout", "deps.broken-install"),
    ),
    "an interpreter that does not start": (
        silent("unstartable", "Exec format error"),
        *("python.interpreter", "crashed", "python-unstartable", "deps.broken-install"),
    ),
    "a stage that fails": (
        machine(steps={"environment": Answer("done", errors={"packages": ("KeyError", "'name'")})}),
        *("python.interpreter", "crashed", "stage-failed", ""),
    ),
    "nothing told of encodings": (silent("crashed"), "text.encoding", "skip", "no-interpreter", ""),
    "nothing told of packages": (silent("crashed"), "packages.dependencies", "skip", "no-packages", ""),
    "a virtual environment": (machine(), "python.environment", "ok", "environment-venv", ""),
    "conda": (of_kind(conda=True), "python.environment", "ok", "environment-conda", ""),
    "a bundle": (
        of_kind(prefix=r"D:\RVC\runtime", base_prefix=r"D:\RVC\runtime"),
        *("python.environment", "ok", "environment-portable", ""),
    ),
    "the system's, which pip may not change": (
        of_kind(prefix="/usr", base_prefix="/usr", system="Linux", externally_managed=True),
        *("python.environment", "warn", "environment-managed", "os.admin-required"),
    ),
    "clean variables": (machine(), "python.variables", "ok", "variables-clean", ""),
    "pip": (with_pip("24.2", 0), "python.pip", "ok", "pip-runs", ""),
    "an old pip": (with_pip("20.2.4", 0), "python.pip", "warn", "pip-old", "deps.conflict"),
    "a broken pip": (with_pip("", 1), "python.pip", "fail", "pip-broken", "deps.broken-install"),
    "nothing conflicts": (machine(packages={"numpy": "1.26.4"}), "packages.pairs", "ok", "pairs-fine", ""),
    "something is not there that is needed": (
        machine(packages={"webrtcvad": "2.0.10"}),
        *("packages.pairs", "fail", "pair-needs", "python.removed-module"),
    ),
    "all dependencies": (machine(packages={"a": "1"}), "packages.dependencies", "ok", "dependencies-met", ""),
    "no torch to fit": (machine(packages={"a": "1"}), "packages.companions", "skip", "no-torch", ""),
    "companions that fit": (
        machine(packages={"torch": "2.3.1+cu121", "torchaudio": "2.3.1+cu121"}),
        *("packages.companions", "ok", "companions-fit", ""),
    ),
    "remains of pip": (
        replace(
            machine(packages={"numpy": "1.26.4"}),
            environment=replace(machine(packages={"numpy": "1.26.4"}).environment, leftovers=("~umpy",)),
        ),
        *("packages.shadowed", "warn", "leftovers", "deps.broken-install"),
    ),
    "nothing hidden": (machine(packages={"a": "1"}), "packages.shadowed", "ok", "nothing-shadowed", ""),
    "numpy imports": (
        machine(steps={"numpy": Answer("done", {"import": {"version": "1.26.4"}})}),
        *("packages.imports", "ok", "imports-work", ""),
    ),
    "nothing to import": (machine(), "packages.imports", "skip", "nothing-to-import", ""),
    "variables set": (
        machine(variables={"PYTHONHOME": r"C:\Python39"}),
        *("python.variables", "warn", "variable-set", "deps.wrong-environment"),
    ),
    "no pip": (machine(), "python.pip", "warn", "pip-missing", "os.command-not-found"),
    "numpy 2 under an old torch": (
        machine(packages={"torch": "2.1.2+cu118", "numpy": "2.0.1"}),
        *("packages.pairs", "fail", "pair-broken", "deps.numpy-abi"),
    ),
    "torchaudio of another torch": (
        machine(packages={"torch": "2.3.1+cu121", "torchaudio": "2.1.2+cu121"}),
        *("packages.companions", "fail", "companion-misfits", "deps.torch-companion-mismatch"),
    ),
    "torchaudio for the CPU": (
        machine(packages={"torch": "2.3.1+cu121", "torchaudio": "2.3.1+cpu"}),
        *("packages.companions", "fail", "companion-build", "deps.torch-companion-mismatch"),
    ),
    "torchaudio that fits all later ones": (
        machine(packages={"torch": "2.13.0", "torchaudio": "2.11.0"}),
        *("packages.companions", "ok", "", ""),
    ),
    "python too new for torch": (
        machine(packages={"torch": "2.0.1"}, python="3.12.1"),
        *("packages.companions", "warn", "torch-python", "python.version-unsupported"),
    ),
    "two onnxruntimes": (
        machine(packages={"onnxruntime": "1.17.0", "onnxruntime-gpu": "1.17.0"}),
        *("packages.shadowed", "warn", "same-module", "gpu.cpu-only-build"),
    ),
    "numpy does not import": (
        machine(steps={"numpy": Answer("done", errors={"import": ("ImportError", "DLL load failed while importing")})}),
        *("packages.imports", "fail", "import-fails", "os.dll-load-failed"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_check_says_what_is_there(name: str, base: KnowledgeBase) -> None:
    assert_said(CASES[name], base)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_every_finding_has_words_and_a_next_step(name: str, language: Language, base: KnowledgeBase) -> None:
    assert_worded(CASES[name][0], language, base)
