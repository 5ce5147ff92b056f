"""What the checks say of an interpreter and of what is installed for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from doctor_cases import Case, assert_said, assert_worded
from doctor_places import machine

from voicelog.doctor.answers import Answer
from voicelog.language import LANGUAGES, Language
from voicelog.signatures.base import KnowledgeBase

pytestmark = pytest.mark.usefixtures("plain_machine")

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
