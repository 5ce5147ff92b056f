"""Commands of a fix, filled in for the machine at hand.

What stands in a log is untrusted: a value goes into a command only where it is a plain word or path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from voicelog.placeholders import complete, fill

_WORD = re.compile(r"[\w.+:=@%/\\~][\w.+:=@%/\\~-]*")
"""One argument that is no option."""
_QUOTABLE = re.compile(r"[\w.+:=@%/\\~][\w.+:=@%/\\~ -]*")
"""The same with spaces: only where the command quotes it."""
_ALWAYS = ("python", "pip", "torch_index", "free_port")
_INDEX = "https://download.pytorch.org/whl/"
_NEWEST = "cu128"
_OLDEST_ARCHITECTURE = 7.5
"""Compute capability under which CUDA 12.8 and newer builds carry no kernels (PyTorch 2.8 release notes)."""


def values_for(facts: Mapping[str, str], captures: Mapping[str, str]) -> dict[str, str]:
    """Everything that a text or a command may name."""
    return {**facts, **captures, **machine_values(facts)}


def machine_values(facts: Mapping[str, str]) -> dict[str, str]:
    """The interpreter, its pip and the wheel index that fit the failing environment."""
    python = interpreter(facts)
    return {"python": python, "pip": f"{python} -m pip", "torch_index": torch_index(facts), "free_port": "7999"}


def interpreter(facts: Mapping[str, str]) -> str:
    """How the failing environment's Python is called from the folder of the project."""
    if facts.get("environment") == "portable":
        return r"runtime\python.exe"
    path = facts.get("interpreter", "")
    if path and _QUOTABLE.fullmatch(path):
        return f'"{path}"' if " " in path else path
    return "python" if facts.get("os") == "windows" or facts.get("environment") in ("conda", "venv") else "python3"


def torch_index(facts: Mapping[str, str]) -> str:
    """The index of PyTorch wheels for the card and its driver."""
    if facts.get("gpu_vendor") == "amd" and facts.get("os") == "linux":
        return f"{_INDEX}rocm6.3"
    if facts.get("gpu_vendor") in ("apple", "intel", "amd"):
        return f"{_INDEX}cpu"
    return f"{_INDEX}{_cuda_tag(facts)}"


def _cuda_tag(facts: Mapping[str, str]) -> str:
    architecture = _number(facts.get("gpu_arch", ""))
    driver = _number(facts.get("driver_cuda", ""))
    if architecture >= 10:
        return _NEWEST
    if driver and driver < 12.4:
        return "cu118"
    if architecture and architecture < _OLDEST_ARCHITECTURE:
        return "cu126"
    return "cu126" if not driver or driver < 12.8 else _NEWEST


def _number(text: str) -> float:
    found = re.match(r"\d+(?:\.\d+)?", text)
    return float(found.group()) if found else 0.0


_SHOWN_BY = {
    "gpu": "nvidia-smi --query-gpu=name --format=csv",
    "gpu_arch": "nvidia-smi --query-gpu=name,compute_cap --format=csv",
    "driver": "nvidia-smi --query-gpu=driver_version --format=csv",
    "driver_cuda": "nvidia-smi",
    "vram_total": "nvidia-smi --query-gpu=memory.total --format=csv",
    "torch_build": '{python} -c "import torch; print(torch.__version__)"',
    "cuda": '{python} -c "import torch; print(torch.version.cuda)"',
    "python": "{python} --version",
    "os": '{python} -c "import platform; print(platform.platform())"',
    "environment": '{python} -c "import sys; print(sys.executable)"',
}


def command_showing(fact: str, facts: Mapping[str, str]) -> str:
    """The one command that shows a fact which the log does not tell."""
    command = _SHOWN_BY.get(fact, f"{{pip}} show {fact}")
    return fill(command, machine_values(facts))


def command_lines(commands: tuple[str, ...], values: Mapping[str, str]) -> list[str]:
    """The commands that can be filled in safely; one that lacks a value, or would carry an odd one, is left out."""
    lines = []
    for command in commands:
        safe = {name: value for name, value in values.items() if name in _ALWAYS or _fits(command, name, value)}
        if complete(command, safe):
            lines.append(fill(command, safe))
    return lines


def _fits(command: str, name: str, value: str) -> bool:
    """Whether a value of the log stays one plain argument there: no option, no address, no second word."""
    allowed = _QUOTABLE if f'{{{name}}}"' in command else _WORD
    return bool(allowed.fullmatch(value)) and "://" not in value
