"""What the checks say of cards, drivers and torch, of several generations."""

from __future__ import annotations

import pytest
from doctor_cases import GTX_1080, GTX_1660, NVIDIA, RTX_3060, RTX_5070, Case, assert_said, assert_worded, device, torch
from doctor_places import ARCHITECTURES, card, machine

from voicelog.doctor.answers import Answer
from voicelog.doctor.checks.torch import fits
from voicelog.language import LANGUAGES, Language
from voicelog.machine.nvidia import Adapter, Driver
from voicelog.signatures.base import KnowledgeBase

pytestmark = pytest.mark.usefixtures("plain_machine")

CASES: dict[str, Case] = {
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
    "a driver": (machine(driver=RTX_3060), "gpu.driver", "ok", "driver-works", ""),
    "video memory": (machine(driver=RTX_3060), "gpu.memory", "ok", "vram", ""),
    "torch hangs after its import": (
        machine(
            steps={"torch": Answer("timeout", {"import": {"version": "2.4.0", "cuda": "12.4"}}, stopped_in="cuda")}
        ),
        *("torch.build", "crashed", "torch-hangs", "os.native-crash"),
    ),
    "torch told nothing": (
        machine(steps={"torch": Answer("crashed", stopped_in="import")}),
        *("torch.devices", "skip", "torch-silent", ""),
    ),
    "a driver and nothing to compare": (
        machine(steps=torch("2.1.2+cpu", None), driver=RTX_3060),
        *("torch.driver", "skip", "nothing-to-compare", ""),
    ),
    "no devices asked of a build for the CPU": (
        machine(steps=torch("2.1.2+cpu", None)),
        *("torch.devices", "skip", "no-cuda-build", ""),
    ),
    "a Mac": (
        machine(
            steps={
                "torch": Answer(
                    "done", {"import": {"version": "2.4.0", "cuda": None}, "cuda": {"available": False, "mps": True}}
                )
            },
            system="Darwin",
        ),
        *("torch.devices", "ok", "mps-available", ""),
    ),
    "a product": (machine(steps=torch("2.1.2+cpu", None)), "torch.product", "ok", "product-works", ""),
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
}


@pytest.mark.parametrize("name", CASES)
def test_a_check_says_what_is_there(name: str, base: KnowledgeBase) -> None:
    assert_said(CASES[name], base)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_every_finding_has_words_and_a_next_step(name: str, language: Language, base: KnowledgeBase) -> None:
    assert_worded(CASES[name][0], language, base)


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
