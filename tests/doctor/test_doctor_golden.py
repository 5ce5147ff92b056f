"""Whole examinations as people see them, byte for byte: `--refresh` rewrites them, then read the difference."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from doctor_places import ARCHITECTURES, card, machine, torch_answer

from voicelog.doctor.answers import Answer
from voicelog.doctor.examine import report
from voicelog.doctor.network import Proxy
from voicelog.doctor.program import Program
from voicelog.doctor.security import Security
from voicelog.doctor.system import Folder, Port
from voicelog.machine.memory import Memory
from voicelog.machine.nvidia import Driver
from voicelog.model import Examination
from voicelog.render.examination_document import to_examination_document
from voicelog.render.examination_markdown import to_examination_markdown
from voicelog.render.examination_text import ExaminationText
from voicelog.signatures.base import KnowledgeBase

GOLDEN = Path(__file__).parent / "golden"
GB = 1 << 30


@pytest.fixture
def ill(monkeypatch: pytest.MonkeyPatch) -> Examination:
    """A Windows machine with a new card, an old torch, and a few more troubles."""
    monkeypatch.setenv("HOME", "/home/user")
    build = torch_answer("2.1.2+cu118", cuda="11.8", architectures=ARCHITECTURES["2.1.2+cu118"])
    here = machine(
        packages={"torch": "2.1.2+cu118", "torchaudio": "2.3.1+cu118", "numpy": "2.0.1", "pydub": "0.25.1"},
        steps={"torch": build, "numpy": Answer("done", {"import": {"version": "2.0.1"}})},
        driver=Driver("nvidia-smi", "572.83", "12.8", (card("NVIDIA GeForce RTX 5070 Ti", "12.0", 16303, 1200),)),
        programs={"sox": Program("sox")},
        memory=Memory(16 * GB, 9 * GB, 4 * GB, None, False),
        folders=(Folder("hub", r"C:\Users\user\.cache\huggingface", True, 4 * GB, True, False, device=1),),
        ports=(Port(7860, "python.exe (4212)"),),
        proxies=(Proxy("https", "127.0.0.1:7890", "http", "silent"),),
        processor=(True, False, ()),
        security=Security(scanners=("Windows Defender",)),
        project=Path("/data/my voice 语音"),
    )
    return report(here, 1.0)


@pytest.mark.parametrize(
    "name", ["examination.en.txt", "examination.zh.txt", "examination.en.md", "examination.zh.json"]
)
def test_the_answer_is_as_it_was_read(
    name: str, ill: Examination, base: KnowledgeBase, request: pytest.FixtureRequest
) -> None:
    language = "zh" if ".zh." in name else "en"
    if name.endswith(".txt"):
        shown = ExaminationText(base, language, columns=80).render(ill)  # type: ignore[arg-type]
    elif name.endswith(".md"):
        shown = to_examination_markdown(ill, base, language)  # type: ignore[arg-type]
    else:
        document = to_examination_document(ill, base, language)  # type: ignore[arg-type]
        shown = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    path = GOLDEN / name
    if request.config.getoption("--refresh"):
        path.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == path.read_text(encoding="utf-8")
