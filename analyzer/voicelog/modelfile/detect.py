"""The first bytes of a file: which reader understands it, or what lies there in place of a model."""

from __future__ import annotations

import json
import re
from pathlib import PurePath

from voicelog.modelfile.types import Broken
from voicelog.modelfile.window import Window

HEAD = 4096
WEIGHTS = frozenset(
    [
        ".pth",
        ".pt",
        ".ckpt",
        ".bin",
        ".safetensors",
        ".onnx",
        ".gguf",
        ".npz",
        ".npy",
        ".index",
        ".jit",
        ".tar",
        ".pkl",
        ".th",
    ]
)
CONFIGS = frozenset([".json", ".yaml", ".yml"])

_ARCHIVES = (
    (b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07", "rar"), (b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"), (b"\x28\xb5\x2f\xfd", "zstd"),
)  # fmt: skip
_FOREIGN = (
    (b"\x7fELF", "program"), (b"MZ", "program"), (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"),
    (b"RIFF", "audio"), (b"fLaC", "audio"), (b"OggS", "audio"), (b"ID3", "audio"), (b"%PDF", "document"),
    (b"\x89HDF\r\n", "hdf5"),
)  # fmt: skip
_FAISS = re.compile(rb"I[xwHNR][A-Za-z0-9]{2}|IRMf|Ix..")
_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype|html|head|body|\?xml|script)", re.IGNORECASE | re.DOTALL)
_REFUSAL = re.compile(
    rb"\s*(?:Entry not found|Access (?:to|denied)|Not Found|404|403 Forbidden|Invalid (?:username|credentials)"
    rb"|Unauthorized|Repository Not Found|Too Many Requests|Error\b)",
    re.IGNORECASE,
)
_GPT_SOVITS = re.compile(rb"0[0-6]\x03\x04")
_FAMILIES = {
    ".safetensors": ("safetensors",),
    ".onnx": ("onnx",),
    ".gguf": ("gguf",),
    ".npy": ("npy",),
    ".npz": ("npz",),
    ".index": ("faiss",),
    ".pth": ("torch-zip", "torch-legacy", "torch-tar", "torchscript", "pickle"),
    ".pt": ("torch-zip", "torch-legacy", "torch-tar", "torchscript", "pickle"),
    ".ckpt": ("torch-zip", "torch-legacy", "torch-tar", "torchscript", "pickle"),
}


def detect(window: Window, path: PurePath) -> str:
    """The name of the format; raises Broken where something else lies in place of a model."""
    suffix = path.suffix.lower()
    if window.size == 0:
        raise Broken("empty")
    head = window.peek(0, HEAD)
    if suffix in CONFIGS:
        _refuse_pointers_and_pages(head)
        return "json" if suffix == ".json" else "yaml"
    _refuse_impostors(window, head)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")) or _GPT_SOVITS.match(head):
        return "zip"
    if head.startswith(b"GGUF"):
        return "gguf"
    if head.startswith(b"lmgg"):
        return "ggml"
    if head.startswith(b"\x93NUMPY"):
        return "npy"
    if suffix == ".safetensors" or (head[8:9] == b"{" and head[:8].endswith(b"\0\0\0")):
        return "safetensors"
    if suffix == ".onnx" or (head[:1] == b"\x08" and head[2:3] in (b"\x12", b"\x3a", b"\x42")):
        return "onnx"
    if _is_ctranslate2(head):
        return "ctranslate2"
    if head[257:262] == b"ustar" or suffix == ".tar":
        return "tar"
    if _FAISS.match(head) and suffix not in (".pkl", ".pickle"):
        return "faiss"
    return _pickle(window, head, suffix)


def _refuse_pointers_and_pages(head: bytes) -> None:
    if head.startswith(b"version https://git-lfs"):
        size = re.search(rb"\nsize (\d{1,18})", head)
        oid = re.search(rb"oid sha256:([0-9a-f]{64})", head)
        digest = oid.group(1).decode() if oid else ""
        raise Broken("lfs-pointer", bytes=int(size.group(1)) if size else 0, sha256=digest)
    if _PAGE.match(head):
        raise Broken("web-page")


def _refuse_impostors(window: Window, head: bytes) -> None:
    _refuse_pointers_and_pages(head)
    if window.size < HEAD and (_REFUSAL.match(head) or _is_error(head)):
        raise Broken("refusal", text=head[:80].decode("utf-8", "replace").strip())
    for magic, kind in _ARCHIVES:
        if head.startswith(magic):
            raise Broken("archive", kind=kind)
    for magic, kind in _FOREIGN:
        if head.startswith(magic):
            raise Broken("foreign", kind=kind)
    if not head.strip(b"\0") and not window.peek(window.size // 2, HEAD).strip(b"\0"):
        raise Broken("zeros", bytes=len(head))


def _is_error(head: bytes) -> bool:
    """Whether a server's `{"error": ...}` was saved."""
    if not head.lstrip().startswith(b"{"):
        return False
    try:
        value = json.loads(head)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and bool({"error", "errors", "message", "detail"} & value.keys())


def _is_ctranslate2(head: bytes) -> bool:
    """A small version number, then a class name ending in Spec behind its length."""
    if len(head) < 12 or not 1 < int.from_bytes(head[:4], "little") < 64:
        return False
    length = int.from_bytes(head[4:6], "little")
    return 4 < length < 100 and head[6 : 6 + length].endswith(b"Spec\0")


def _pickle(window: Window, head: bytes, suffix: str) -> str:
    if head[:1] == b"\x80" and len(head) > 1 and 0 < head[1] < 6:
        return "pickle"
    if suffix in (".pkl", ".pickle", ".joblib") or (suffix in WEIGHTS and head[:1] in (b"(", b"c", b"]", b"}")):
        return "pickle"
    raise Broken("unknown-start", start=head[:8].hex(" "))


def misnamed(form: str, path: PurePath) -> bool:
    """Whether the name promises another format than the bytes have."""
    family = _FAMILIES.get(path.suffix.lower())
    return family is not None and form not in family
