"""What the checks say of machines of several generations, with the thing there and not there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from doctor_places import ARCHITECTURES, by_check, card, machine, torch_answer
from hypothesis import given
from hypothesis import strategies as st

from voicelog.doctor.answers import Answer
from voicelog.doctor.checks import CHECKS, run_checks
from voicelog.doctor.checks.torch import fits
from voicelog.doctor.environment import read_environment
from voicelog.doctor.examine import report
from voicelog.doctor.gather import Machine
from voicelog.doctor.network import Proxy, Reach
from voicelog.doctor.nvidia import Adapter, Driver
from voicelog.doctor.program import Program
from voicelog.doctor.system import Folder, Memory, Port
from voicelog.language import LANGUAGES
from voicelog.model import Finding
from voicelog.render.examination import describe_findings
from voicelog.render.examination_markdown import to_examination_markdown
from voicelog.render.examination_text import ExaminationText
from voicelog.render.width import width
from voicelog.signatures.base import KnowledgeBase

pytestmark = pytest.mark.usefixtures("plain_machine")

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


CASES: dict[str, tuple[Machine, str, str, str, str]] = {
    # name: machine, check, status, message, cause
    "cpu build beside a card": (
        machine(steps=torch("2.1.2+cpu", None), driver=RTX_3060),
        *("torch.build", "fail", "torch-cpu-build", "gpu.cpu-only-build"),
    ),
    "cpu build without a card": (machine(steps=torch("2.1.2+cpu", None)), "torch.build", "ok", "torch-cpu-no-card", ""),
    "cuda build": (
        machine(steps=torch("2.1.2+cu118", "11.8"), driver=RTX_3060),
        *("torch.build", "ok", "torch-cuda-build", ""),
    ),
    "torch does not import": (
        machine(steps={"torch": Answer("done", errors={"import": ("OSError", "[WinError 126] c10.dll")})}),
        *("torch.build", "fail", "import-fails", "os.dll-load-failed"),
    ),
    "torch lacks a library": (
        machine(steps={"torch": Answer("done", errors={"import": ("ImportError", "libcudnn.so.9: cannot open")})}),
        *("torch.build", "fail", "import-fails", "gpu.cudnn-missing"),
    ),
    "torch crashes on import": (
        machine(steps={"torch": Answer("crashed", stopped_in="import", code=-1073741819)}),
        *("torch.build", "crashed", "import-crashes", "os.native-crash"),
    ),
    "torch hangs on import": (
        machine(steps={"torch": Answer("timeout", stopped_in="import", seconds=90)}),
        *("torch.build", "crashed", "import-hangs", "deps.broken-install"),
    ),
    "torch crashes in cudnn": (
        machine(
            steps={
                "torch": Answer("crashed", {"import": {"version": "2.4.0+cu124", "cuda": "12.4"}}, stopped_in="cudnn")
            }
        ),
        *("torch.build", "crashed", "torch-crashes", "gpu.cudnn-missing"),
    ),
    "driver too old for the build": (
        machine(steps=torch("2.3.0+cu121", "12.1"), driver=GTX_1080),
        *("torch.driver", "fail", "driver-too-old", "gpu.driver-too-old"),
    ),
    "driver of the same major version": (
        machine(steps=torch("2.8.0+cu128", "12.8"), driver=RTX_3060),
        *("torch.driver", "ok", "driver-fits", ""),
    ),
    "cuda unavailable": (
        machine(steps=torch("2.1.2+cu118", "11.8"), driver=RTX_3060),
        *("torch.devices", "fail", "cuda-unavailable", "gpu.cuda-unavailable"),
    ),
    "cards hidden": (
        machine(steps=torch("2.1.2+cu118", "11.8"), driver=RTX_3060, variables={"CUDA_VISIBLE_DEVICES": "-1"}),
        *("torch.devices", "fail", "cards-hidden", "gpu.cuda-unavailable.hidden"),
    ),
    "cuda available": (
        machine(
            steps=torch("2.1.2+cu118", "11.8", available=True, devices=device("NVIDIA GeForce RTX 3060", "8.6")),
            driver=RTX_3060,
        ),
        *("torch.devices", "ok", "cuda-available", ""),
    ),
    "card too new": (
        machine(steps=torch("2.1.2+cu118", "11.8", architectures=ARCHITECTURES["2.1.2+cu118"]), driver=RTX_5070),
        *("torch.architectures", "fail", "card-too-new", "gpu.arch-unsupported.too-new"),
    ),
    "card too old": (
        machine(steps=torch("2.8.0+cu129", "12.9", architectures=ARCHITECTURES["2.8.0+cu129"]), driver=GTX_1080),
        *("torch.architectures", "fail", "card-too-old", "gpu.arch-unsupported.too-old"),
    ),
    "card fits": (
        machine(steps=torch("2.8.0+cu129", "12.9", architectures=ARCHITECTURES["2.8.0+cu129"]), driver=RTX_3060),
        *("torch.architectures", "ok", "card-fits", ""),
    ),
    "no kernel image": (
        machine(
            steps={
                "torch": Answer(
                    "done",
                    {"import": {"version": "2.1.2+cu118", "cuda": "11.8"}, "cuda": {"available": True}},
                    {"product-cuda-0": ("RuntimeError", "CUDA error: no kernel image is available")},
                )
            }
        ),
        *("torch.product", "fail", "product-fails", "gpu.arch-unsupported"),
    ),
    "cudnn fails": (
        machine(
            steps={
                "torch": Answer(
                    "done",
                    {"import": {"version": "2.1.2+cu118", "cuda": "11.8"}, "cuda": {"available": True}},
                    {"cudnn": ("RuntimeError", "cuDNN error: CUDNN_STATUS_NOT_INITIALIZED")},
                )
            }
        ),
        *("torch.cudnn", "fail", "cudnn-fails", "gpu.cudnn-error"),
    ),
    "cudnn loads": (
        machine(
            steps=torch("2.1.2+cu118", "11.8", available=True, devices=device("NVIDIA GeForce RTX 3060", "8.6")),
            driver=RTX_3060,
        ),
        *("torch.cudnn", "ok", "cudnn-loads", ""),
    ),
    "driver missing": (machine(adapters=NVIDIA), "gpu.driver", "fail", "driver-missing", "gpu.driver-missing"),
    "driver fails": (
        machine(driver=Driver("nvidia-smi", message="NVIDIA-SMI has failed because it couldn't communicate")),
        *("gpu.driver", "fail", "driver-fails", "gpu.driver-missing"),
    ),
    "driver not restarted": (
        machine(driver=Driver("nvidia-smi", message="Failed to initialize NVML: Driver/library version mismatch")),
        *("gpu.driver", "fail", "driver-fails", "gpu.driver-library-mismatch"),
    ),
    "driver hangs": (
        machine(driver=Driver("nvidia-smi", timed_out=True)),
        *("gpu.driver", "crashed", "driver-hangs", "gpu.driver-missing"),
    ),
    "driver without a card": (
        machine(driver=Driver("nvidia-smi", "550.54", "12.4")),
        *("gpu.driver", "fail", "driver-no-card", "gpu.driver-missing"),
    ),
    "another maker": (
        machine(adapters=(Adapter("amd", "Radeon RX 6700 XT"),)),
        "gpu.driver",
        "skip",
        "no-nvidia-card",
        "",
    ),
    "video memory taken": (machine(driver=GTX_1660), "gpu.memory", "warn", "vram-taken", "gpu.out-of-memory"),
    "video memory little": (
        machine(driver=Driver("x", "551", "12.4", (card("NVIDIA GeForce GTX 1650", "7.5", 4096),))),
        *("gpu.memory", "warn", "vram-little", "gpu.out-of-memory"),
    ),
    "half precision of the 16 series": (machine(driver=GTX_1660), "gpu.half", "warn", "half-nan", "gpu.nan-output"),
    "half precision of others": (machine(driver=RTX_3060), "gpu.half", "ok", "half-fine", ""),
    "onnxruntime without cuda": (
        machine(
            packages={"onnxruntime": "1.17.0"},
            driver=RTX_3060,
            steps={
                "onnxruntime": Answer("done", {"import": {"version": "1.17.0", "providers": ["CPUExecutionProvider"]}})
            },
        ),
        *("onnxruntime.providers", "warn", "providers-cpu", "gpu.cpu-only-build"),
    ),
    "onnxruntime hidden": (
        machine(
            packages={"onnxruntime": "1.17.0", "onnxruntime-gpu": "1.17.0"},
            steps={
                "onnxruntime": Answer("done", {"import": {"version": "1.17.0", "providers": ["CPUExecutionProvider"]}})
            },
        ),
        *("onnxruntime.providers", "fail", "providers-hidden", "gpu.cpu-only-build"),
    ),
    "onnxruntime with cuda": (
        machine(
            packages={"onnxruntime-gpu": "1.20.0"},
            driver=RTX_3060,
            steps={
                "onnxruntime": Answer(
                    "done",
                    {"import": {"version": "1.20.0", "providers": ["CUDAExecutionProvider", "CPUExecutionProvider"]}},
                )
            },
        ),
        *("onnxruntime.providers", "ok", "providers", ""),
    ),
    "32-bit python": (machine(bits=32), "python.interpreter", "fail", "python-32-bit", "os.arch-mismatch"),
    "little memory": (
        machine(memory=Memory(4 * GB, 3 * GB, 0, None, False)),
        *("memory.ram", "warn", "memory-little", "memory.ram-exhausted"),
    ),
    "a container's limit": (
        machine(memory=Memory(2 * GB, GB, 0, 64 << 20, True), system="Linux"),
        *("memory.ram", "warn", "memory-limited", "memory.oom-killed"),
    ),
    "memory taken": (
        machine(memory=Memory(16 * GB, GB, 0, None, False)),
        *("memory.ram", "warn", "memory-taken", "memory.ram-exhausted"),
    ),
    "memory enough": (machine(memory=PLENTY), "memory.ram", "ok", "memory", ""),
    "memory unread": (machine(), "memory.ram", "crashed", "part-unread", ""),
    "small page file": (
        machine(memory=Memory(8 * GB, 6 * GB, GB, None, False)),
        *("memory.swap", "warn", "pagefile-small", "memory.pagefile-too-small"),
    ),
    "page file": (machine(memory=PLENTY), "memory.swap", "ok", "pagefile", ""),
    "small shared memory": (
        machine(memory=Memory(32 * GB, 20 * GB, 0, 64 << 20, False), system="Linux"),
        *("memory.shared", "warn", "shared-small", "memory.shm-too-small"),
    ),
    "shared memory": (
        machine(memory=Memory(32 * GB, 20 * GB, 0, 16 * GB, False), system="Linux"),
        *("memory.shared", "ok", "shared", ""),
    ),
    "no avx2": (
        machine(processor=(False, None, ())),
        *("processor.instructions", "warn", "no-avx2", "hardware.cpu-instructions"),
    ),
    "avx2": (machine(processor=(True, None, ())), "processor.instructions", "ok", "avx2", ""),
    "no runtime": (
        machine(processor=(True, True, ("vcruntime140_1.dll",))),
        *("system.runtime", "fail", "runtime-missing", "os.dll-load-failed"),
    ),
    "runtime": (machine(processor=(True, True, ())), "system.runtime", "ok", "runtime", ""),
    "disk full": (
        machine(folders=(Folder("hub", r"C:\x", True, GB // 2, True, True),)),
        *("disk.space", "fail", "disk-full", "hardware.disk-full"),
    ),
    "disk nearly full": (
        machine(folders=(Folder("hub", r"C:\x", True, 5 * GB, True, True),)),
        *("disk.space", "warn", "disk-nearly-full", "hardware.disk-full"),
    ),
    "folder not writable": (
        machine(folders=(Folder("hub", r"C:\x", True, 50 * GB, False, False, "Permission denied"),)),
        *("rights.folders", "fail", "folder-not-writable", "path.permission-denied"),
    ),
    "links refused": (
        machine(folders=(Folder("hub", r"C:\x", True, 50 * GB, True, False),)),
        *("rights.links", "warn", "links-refused", "path.symlink-privilege"),
    ),
    "path not ascii": (
        machine(project=Path("/data/语音模型")),
        *("paths.project", "warn", "path-non-ascii", "path.non-ascii"),
    ),
    "path with spaces": (
        machine(project=Path("/data/my models")),
        *("paths.project", "warn", "path-spaces", "path.spaces"),
    ),
    "path too long": (
        machine(project=Path("/" + "x" * 150), processor=(True, False, ())),
        *("paths.project", "warn", "path-long", "path.too-long"),
    ),
    "encoding of a Chinese Windows": (
        machine(),
        *("text.encoding", "ok", "encoding-utf8", ""),
    ),
    "ffmpeg missing and needed": (
        machine(packages={"pydub": "0.25.1"}),
        *("audio.ffmpeg", "fail", "program-needed", "audio.ffmpeg-missing"),
    ),
    "ffmpeg missing": (machine(), "audio.ffmpeg", "warn", "program-missing", "audio.ffmpeg-missing"),
    "espeak missing and not needed": (machine(), "text.espeak", "skip", "program-unneeded", ""),
    "espeak missing and needed": (
        machine(packages={"phonemizer": "3.2.1"}),
        *("text.espeak", "fail", "program-needed", "text.espeak-missing"),
    ),
    "sox that does not start": (
        machine(programs={"sox": Program("sox", "/usr/bin/sox", "", "error while loading shared libraries")}),
        *("audio.sox", "fail", "program-broken", "audio.sox-missing"),
    ),
    "old libsndfile": (
        machine(steps={"soundfile": Answer("done", {"import": {"version": "0.10.3", "library": "1.0.28"}})}),
        *("audio.libsndfile", "warn", "libsndfile-old", "audio.file-unreadable"),
    ),
    "libsndfile missing": (
        machine(
            packages={"soundfile": "0.10.3"},
            steps={"soundfile": Answer("done", errors={"import": ("OSError", "sndfile library not found")})},
        ),
        *("audio.libsndfile", "fail", "library-missing", "audio.libsndfile-missing"),
    ),
    "soundfile without its own needs": (
        machine(
            packages={"soundfile": "0.12.1"},
            steps={
                "soundfile": Answer("done", errors={"import": ("ImportError", "DLL load failed importing _multiarray")})
            },
        ),
        *("audio.libsndfile", "fail", "import-fails", "os.dll-load-failed"),
    ),
    "sound devices that hang": (
        machine(
            packages={"sounddevice": "0.4.6"}, steps={"devices": Answer("timeout", stopped_in="devices", seconds=90)}
        ),
        *("audio.portaudio", "crashed", "import-hangs", "audio.portaudio-missing"),
    ),
    "no sound devices": (
        machine(
            steps={"devices": Answer("done", {"import": {"version": "19.7"}, "devices": {"inputs": [], "outputs": []}})}
        ),
        *("audio.portaudio", "warn", "no-audio-devices", "audio.device-unavailable"),
    ),
    "sound devices": (
        machine(
            steps={
                "devices": Answer(
                    "done", {"import": {"version": "19.7"}, "devices": {"inputs": ["麦克风"], "outputs": []}}
                )
            }
        ),
        *("audio.portaudio", "ok", "audio-devices", ""),
    ),
    "portaudio missing": (
        machine(
            packages={"sounddevice": "0.4.6"},
            steps={"devices": Answer("done", errors={"import": ("OSError", "PortAudio library not found")})},
        ),
        *("audio.portaudio", "fail", "library-missing", "audio.portaudio-missing"),
    ),
    "silent proxy": (
        machine(proxies=(Proxy("https", "127.0.0.1:7890", "http", "silent"),)),
        *("network.proxy", "fail", "proxy-silent", "net.proxy"),
    ),
    "malformed proxy": (
        machine(proxies=(Proxy("https", "127.0.0.1：7890", "", "malformed"),)),
        *("network.proxy", "fail", "proxy-malformed", "net.proxy"),
    ),
    "socks proxy": (
        machine(proxies=(Proxy("all", "127.0.0.1:1080", "socks5"),)),
        *("network.proxy", "fail", "proxy-socks", "net.proxy"),
    ),
    "certificates missing": (
        machine(variables={"SSL_CERT_FILE": "/nowhere/ca.pem"}),
        *("network.certificates", "fail", "certificates-missing", "net.ssl-certificate"),
    ),
    "port busy": (machine(ports=(Port(7860, "python (4)"),)), "network.ports", "warn", "port-busy", "net.port-in-use"),
    "port refused": (machine(ports=(Port(7860, "", True),)), "network.ports", "warn", "port-refused", "net.blocked"),
    "hub unreachable": (
        machine(
            network=(
                Reach("https://huggingface.co", "timeout", "timed out", 5.0),
                Reach("https://hf-mirror.com", "reached", "HTTP 200", 0.2),
            )
        ),
        *("network.hubs", "warn", "hub-timeout", "net.hub-unreachable"),
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
    given, check, status, message, cause = CASES[name]
    findings = run_checks(given)
    if not message:
        assert not [one for one in by_check(findings, check) if one.status not in ("ok", "skip")]
        return
    one = next((one for one in by_check(findings, check) if one.message == message), None)
    assert one is not None, by_check(findings, check)
    assert one.status == status
    assert one.cause == cause if cause else one.cause in base


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_every_finding_has_words_and_a_next_step(name: str, language: str, base: KnowledgeBase) -> None:
    examination = report(CASES[name][0], 0.5)
    for one in describe_findings(examination, base, language):  # type: ignore[arg-type]
        assert one.text
        assert "{" not in one.text
        if one.finding.status in ("fail", "warn") and one.finding.cause:
            assert one.finding.cause in base, one.finding.cause
            assert one.commands or one.advice, one.finding
    text = ExaminationText(base, language, columns=80, everything=True).render(examination)  # type: ignore[arg-type]
    long = [line for line in text.splitlines() if width(line) > 80 and "$ " not in line]
    assert not long
    assert to_examination_markdown(examination, base, language).startswith("### ")  # type: ignore[arg-type]


def test_the_first_line_sums_up_and_failures_come_first(base: KnowledgeBase) -> None:
    lines = ExaminationText(base, "en").render(report(CASES["driver missing"][0], 0.5)).splitlines()
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


@pytest.mark.parametrize(
    ("capability", "build", "expected"),
    [
        ("12.0", "2.1.2+cu118", "card-newer"),
        ("9.0", "1.13.1+cu117", "card-newer"),
        ("8.9", "1.13.1+cu117", "fits"),
        ("8.6", "2.8.0+cu129", "fits"),
        ("7.0", "2.8.0+cu129", "card-older"),
        ("6.1", "2.8.0+cu128", "card-older"),
        ("6.1", "1.13.1+cu117", "fits"),
        ("5.2", "1.13.1+cu117", "fits"),
        ("3.0", "2.1.2+cu118", "card-older"),
        ("12.1", "2.8.0+cu128", "fits"),
    ],
)
def test_architectures_against_capability(capability: str, build: str, expected: str) -> None:
    assert fits(capability, ARCHITECTURES[build].split()) == expected


def test_ptx_serves_later_cards_of_its_generation_only() -> None:
    assert fits("8.9", ["sm_75", "compute_80"]) == "fits"
    assert fits("12.0", ["sm_80", "compute_80"]) == "card-newer"
    assert fits("9.0", ["sm_90a"]) == "fits"
    assert fits("7.5", ["sm_80", "compute_80"]) == "card-older"
