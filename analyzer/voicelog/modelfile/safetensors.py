"""The header of a .safetensors file against its length.

Format and its rules (offsets from 0 without holes, header at most 100 MB): the safetensors README and
safetensors/src/tensor.rs.
"""

from __future__ import annotations

import json
import struct
from typing import Any

from voicelog.modelfile.types import BITS, Broken, Contents, Flaw, Tensor
from voicelog.modelfile.window import Window

_LONGEST_HEADER = 100_000_000
"""What the library itself accepts."""
_LARGEST_READ = 16 * 2**20
"""Some hundred thousand tensors; parsing more would take more memory than a check may."""
_TYPES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "F8_E4M3": "float8", "F8_E5M2": "float8",
    "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8", "U64": "uint64", "U32": "uint32", "U16": "uint16",
    "U8": "uint8", "BOOL": "bool", "C64": "complex64",
}  # fmt: skip


def read(window: Window) -> Contents:
    """Names, types and shapes; raises Broken where the header cannot be read."""
    if window.size < 8:
        raise Broken("cut", at=window.size, wanted=8 - window.size)
    (length,) = struct.unpack("<Q", window.read(0, 8))
    if length > _LONGEST_HEADER:
        raise Broken("header-too-large", bytes=length)
    if 8 + length > window.size:
        raise Broken("header-longer", bytes=length, size=window.size)
    if length > _LARGEST_READ:
        raise Broken("too-large", at=8, bytes=length)
    header = _parse(window.read(8, length))
    metadata = header.pop("__metadata__", {})
    tensors: list[Tensor] = []
    spans: list[tuple[int, int, str]] = []
    for name, entry in header.items():
        tensor, span = _entry(name, entry)
        tensors.append(tensor)
        spans.append((*span, name))
    values = {f"metadata.{key}"[:200]: str(value)[:200] for key, value in _pairs(metadata)}
    return Contents("safetensors", tuple(tensors), values=values, flaws=tuple(_gaps(spans, window.size - 8 - length)))


def _parse(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise Broken("header-json", at=8) from None
    if not isinstance(value, dict):
        raise Broken("header-json", at=8)
    return value


def _pairs(metadata: Any) -> list[tuple[str, Any]]:
    return list(metadata.items())[:50] if isinstance(metadata, dict) else []


def _entry(name: str, entry: Any) -> tuple[Tensor, tuple[int, int]]:
    """One tensor and its bytes [first, end) behind the header."""
    try:
        kind, shape, (first, end) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
    except (TypeError, KeyError, ValueError):
        raise Broken("header-entry", member=name[:200]) from None
    numbers = (*shape, first, end)
    if not all(isinstance(number, int) and 0 <= number < 2**63 for number in numbers) or len(shape) > 64:
        raise Broken("header-entry", member=name[:200])
    dtype = _TYPES.get(str(kind), str(kind)[:20].lower())
    tensor = Tensor(name[:200], dtype, shape, stored=max(0, end - first))
    if end < first or (dtype in BITS and (end - first) * 8 != tensor.count * BITS[dtype]):
        raise Broken("header-entry", member=name[:200])
    return tensor, (first, end)


def _gaps(spans: list[tuple[int, int, str]], room: int) -> list[Flaw]:
    """Where the data does not lie end to end, or the file is shorter or longer than the header says."""
    at = 0
    for first, end, name in sorted(spans):
        if first != at:
            return [Flaw("header-gap", {"member": name[:200], "at": at})]
        at = end
    if at > room:
        return [Flaw("cut", {"at": room, "wanted": at - room})]
    return [Flaw("surplus", {"bytes": room - at})] if at < room else []
