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
_MOST_NAMES = 64
_EXTERNAL_SHOWN = 3
_DEEPEST = 12
_SMALLEST_NODE = 512
"""Bytes below which a node holds no weights worth counting: only its names, attributes and single numbers."""
_MOST_FIELDS = 1_000_000


def read(window: Window, folder: Path) -> Contents:
    """The model; `folder` is where its separate weights would lie."""
    model = _Model(window)
    flaws: list[Flaw] = []
    try:
        model.read()
    except Broken as broken:
        flaws.append(broken.flaw)
    if not flaws and not (model.graphs and "ir" in model.values and "opset" in model.values):
        flaws.append(Flaw("onnx-incomplete", {"at": window.size}))
    flaws += _missing(model.outside, folder)
    return Contents("onnx", tuple(model.tensors), tuple(model.ports), model.values, flaws=tuple(flaws))


class _Model:
    """Collects what the messages hold; raises Broken where one does not fit, or there are too many of them."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._left = _MOST_FIELDS
        self.graphs = 0
        self.values: dict[str, str | int | float | bool] = {}
        self.tensors: list[Tensor] = []
        self.ports: list[str] = []
        self.outside: dict[str, int] = {}
        """Name of a separate file to the bytes that it must have."""

    def _fields(self, start: int, end: int) -> Iterator[Field]:
        for field in fields(self._window, start, end):
            self._left -= 1
            if self._left < 0:
                raise Broken("too-many", at=field.start)
            yield field

    def _text(self, field: Field, most: int = 200) -> str:
        return protobuf.text(self._window, field, most)

    def _texts(self, field: Field) -> list[str]:
        return [self._text(one, 500) for one in self._fields(field.start, field.end) if one.packed]

    def read(self) -> None:
        for field in self._fields(0, self._window.size):
            if field.number == _IR and not field.packed:
                self.values["ir"] = field.value
            elif field.number == _PRODUCER and field.packed:
                self.values["producer"] = self._text(field)
            elif field.number == _OPSET and field.packed:
                self._opset(field)
            elif field.number == _METADATA and field.packed and len(self.values) < _MOST_NAMES:
                pair = self._texts(field)
                if len(pair) == 2:
                    self.values[f"metadata.{pair[0]}"] = pair[1]
            elif field.number == _GRAPH and field.packed:
                self.graphs += 1
                self._graph(field, 0)

    def _opset(self, field: Field) -> None:
        domain, version = "", 0
        for inner in self._fields(field.start, field.end):
            if inner.number == 1 and inner.packed:
                domain = self._text(inner)
            elif inner.number == 2:
                version = inner.value
        if domain in ("", "ai.onnx"):
            self.values["opset"] = version

    def _graph(self, field: Field, depth: int) -> None:
        """Weights of the graph and of those within its nodes; inputs and outputs of the outermost."""
        for inner in self._fields(field.start, field.end):
            if not inner.packed:
                continue
            if inner.number == _INITIALIZER:
                self.tensors.append(self._tensor(inner))
            elif inner.number == _NODE and depth < _DEEPEST and inner.end - inner.start >= _SMALLEST_NODE:
                self._node(inner, depth)
            elif inner.number in (_INPUT, _OUTPUT) and not depth and len(self.ports) < _MOST_NAMES:
                name = next(
                    (one for one in self._fields(inner.start, inner.end) if one.number == 1 and one.packed), None
                )
                if name:
                    self.ports.append(self._text(name))

    def _node(self, field: Field, depth: int) -> None:
        """Constants and branches that a node holds."""
        for attribute in self._fields(field.start, field.end):
            if attribute.number != _ATTRIBUTE or not attribute.packed:
                continue
            for inner in self._fields(attribute.start, attribute.end):
                if inner.number == _ATTRIBUTE_TENSOR and inner.packed:
                    self.tensors.append(self._tensor(inner))
                elif inner.number == _ATTRIBUTE_GRAPH and inner.packed:
                    self._graph(inner, depth + 1)

    def _tensor(self, field: Field) -> Tensor:
        shape: list[int] = []
        kind, name, stored = 0, "", -1
        location: dict[str, str] = {}
        for inner in self._fields(field.start, field.end):
            if inner.number == _DIMS:
                shape += self._dimensions(inner)
            elif inner.number == _TYPE:
                kind = inner.value
            elif inner.number == _NAME and inner.packed:
                name = self._text(inner)
            elif inner.number == _RAW and inner.packed:
                stored = inner.end - inner.start
            elif inner.number == _EXTERNAL and inner.packed:
                pair = self._texts(inner)
                if len(pair) == 2:
                    location[pair[0]] = pair[1]
        good = len(shape) <= 64 and all(count < 2**48 for count in shape)
        tensor = Tensor(name, _TYPES.get(kind, "float32"), tuple(shape) if good else (), stored=stored)
        if "location" in location:
            end = _whole(location.get("offset")) + (_whole(location.get("length")) or tensor.bytes)
            self.outside[location["location"]] = max(self.outside.get(location["location"], 0), end)
        return tensor

    def _dimensions(self, field: Field) -> Iterator[int]:
        if not field.packed:
            return iter((field.value,))
        return protobuf.varints(self._window.read(field.start, min(field.end - field.start, 640)))


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _missing(outside: dict[str, int], folder: Path) -> Iterator[Flaw]:
    """Weight files that are not beside the model, or too short; a name that leads elsewhere is never followed."""
    for name, end in list(outside.items())[:_EXTERNAL_SHOWN]:
        leaves = PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor or ".." in name or "\0" in name
        if leaves:
            yield Flaw("external-outside", {"member": name})
            continue
        try:
            size = (folder / name).stat().st_size
        except (OSError, ValueError):
            yield Flaw("external-missing", {"member": name})
            continue
        if size < end:
            yield Flaw("external-short", {"member": name, "bytes": size, "wanted": end})
