"""ONNX: versions, inputs, outputs and weights of the graph, and whether separate weight files are beside it.

Fields: onnx/onnx.proto3 (ModelProto, GraphProto, TensorProto, ValueInfoProto).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from voicelog.modelfile import protobuf
from voicelog.modelfile.protobuf import Field, fields
from voicelog.modelfile.types import Broken, Contents, Flaw, Tensor
from voicelog.modelfile.window import Window

_TYPES = {
    1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 9: "bool", 10: "float16",
    11: "float64", 12: "uint32", 13: "uint64", 14: "complex64", 15: "complex128", 16: "bfloat16", 17: "float8",
    18: "float8", 19: "float8", 20: "float8",
}  # fmt: skip
_IR, _PRODUCER, _GRAPH, _OPSET, _METADATA = 1, 2, 7, 8, 14
_NODE, _INITIALIZER, _INPUT, _OUTPUT = 1, 5, 11, 12
_ATTRIBUTE, _ATTRIBUTE_TENSOR, _ATTRIBUTE_GRAPH = 5, 5, 6
_DIMS, _TYPE, _NAME, _RAW, _EXTERNAL = 1, 2, 8, 9, 13
_MOST_TENSORS = 100_000
_MOST_NAMES = 64
_EXTERNAL_SHOWN = 3
_DEEPEST = 12


def read(window: Window, folder: Path | None) -> Contents:
    """The model; `folder` is where its separate weights would lie. Raises Broken where it is no ONNX model."""
    values: dict[str, str | int | float | bool] = {}
    tensors: list[Tensor] = []
    ports: list[str] = []
    outside: dict[str, int] = {}
    flaws: list[Flaw] = []
    graph = False
    try:
        for field in fields(window, 0, window.size):
            if field.number == _IR and not field.packed:
                values["ir"] = field.value
            elif field.number == _PRODUCER and field.packed:
                values["producer"] = protobuf.text(window, field, 200)
            elif field.number == _OPSET and field.packed:
                _opset(window, field, values)
            elif field.number == _METADATA and field.packed and len(values) < _MOST_NAMES:
                _metadata(window, field, values)
            elif field.number == _GRAPH and field.packed:
                graph = True
                _graph(window, field, tensors, ports, outside)
    except Broken as broken:
        flaws.append(broken.flaw)
    if not flaws and not (graph and "ir" in values and "opset" in values):
        flaws.append(Flaw("onnx-incomplete", {"at": window.size}))
    flaws += _missing(outside, folder)
    return Contents("onnx", tuple(tensors), tuple(ports), values, flaws=tuple(flaws))


def _opset(window: Window, field: Field, values: dict[str, str | int | float | bool]) -> None:
    domain, version = "", 0
    for inner in fields(window, field.start, field.end):
        if inner.number == 1 and inner.packed:
            domain = protobuf.text(window, inner, 200)
        elif inner.number == 2:
            version = inner.value
    if domain in ("", "ai.onnx"):
        values["opset"] = version


def _metadata(window: Window, field: Field, values: dict[str, str | int | float | bool]) -> None:
    pair = [protobuf.text(window, one, 200) for one in fields(window, field.start, field.end) if one.packed]
    if len(pair) == 2:
        values[f"metadata.{pair[0]}"] = pair[1]


def _graph(
    window: Window, field: Field, tensors: list[Tensor], ports: list[str], outside: dict[str, int], depth: int = 0
) -> None:
    """Weights of the graph and of those within its nodes; inputs and outputs of the outermost."""
    for inner in fields(window, field.start, field.end):
        if not inner.packed or len(tensors) >= _MOST_TENSORS:
            continue
        if inner.number == _INITIALIZER:
            tensors.append(_tensor(window, inner, outside))
        elif inner.number == _NODE and depth < _DEEPEST:
            _node(window, inner, tensors, outside, depth)
        elif inner.number in (_INPUT, _OUTPUT) and not depth and len(ports) < _MOST_NAMES:
            names = (one for one in fields(window, inner.start, inner.end) if one.number == 1 and one.packed)
            name = next(names, None)
            if name:
                ports.append(protobuf.text(window, name, 200))


def _node(window: Window, field: Field, tensors: list[Tensor], outside: dict[str, int], depth: int) -> None:
    """Constants and branches that a node holds."""
    for attribute in fields(window, field.start, field.end):
        if attribute.number != _ATTRIBUTE or not attribute.packed:
            continue
        for inner in fields(window, attribute.start, attribute.end):
            if inner.number == _ATTRIBUTE_TENSOR and inner.packed:
                tensors.append(_tensor(window, inner, outside))
            elif inner.number == _ATTRIBUTE_GRAPH and inner.packed:
                _graph(window, inner, tensors, [], outside, depth + 1)


def _tensor(window: Window, field: Field, outside: dict[str, int]) -> Tensor:
    shape: list[int] = []
    kind, name, stored, size = 0, "", -1, field.end - field.start
    location: dict[str, str] = {}
    for inner in fields(window, field.start, field.end):
        if inner.number == _DIMS:
            shape += (
                protobuf.varints(window.read(inner.start, min(size, 512))[: inner.end - inner.start])
                if inner.packed
                else [inner.value]
            )
        elif inner.number == _TYPE:
            kind = inner.value
        elif inner.number == _NAME and inner.packed:
            name = protobuf.text(window, inner, 200)
        elif inner.number == _RAW and inner.packed:
            stored = inner.end - inner.start
        elif inner.number == _EXTERNAL and inner.packed:
            pair = [protobuf.text(window, one, 500) for one in fields(window, inner.start, inner.end) if one.packed]
            if len(pair) == 2:
                location[pair[0]] = pair[1]
    sizes = tuple(count for count in shape if count < 2**48)
    tensor = Tensor(name, _TYPES.get(kind, "float32"), sizes if len(sizes) == len(shape) <= 64 else ())
    if "location" in location:
        end = _whole(location.get("offset")) + (_whole(location.get("length")) or tensor.bytes)
        outside[location["location"]] = max(outside.get(location["location"], 0), end)
        return tensor
    return Tensor(name, tensor.dtype, tensor.shape, stored=stored) if stored >= 0 else tensor


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _missing(outside: dict[str, int], folder: Path | None) -> Iterator[Flaw]:
    """Weight files that are not beside the model, or too short; a name that leads elsewhere is never followed."""
    for name, end in list(outside.items())[:_EXTERNAL_SHOWN]:
        leaves = PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor or ".." in name or "\0" in name
        if leaves:
            yield Flaw("external-outside", {"member": name})
        elif folder is not None:
            try:
                size = (folder / name).stat().st_size
            except (OSError, ValueError):
                yield Flaw("external-missing", {"member": name})
                continue
            if size < end:
                yield Flaw("external-short", {"member": name, "bytes": size, "wanted": end})
