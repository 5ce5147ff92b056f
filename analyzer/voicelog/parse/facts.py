"""What a log tells of the machine: system, Python, packages, CUDA, card, memory, environment.

A table of patterns; the first line that tells a fact is kept, except that a plainer statement never replaces it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

from voicelog.model import Fact, Record

PACKAGES = (
    "torch torchaudio torchvision torchcodec numpy scipy numba llvmlite librosa soundfile transformers tokenizers "
    "huggingface_hub diffusers accelerate gradio gradio_client pydantic fastapi fairseq protobuf onnx onnxruntime "
    "tensorflow keras ctranslate2 faster_whisper whisperx openai_whisper pyannote.audio pytorch_lightning lightning "
    "speechbrain TTS funasr modelscope nemo_toolkit omegaconf hydra_core xformers flash_attn triton deepspeed "
    "bitsandbytes setuptools pip cuda cudnn"
).split()


class Rule(NamedTuple):
    """A pattern whose group `value` (or whose whole reading by `read`) is the fact."""

    name: str
    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], str]


def _value(found: re.Match[str]) -> str:
    return found["value"]


def _always(value: str) -> Callable[[re.Match[str]], str]:
    return lambda _: value


def _rule(name: str, pattern: str, value: str = "") -> Rule:
    return Rule(name, re.compile(pattern), _always(value) if value else _value)


def _dotted(found: re.Match[str]) -> str:
    """3.10 from 310, 12.8 from 128."""
    digits = found["value"]
    return digits if "." in digits else f"{digits[0]}.{digits[1:]}"


def _compute(found: re.Match[str]) -> str:
    """8.6 from sm_86, 12.0 from sm_120."""
    digits = found["value"]
    return f"{digits[:-1]}.{digits[-1]}"


_RULES = (
    _rule("os", r"[A-Za-z]:\\(?:Users|Program|Windows|\w+\\)|\bWinError\b|Windows PowerShell|PS [A-Z]:\\|win_amd64|Microsoft Windows|\bwin32\b|Windows-1[01]|Windows 1[01]|python\.exe|\.dll\b", "windows"),
    _rule("os", r"/Users/\w|macOS|Darwin|macosx_|/opt/homebrew|\.dylib\b|Apple M[1-9]", "macos"),
    _rule("os", r"/home/\w|/root/|/usr/lib|/opt/conda|\bUbuntu\b|\bDebian\b|linux-gnu|manylinux|Linux-\d|/mnt/|/content/|/kaggle/|/workspace/|/autodl-|\.so(?:\.\d+)*\b|/srv/|/app/", "linux"),
    _rule("wsl", r"\bWSL2?\b|microsoft-standard|/mnt/[c-z]/", "yes"),
    _rule("environment", r"(?i)runtime\\python\.exe|[\\/]runtime[\\/]lib[\\/]site-packages|python_embeded|py310\\|[\\/]jre?[\\/]python", "portable"),
    _rule("environment", r"/content/|google\.colab|/usr/local/lib/python3\.\d+/dist-packages/google", "colab"),
    _rule("environment", r"/kaggle/", "kaggle"),
    _rule("environment", r"(?i)(?:ana|mini|mamba|micromamba|miniforge)conda\d?[\\/]|miniforge\d?[\\/]|/opt/conda|[\\/]envs[\\/][^\\/]+[\\/]", "conda"),
    _rule("environment", r"(?i)[\\/]\.?v?env[\w.-]*[\\/](?:lib|Scripts|bin)|[\\/]venvs?[\\/]|\.virtualenvs|[\\/]virtualenvs?[\\/]", "venv"),
    _rule("environment", r"/\.dockerenv|docker run|/docker/|^COPY |RUN pip", "docker"),
    _rule("interpreter", r"(?P<value>[A-Za-z]:\\[^\n\"'<>|]*?python(?:w)?\.exe)\b"),
    _rule("interpreter", r"(?P<value>(?:/[\w.@+-]+)+/bin/python(?:3(?:\.\d+)?)?)(?=[\s:\"']|$)"),
    Rule("python", re.compile(r"[\\/](?:lib|Lib)[\\/]python(?P<value>[23]\.\d+)[\\/]"), _value),
    Rule("python", re.compile(r"(?:Programs[\\/]Python[\\/]|[\\/])Python(?P<value>[23]\d{1,2})(?:-32|-64)?[\\/]"), _dotted),
    Rule("python", re.compile(r"\bcp(?P<value>3\d{1,2})-"), _dotted),
    Rule("python", re.compile(r"[Pp]ython(?: [Vv]ersion)?[ :=v]+(?P<value>3\.\d+)(?:\.\d+)?\b"), _value),
    Rule("python", re.compile(r"python(?P<value>3\.\d+)/"), _value),
    _rule("torch_build", r"(?i)torch\S{0,14}[ =:+v]+\d+\.\d+\.\d+\+(?P<value>cu\d+|cpu|rocm[\d.]+|xpu)"),
    _rule("torch_build", r"\b\d+\.\d+\.\d+\+(?P<value>cu\d{2,3}|cpu|rocm[\d.]+)\b"),
    _rule("torch_build", r"Torch not compiled with CUDA enabled", "cpu"),
    _rule("torch", r"(?i)\b(?:py)?torch(?: version)?[ =:v\"'(]{1,4}(?P<value>\d+\.\d+(?:\.\d+)?)"),
    _rule("torch", r"\btorch-(?P<value>\d+\.\d+\.\d+)"),
    _rule("driver", r"Driver Version: ?(?P<value>\d{3}\.[\d.]+)"),
    _rule("driver_cuda", r"CUDA Version: ?(?P<value>\d+\.\d+)"),
    Rule("cuda", re.compile(r"(?i)cuda(?: toolkit)?(?: runtime)?(?: version)?[ :=v-]+(?P<value>\d{1,2}\.\d)\b"), _value),
    Rule("cuda", re.compile(r"[\\/](?:CUDA[\\/]v|cuda-)(?P<value>\d{1,2}\.\d)"), _value),
    _rule("gpu", r"(?P<value>(?:NVIDIA )?(?:GeForce )?(?:RTX|GTX|GT|MX|Quadro|Tesla|TITAN)[ -]?(?:PRO )?[A-Z]?\d{2,4}\w*(?:[ -](?:Ti|SUPER|Super|Laptop(?: GPU)?|Ti SUPER|with Max-Q Design|Mobile|D))*)"),
    _rule("gpu", r"(?P<value>NVIDIA (?:A100|A10G?|A30|A40|A6000|H100|H200|L4|L40S?|B200|V100|T4|P100|P40|K80|GB\d+)[\w-]*(?: \d+GB)?)"),
    _rule("gpu", r"\b(?P<value>Tesla [A-Z]\d+\w*)"),
    _rule("gpu", r"(?P<value>(?:AMD )?Radeon(?:\(TM\)|\(tm\))? (?:RX |Pro |Graphics)?[\w ]{0,12}\w)"),
    _rule("gpu", r"(?P<value>Apple M\d(?: (?:Pro|Max|Ultra))?)"),
    _rule("gpu", r"(?P<value>Intel\(R\) (?:Arc|Iris|UHD)[\w()® ]{0,24}\w)"),
    Rule("gpu_arch", re.compile(r"CUDA capability sm_(?P<value>\d{2,3})"), _compute),
    Rule("gpu_arch", re.compile(r"(?i)(?:cuda |compute )capability(?: of)?[ :=]+\(?(?P<value>\d{1,2}\.\d)"), _value),
    _rule("vram_total", r"(?P<value>[\d.]+ ?[GM]i?B) (?:total|in total) capacity|total capacity of (?P<second>[\d.]+ ?[GM]iB)"),
    _rule("vram_total", r"\d+MiB / +(?P<value>\d+MiB)"),
    _rule("vram_free", r"(?P<value>[\d.]+ ?(?:bytes|[KGM]i?B))(?: is)? free"),
)  # fmt: skip
_PACKAGE = re.compile(
    r"(?<![\w./\\-])(?P<name>" + "|".join(name.replace("_", "[-_]").replace(".", r"[-.]") for name in PACKAGES) + r")"
    r"(?:==| ?[=:@]? ?v?| version:? )(?P<value>\d+\.\d+(?:\.\d+)?(?:\.?(?:post|dev|rc|a|b)\d+)?)(?:\+[\w.]+)?(?![\w.]*-|\d)",
    re.IGNORECASE,
)
_VENDORS = (
    ("nvidia", re.compile(r"(?i)nvidia|geforce|rtx|gtx|tesla|quadro|titan")),
    ("amd", re.compile(r"(?i)radeon|amd")),
    ("intel", re.compile(r"(?i)intel")),
    ("apple", re.compile(r"(?i)apple")),
)
_ARCHITECTURES = (
    ("12.0", re.compile(r"RTX (?:50[5-9]0|PRO \d000)")),
    ("10.0", re.compile(r"\b(?:B200|GB200|B100)\b")),
    ("9.0", re.compile(r"\b(?:H100|H200|H800|H20|GH200)\b")),
    ("8.9", re.compile(r"RTX 40[5-9]0|\bL40?S?\b|RTX \d000 Ada")),
    ("8.6", re.compile(r"RTX (?:30[5-9]0|A\d{4})|\bA(?:10G?|40|16)\b")),
    ("8.0", re.compile(r"\bA(?:100|30|800)\b")),
    ("7.5", re.compile(r"RTX 20[6-8]0|GTX 16[3-6]0|TITAN RTX|Tesla T4|NVIDIA T4|MX450|MX550|Quadro RTX")),
    ("7.0", re.compile(r"\bV100\b|TITAN V\b")),
    ("6.1", re.compile(r"GTX 10[3-8]0|GT 1030|\bP40\b|\bP4\b|TITAN X[pP]|MX[1-3]\d0")),
    ("6.0", re.compile(r"\bP100\b")),
    ("5.2", re.compile(r"GTX 9[5-8]0|\bM40\b|\bM60\b")),
    ("5.0", re.compile(r"GTX 7[45]0|GTX 8[4-6]0M|9[2-4]0M")),
    ("3.7", re.compile(r"\bK80\b")),
    ("3.5", re.compile(r"GTX 7[68]0|\bK40\b|GT 7[123]0")),
    ("3.0", re.compile(r"GTX 6[4-9]0|GT 6\d0")),
)
_MOST = 400_000
"""Characters of a log that are searched for facts: machines introduce themselves early, failures come late."""


def find_facts(records: Sequence[Record]) -> dict[str, Fact]:
    """Facts by name, each with the original line that tells it."""
    starts = list(accumulate((len(record.text) + 1 for record in records), initial=0))
    text = "\n".join(record.text for record in records)
    if len(text) > _MOST:
        text = text[: _MOST // 2] + " " * (len(text) - _MOST) + text[-_MOST // 2 :]
    facts: dict[str, Fact] = {}

    def keep(name: str, value: str, offset: int) -> None:
        if value and name not in facts:
            facts[name] = Fact(name, value.strip(), records[max(bisect_right(starts, offset) - 1, 0)].line)

    for name, pattern, read in _RULES:
        if name not in facts and (found := pattern.search(text)):
            keep(name, read(found) or found.groupdict().get("second") or "", found.start())
    for found in _PACKAGE.finditer(text):
        keep(found["name"].lower().replace("-", "_"), found["value"], found.start())
    _derive(facts)
    return facts


def _derive(facts: dict[str, Fact]) -> None:
    """Facts that follow from others: the maker and the generation of a named card."""
    if not (gpu := facts.get("gpu")):
        return
    for vendor, pattern in _VENDORS:
        if pattern.search(gpu.value):
            facts["gpu_vendor"] = Fact("gpu_vendor", vendor, gpu.line)
            break
    if "gpu_arch" not in facts:
        for arch, pattern in _ARCHITECTURES:
            if pattern.search(gpu.value):
                facts["gpu_arch"] = Fact("gpu_arch", arch, gpu.line)
                break
