"""The wordings that tell a fact of the machine, by fact."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from voicelog.linear import any_of, compile_pattern

Read = Callable[["re.Match[str]"], str]


class Rule(NamedTuple):
    """A pattern, and how its match is read as the value of a fact."""

    name: str
    pattern: re.Pattern[str]
    read: Read


def _value(found: re.Match[str]) -> str:
    return next((text for name, text in found.groupdict().items() if text and name.startswith("value")), "")


def _dotted(found: re.Match[str]) -> str:
    """3.10 from 310, 12.8 from 128."""
    digits = _value(found)
    return digits if "." in digits else f"{digits[0]}.{digits[1:]}"


def _cuda_number(found: re.Match[str]) -> str:
    """12.4 from 12040, the way the CUDA driver counts."""
    number = int(_value(found))
    return f"{number // 1000}.{number % 1000 // 10}"


def _compute(found: re.Match[str]) -> str:
    """8.6 from sm_86, 12.0 from sm_120."""
    digits = _value(found)
    return f"{digits[:-1]}.{digits[-1]}"


def _told(name: str, *patterns: str, read: Read = _value, ignore_case: bool = False) -> Rule:
    """The value stands in the log."""
    return Rule(name, any_of(*patterns, ignore_case=ignore_case), read)


def _shown(name: str, value: str, *patterns: str, ignore_case: bool = False) -> Rule:
    """Any of the wordings shows that the value holds."""
    return Rule(name, any_of(*patterns, ignore_case=ignore_case), lambda _: value)


RULES = (
    _shown(
        "os",
        "windows",
        r"(?:^|[^A-Za-z])[A-Za-z]:\\[^\s\\:]",
        r"\bWinError\b",
        r"Windows PowerShell|PS [A-Z]:\\|Microsoft Windows|Windows[- ]1[01]",
        r"win_amd64|\bwin32\b|python\.exe|\.dll\b",
    ),
    _shown("os", "macos", r"/Users/\w|macOS|Darwin|macosx_|/opt/homebrew|\.dylib\b|Apple M[1-9]"),
    _shown(
        "os",
        "linux",
        r"/home/\w|/root/|/usr/lib|/opt/conda|/mnt/|/content/|/kaggle/|/workspace/|/autodl-|/srv/|/app/",
        r"\bUbuntu\b|\bDebian\b|linux-gnu|manylinux|Linux-\d|\.so(?:\.\d+)*\b",
    ),
    _shown("wsl", "yes", r"\bWSL2?\b|microsoft-standard|/mnt/[c-z]/"),
    _shown(
        "environment",
        "portable",
        r"runtime\\python\.exe|[\\/]runtime[\\/]lib[\\/]site-packages|python_embeded|py3\d+\\python\.exe",
        ignore_case=True,
    ),
    _shown("environment", "colab", r"/content/|google\.colab"),
    _shown("environment", "kaggle", r"/kaggle/"),
    _shown(
        "environment",
        "conda",
        r"(?:ana|mini|mamba|micromamba)conda\d?[\\/]|miniforge\d?[\\/]|/opt/conda|[\\/]envs[\\/][^\\/]+[\\/]",
        ignore_case=True,
    ),
    _shown(
        "environment",
        "venv",
        r"[\\/]\.?v?env[\w.-]*[\\/](?:lib|Scripts|bin)",
        r"[\\/]venvs?[\\/]|\.virtualenvs|[\\/]virtualenvs?[\\/]",
        ignore_case=True,
    ),
    _shown("environment", "docker", r"/\.dockerenv|docker run|/docker/|RUN pip"),
    _told("interpreter", r"(?P<value>[A-Za-z]:\\[^\n\"'<>|]*?python(?:w)?\.exe)\b"),
    _told("interpreter", r"(?P<value>(?:/[\w.@+-]+)+/bin/python(?:3(?:\.\d+)?)?)(?:[\s:\"']|$)"),
    _told("python", r"[\\/](?:lib|Lib)[\\/]python(?P<value>[23]\.\d+)[\\/]"),
    _told("python", r"[\\/]Python(?P<value>[23]\d{1,2})(?:-32|-64)?[\\/]", r"\bcp(?P<value2>3\d{1,2})-", read=_dotted),
    _told("python", r"[Pp]ython(?: [Vv]ersion)?[ :=v]+(?P<value>3\.\d+)(?:\.\d+)?\b", r"python(?P<value2>3\.\d+)/"),
    _told("torch_build", r"torch\S{0,14}[ =:+v]+\d+\.\d+\.\d+\+(?P<value>cu\d+|cpu|rocm[\d.]+|xpu)", ignore_case=True),
    _told("torch_build", r"\b\d+\.\d+\.\d+\+(?P<value>cu\d{2,3}|cpu|rocm[\d.]+)\b"),
    _shown("torch_build", "cpu", r"Torch not compiled with CUDA enabled"),
    _told(
        "torch",
        r"\b(?:py)?torch(?: version)?[ =:v\"'(]{1,4}(?P<value>\d+\.\d+(?:\.\d+)?)",
        r"\btorch-(?P<value2>\d+\.\d+\.\d+)",
        ignore_case=True,
    ),
    _told("driver", r"Driver Version: ?(?P<value>\d{3}\.[\d.]+)"),
    _told("driver_cuda", r"CUDA Version: ?(?P<value>\d+\.\d+)"),
    _told("driver_cuda", r"driver on your system is too old \(found version (?P<value>\d{4,5})\)", read=_cuda_number),
    _told(
        "cuda",
        r"cuda(?: toolkit)?(?: runtime)?(?: version)?[ :=v-]+(?P<value>\d{1,2}\.\d)\b",
        r"[\\/](?:CUDA[\\/]v|cuda-)(?P<value2>\d{1,2}\.\d)",
        ignore_case=True,
    ),
    _told(
        "gpu",
        r"(?P<value>(?:NVIDIA )?(?:GeForce )?(?:RTX|GTX|GT|MX|Quadro|Tesla|TITAN)[ -]?(?:PRO )?[A-Z]?\d{2,4}\w*"
        r"(?:[ -](?:Ti|SUPER|Super|Laptop(?: GPU)?|with Max-Q Design|Mobile|D))*)",
        r"(?P<value2>NVIDIA (?:[ABHV]\d{2,4}G?|L40?S?|T4|P100|P40|K80|GB\d+)[\w-]*(?: \d+GB)?)",
        r"\b(?P<value3>Tesla [A-Z]\d+\w*)",
        r"(?P<value4>(?:AMD )?Radeon(?:\(TM\)|\(tm\))? (?:RX |Pro |Graphics)?[\w ]{0,12}\w)",
        r"(?P<value5>Apple M\d(?: (?:Pro|Max|Ultra))?)",
        r"(?P<value6>Intel\(R\) (?:Arc|Iris|UHD)[\w()® ]{0,24}\w)",
    ),
    _told("gpu_arch", r"CUDA capability sm_(?P<value>\d{2,3})", read=_compute),
    _told("gpu_arch", r"(?:cuda |compute )capability(?: of)?[ :=]+\(?(?P<value>\d{1,2}\.\d)", ignore_case=True),
    _told(
        "vram_total",
        r"(?P<value>[\d.]+ ?[GM]i?B) (?:total|in total) capacity",
        r"total capacity of (?P<value2>[\d.]+ ?[GM]iB)",
        r"\d+MiB / +(?P<value3>\d+MiB)",
    ),
    _told("vram_free", r"(?P<value>[\d.]+ ?(?:bytes|[KGM]i?B))(?: is)? free"),
)

_PACKAGES = (
    *("torch", "torchaudio", "torchvision", "torchcodec", "numpy", "scipy", "numba", "llvmlite", "librosa"),
    *("soundfile", "transformers", "tokenizers", "huggingface_hub", "diffusers", "accelerate", "gradio"),
    *("gradio_client", "pydantic", "fastapi", "fairseq", "protobuf", "onnx", "onnxruntime", "tensorflow", "keras"),
    *("ctranslate2", "faster_whisper", "whisperx", "openai_whisper", "pyannote.audio", "pytorch_lightning"),
    *("lightning", "speechbrain", "TTS", "funasr", "modelscope", "nemo_toolkit", "omegaconf", "hydra_core"),
    *("xformers", "flash_attn", "triton", "deepspeed", "bitsandbytes", "setuptools", "pip", "cuda", "cudnn"),
)
PACKAGE = compile_pattern(
    rf"(?i)(?:^|[^\w./\\-])(?P<name>{'|'.join(re.sub('[_.]', '[-_.]', name) for name in _PACKAGES)})"
    r"(?:==| ?[=:@]? ?v?| version:? )"
    r"(?P<value>\d+\.\d+(?:\.\d+)?(?:\.?(?:post|dev|rc|a|b)\d+)?)(?:\+[\w.]+)?"
)
"""`name==1.2`, `name 1.2`, `name: 1.2`: a package and its version."""
GOES_ON = re.compile(r"[\w.]*-|\d")
"""What must not follow a version: there, it is part of a file's name."""

VENDORS = (
    ("nvidia", r"(?i)nvidia|geforce|rtx|gtx|tesla|quadro|titan"),
    ("amd", r"(?i)radeon|amd"),
    ("intel", r"(?i)intel"),
    ("apple", r"(?i)apple"),
)

ARCHITECTURES = (
    ("12.0", r"RTX (?:50[5-9]0|PRO \d000)"),
    ("10.0", r"\b(?:B200|GB200|B100)\b"),
    ("9.0", r"\b(?:H100|H200|H800|H20|GH200)\b"),
    ("8.9", r"RTX 40[5-9]0|\bL40?S?\b|RTX \d000 Ada"),
    ("8.6", r"RTX (?:30[5-9]0|A\d{4})|\bA(?:10G?|40|16)\b"),
    ("8.0", r"\bA(?:100|30|800)\b"),
    ("7.5", r"RTX 20[6-8]0|GTX 16[3-6]0|TITAN RTX|Tesla T4|NVIDIA T4|MX450|MX550|Quadro RTX"),
    ("7.0", r"\bV100\b|TITAN V\b"),
    ("6.1", r"GTX 10[3-8]0|GT 1030|\bP40\b|\bP4\b|TITAN X[pP]|MX[1-3]\d0"),
    ("6.0", r"\bP100\b"),
    ("5.2", r"GTX 9[5-8]0|\bM40\b|\bM60\b"),
    ("5.0", r"GTX 7[45]0|GTX 8[4-6]0M|9[2-4]0M"),
    ("3.7", r"\bK80\b"),
    ("3.5", r"GTX 7[68]0|\bK40\b|GT 7[123]0"),
    ("3.0", r"GTX 6[4-9]0|GT 6\d0"),
)
"""Compute capability by name of the card (developer.nvidia.com/cuda-gpus)."""
