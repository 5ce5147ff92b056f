"""Facts are read where logs tell them."""

from __future__ import annotations

import pytest

from voicelog.parse.facts import find_facts
from voicelog.parse.records import to_records


def facts(log: str) -> dict[str, str]:
    return {name: fact.value for name, fact in find_facts(to_records(log)).items()}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r"File 'D:\GPT-SoVITS\runtime\lib\site-packages\torch\serialization.py'", {"os": "windows", "environment": "portable"}),
        ("/home/u/miniconda3/envs/tts/lib/python3.10/site-packages/x.py", {"os": "linux", "environment": "conda", "python": "3.10"}),
        ("/Users/u/tts/.venv/lib/python3.12/site-packages/x.py", {"os": "macos", "environment": "venv", "python": "3.12"}),
        ("| NVIDIA-SMI 535.104  Driver Version: 535.104.05  CUDA Version: 12.2 |", {"driver": "535.104.05", "driver_cuda": "12.2"}),
        ("torch 2.1.0+cu118, torchaudio==2.1.0", {"torch": "2.1.0", "torch_build": "cu118", "torchaudio": "2.1.0"}),
        ("The NVIDIA driver on your system is too old (found version 11040).", {"driver_cuda": "11.4"}),
        ("Using NVIDIA GeForce RTX 5090", {"gpu_vendor": "nvidia", "gpu_arch": "12.0"}),
        ("NVIDIA GeForce GTX 1660 Ti with 6 GB", {"gpu": "NVIDIA GeForce GTX 1660 Ti", "gpu_arch": "7.5"}),
        ("with CUDA capability sm_120 is not compatible", {"gpu_arch": "12.0"}),
        ("GPU 0; 6.00 GiB total capacity; 4.9 GiB already allocated", {"vram_total": "6.00 GiB"}),
        ("transformers version: 4.36.2", {"transformers": "4.36.2"}),
        (r"C:\Python311\python.exe infer.py", {"interpreter": r"C:\Python311\python.exe", "python": "3.11"}),
    ],
)  # fmt: skip
def test_fact_is_read(line: str, expected: dict[str, str]) -> None:
    found = facts(line)
    assert {name: found.get(name) for name in expected} == expected


def test_fact_points_at_its_line() -> None:
    found = find_facts(to_records("a\nb\nTesla T4\n"))
    assert found["gpu"].line == 3


def test_nothing_is_made_up() -> None:
    assert facts("hello world, 12 files in 3.10 seconds") == {}
