"""Logs that leave two readings, decided by what the machine shows; and logs of other machines, which it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from doctor_places import ARCHITECTURES, card, machine, torch_answer

from voicelog.doctor.answers import Answer
from voicelog.doctor.examine import report as to_examination
from voicelog.doctor.gather import Machine
from voicelog.doctor.join import join
from voicelog.doctor.network import Proxy
from voicelog.doctor.program import Program
from voicelog.doctor.security import Security
from voicelog.doctor.system import Folder
from voicelog.language import LANGUAGES
from voicelog.machine.memory import Memory
from voicelog.machine.nvidia import Adapter, Driver
from voicelog.model import Report, Source
from voicelog.parse import parse
from voicelog.pipeline import analyze_source
from voicelog.render.document import to_document
from voicelog.render.markdown import to_markdown
from voicelog.render.page import to_page
from voicelog.render.text import TextRenderer
from voicelog.signatures.base import KnowledgeBase

pytestmark = pytest.mark.usefixtures("plain_machine")

GB = 1 << 30
RTX_3060 = Driver("nvidia-smi", "551.23", "12.4", (card("NVIDIA GeForce RTX 3060", "8.6", 12288),))
RTX_5070 = Driver("nvidia-smi", "572.83", "12.8", (card("NVIDIA GeForce RTX 5070 Ti", "12.0", 16303),))
GTX_1080 = Driver("nvidia-smi", "472.12", "11.4", (card("NVIDIA GeForce GTX 1080", "6.1"),))
CARD = (Adapter("nvidia", "NVIDIA GeForce RTX 3060"),)

NO_GPU = "RuntimeError: No CUDA GPUs are available"
SLOW = "没有发现支持的N卡, 使用CPU进行推理"
NO_KERNEL = "RuntimeError: CUDA error: no kernel image is available for execution on the device"
INSUFFICIENT = "RuntimeError: CUDA error: CUDA driver version is insufficient for CUDA runtime version"
HALF = "RuntimeError: \"slow_conv2d_cpu\" not implemented for 'Half'"
CUBLAS = "RuntimeError: CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`"
NO_SPACE = "OSError: [Errno 28] No space left on device"
MP3 = "soundfile.LibsndfileError: Error opening 'a.mp3': Format not recognised."
NO_LIBRARY = "ImportError: DLL load failed while importing _C: The specified module could not be found."
NO_RIGHTS = "PermissionError: [Errno 13] Permission denied: 'C:\\\\Users\\\\mei\\\\Documents\\\\out.wav'"
NO_WHEEL = "ERROR: No matching distribution found for torch==2.1.0"
HUB = (
    "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='huggingface.co', port=443): Max retries exceeded with "
    "url: /x (Caused by NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused'))"
)
NO_PROGRAM = (
    'Traceback (most recent call last):\n  File "infer.py", line 3, in <module>\n    out = convert(path)\n'
    '  File "C:\\Python310\\lib\\subprocess.py", line 1456, in _execute_child\n    hp, ht, pid, tid = x()\n'
    "FileNotFoundError: [WinError 2] 系统找不到指定的文件。\n"
)
CPU = {"torch": torch_answer("2.1.2+cpu", cuda=None)}
CU118 = {"torch": torch_answer("2.1.2+cu118", cuda="11.8", architectures=ARCHITECTURES["2.1.2+cu118"])}
CU121 = {"torch": torch_answer("2.3.0+cu121", cuda="12.1")}
CU129 = {"torch": torch_answer("2.8.0+cu129", cuda="12.9", architectures=ARCHITECTURES["2.8.0+cu129"])}
LINUX: dict[str, Any] = {"system": "Linux"}

PAIRS: dict[str, tuple[str, Machine, str, str]] = {
    # name: log, machine, the answer of both, the check whose evidence is shown
    "torch for the CPU": (NO_GPU, machine(steps=CPU, driver=RTX_3060), "gpu.cpu-only-build", "torch.build"),
    "no driver": (NO_GPU, machine(steps=CU118, adapters=CARD), "gpu.driver-missing", "gpu.driver"),
    "an old driver": (NO_GPU, machine(steps=CU121, driver=GTX_1080), "gpu.driver-too-old", "torch.driver"),
    "hidden cards": (
        NO_GPU,
        machine(steps=CU118, driver=RTX_3060, variables={"CUDA_VISIBLE_DEVICES": "-1"}),
        *("gpu.cuda-unavailable.hidden", "torch.devices"),
    ),
    "an AMD card": (
        NO_GPU,
        machine(steps=CU118, adapters=(Adapter("amd", "Radeon RX 6700 XT"),)),
        *("gpu.cuda-unavailable.no-nvidia-card", "gpu.driver"),
    ),
    "slow, torch for the CPU": (SLOW, machine(steps=CPU, driver=RTX_3060), "gpu.cpu-only-build", "torch.build"),
    "slow, no driver": (SLOW, machine(steps=CU118, adapters=CARD), "gpu.driver-missing", "gpu.driver"),
    "slow, hidden cards": (
        SLOW,
        machine(steps=CU118, driver=RTX_3060, variables={"CUDA_VISIBLE_DEVICES": ""}),
        *("gpu.cuda-unavailable.hidden", "torch.devices"),
    ),
    "a card too new": (
        NO_KERNEL,
        machine(steps=CU118, driver=RTX_5070),
        *("gpu.arch-unsupported.too-new", "torch.architectures"),
    ),
    "a card too old": (
        NO_KERNEL,
        machine(steps=CU129, driver=GTX_1080),
        *("gpu.arch-unsupported.too-old", "torch.architectures"),
    ),
    "a card that fits, so an extension lacks it": (
        NO_KERNEL,
        machine(steps=CU118, driver=RTX_3060),
        *("gpu.arch-unsupported", "torch.architectures"),
    ),
    "insufficient, for there is none": (INSUFFICIENT, machine(adapters=CARD), "gpu.driver-missing", "gpu.driver"),
    "insufficient, for it is old": (
        INSUFFICIENT,
        machine(steps=CU121, driver=GTX_1080),
        *("gpu.driver-too-old", "torch.driver"),
    ),
    "half precision, torch for the CPU": (
        HALF,
        machine(steps=CPU, driver=RTX_3060),
        *("gpu.half-unsupported.no-cuda", "torch.build"),
    ),
    "cuBLAS on a card too new": (
        CUBLAS,
        machine(steps=CU118, driver=RTX_5070),
        *("gpu.arch-unsupported.too-new", "torch.architectures"),
    ),
    "no space in shared memory": (
        NO_SPACE,
        machine(
            memory=Memory(32 * GB, 20 * GB, 0, 64 << 20, False),
            folders=(Folder("hub", "/x", True, 80 * GB, True, True),),
            **LINUX,
        ),
        *("memory.shm-too-small", "memory.shared"),
    ),
    "a proxy that is off": (
        HUB,
        machine(proxies=(Proxy("https", "127.0.0.1:7890", "http", "silent"),)),
        *("net.proxy", "network.proxy"),
    ),
    "a program that is not there": (
        NO_PROGRAM,
        machine(programs={"ffmpeg": Program("ffmpeg")}),
        *("audio.ffmpeg-missing", "audio.ffmpeg"),
    ),
    "a libsndfile without MP3": (
        MP3,
        machine(steps={"soundfile": Answer("done", {"import": {"version": "0.10.3", "library": "1.0.28"}})}),
        *("audio.file-unreadable.old-libsndfile", "audio.libsndfile"),
    ),
    "a library that nobody signed": (
        NO_LIBRARY,
        machine(security=Security(app_control=True)),
        *("os.antivirus", "system.security"),
    ),
    "a folder that Windows guards": (
        NO_RIGHTS,
        machine(security=Security(guarded_folders=True)),
        *("os.antivirus", "system.security"),
    ),
    "no wheel for 32 bits": (NO_WHEEL, machine(bits=32), "os.arch-mismatch", "python.interpreter"),
}


def joined(log: str, here: Machine, base: KnowledgeBase) -> Report:
    source = Source("run.log", log)
    both = join(parse(source), to_examination(here, 0.1))
    return both.complete(analyze_source(source, base, both.facts), base)


@pytest.mark.parametrize("name", PAIRS)
def test_the_machine_decides(name: str, base: KnowledgeBase) -> None:
    log, here, expected, check = PAIRS[name]
    answer = joined(log, here, base)
    assert answer.verdict == "diagnosed"
    top = answer.diagnoses[0]
    assert (top.id, top.undecided) == (expected, ())
    assert top.evidence
    assert check in {one.check for one in top.findings}


def test_most_of_these_answers_are_not_those_of_the_log_alone(base: KnowledgeBase) -> None:
    """Where the answer is the same, the log alone had left open which of two readings holds."""
    for log, _, expected, _ in PAIRS.values():
        alone = analyze_source(Source("run.log", log), base)
        top = alone.diagnoses[0] if alone.diagnoses else None
        assert top is None or top.id != expected or top.undecided, expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_kinds_of_evidence_are_shown(language: str, base: KnowledgeBase) -> None:
    answer = joined(*PAIRS["torch for the CPU"][:2], base)
    heading = {"en": "What this machine shows", "zh": "本机检查结果"}[language]
    shown = (
        TextRenderer(base, language).render(answer),  # type: ignore[arg-type]
        to_markdown(answer, base, language),  # type: ignore[arg-type]
        to_page([answer], base, language),  # type: ignore[arg-type]
    )
    for text in shown:
        assert heading in text
        assert "torch 2.1.2+cpu, torch.version.cuda None" in text
        assert "No CUDA GPUs are available" in text
    document = to_document(answer, base, language)  # type: ignore[arg-type]
    (finding,) = [one for one in document["diagnoses"][0]["findings"] if one["check"] == "torch.build"]
    assert (finding["status"], finding["cause"]) == ("fail", "gpu.cpu-only-build")


def test_commands_name_the_interpreter_that_was_examined(base: KnowledgeBase) -> None:
    answer = joined(*PAIRS["torch for the CPU"][:2], base)
    commands = to_document(answer, base, "en")["diagnoses"][0]["fixes"][0]["commands"]
    assert commands[0].startswith(r"D:\app\venv\Scripts\python.exe -m pip")


@pytest.mark.parametrize(
    "line",
    ["NVIDIA GeForce RTX 4090", "/home/somebody/voice/infer.py", "Device: NVIDIA GeForce GTX 1080 Ti"],
)
def test_a_log_of_another_machine_is_read_alone(line: str, base: KnowledgeBase) -> None:
    """The machine has an RTX 3060 and Windows."""
    log = f"{line}\n{NO_GPU}\n"
    answer = joined(log, machine(steps=CPU, driver=RTX_3060), base)
    assert answer.diagnoses[0].id == "gpu.cuda-unavailable"
    assert not answer.diagnoses[0].findings
    assert answer.disagreements
    assert "another machine" in TextRenderer(base, "en").render(answer)


def test_the_same_card_said_shorter_is_the_same_machine(base: KnowledgeBase) -> None:
    answer = joined(f"GPU: RTX 3060\n{NO_GPU}\n", machine(steps=CPU, driver=RTX_3060), base)
    assert answer.diagnoses[0].id == "gpu.cpu-only-build"


def test_packages_that_changed_since_count_as_the_log_says(base: KnowledgeBase) -> None:
    log = f"torch 2.0.1+cu118\n{NO_GPU}\n"
    answer = joined(log, machine(steps=CPU, driver=RTX_3060), base)
    assert answer.diagnoses[0].id == "gpu.cuda-unavailable"
    assert {one.name for one in answer.disagreements} == {"torch", "torch_build"}
    assert "have changed" in TextRenderer(base, "en").render(answer)


def test_another_python_keeps_only_what_belongs_to_the_machine(base: KnowledgeBase) -> None:
    log = f'  File "/x/lib/python3.8/site-packages/torch/cuda/__init__.py", line 1, in x\n{NO_GPU}\n'
    here = machine(steps=CPU, driver=RTX_3060, python="3.10.11", system="Linux")
    answer = joined(log, here, base)
    assert answer.facts["gpu"] == "NVIDIA GeForce RTX 3060"
    assert "torch_build" not in answer.facts
    assert answer.diagnoses[0].id == "gpu.cuda-unavailable"


@pytest.mark.parametrize("origin", ["environment", "path", "own", "project"])
def test_a_log_of_an_interpreter_that_is_not_here(origin: str, base: KnowledgeBase) -> None:
    """What is installed for another one says nothing of it; the card and the driver still do."""
    log = f'  File "D:\\RVC\\runtime\\lib\\site-packages\\torch\\cuda\\__init__.py", line 1, in x\n{NO_GPU}\n'
    here = machine(steps=CPU, driver=RTX_3060)
    here = replace(here, target=here.target._replace(origin=origin))  # type: ignore[arg-type]
    answer = joined(log, here, base)
    assert answer.diagnoses[0].id == "gpu.cuda-unavailable"
    assert answer.facts["gpu"] == "NVIDIA GeForce RTX 3060"
    assert [one.name for one in answer.disagreements] == ["interpreter"]
    assert "another interpreter" in TextRenderer(base, "en").render(answer)
    commands = [line for fix in to_document(answer, base, "en")["diagnoses"][0]["fixes"] for line in fix["commands"]]
    assert not any("venv" in line for line in commands)


def test_an_unknown_log_names_what_is_broken_here(base: KnowledgeBase) -> None:
    answer = joined("ValueError: the frobnicator is upside down\n", machine(steps=CPU, driver=RTX_3060), base)
    assert answer.verdict == "unknown"
    assert answer.findings[0].check == "torch.build"
    assert "torch 2.1.2+cpu has no CUDA" in TextRenderer(base, "en").render(answer)
    healthy = joined("all done\n", machine(steps=CPU, driver=RTX_3060), base)
    assert (healthy.verdict, healthy.findings) == ("healthy", ())
