"""From what a checkpoint's pickle would build to its tensors, top entries and plain values.

How torch writes tensors: torch/_utils.py (`_rebuild_*`), torch/serialization.py (`persistent_id`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from voicelog.modelfile.opcodes import Made, Persistent, Table
from voicelog.modelfile.types import Import, Tensor

_MOST_VALUES = 400
_MOST_TENSORS = 100_000
_DEEPEST = 40
_LONGEST = 200
_STORAGES = {
    "DoubleStorage": "float64", "FloatStorage": "float32", "HalfStorage": "float16", "BFloat16Storage": "bfloat16",
    "LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8",
    "ByteStorage": "uint8", "BoolStorage": "bool", "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128", "QInt8Storage": "int8", "QUInt8Storage": "uint8", "QInt32Storage": "int32",
    "UntypedStorage": "uint8",
}  # fmt: skip
_INSIDE = ("_parameters", "_buffers", "_modules")
"""Attributes of a pickled torch module that are no part of a tensor's name."""

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Storage:
    """A run of numbers outside the pickle: its key, element type and count."""

    key: str
    dtype: str
    count: int


@dataclass(slots=True)
class Checkpoint:
    """What was found below the root."""

    tensors: list[Tensor] = field(default_factory=list)
    storages: dict[str, Storage] = field(default_factory=dict)
    entries: list[str] = field(default_factory=list)
    values: dict[str, str | int | float | bool] = field(default_factory=dict)


def unfold(root: Any) -> Checkpoint:
    """Tensors and plain values below `root`, each container visited once."""
    found = Checkpoint()
    if isinstance(root, Table):
        named = [(key, value) for key, value in root.items if isinstance(key, str)]
        found.entries = [key[:_LONGEST] for key, value in named if _tensor(value, (), "") is None]
    seen: set[int] = set()
    waiting: list[tuple[Path, str, Any]] = [((), "", root)]
    while waiting and len(found.tensors) < _MOST_TENSORS:
        group, name, value = waiting.pop()
        if (tensor := _tensor(value, group, name)) is not None:
            shape, storage = tensor
            found.storages.setdefault(storage.key, storage)
            found.tensors.append(shape)
        elif isinstance(value, (Table, Made, list, tuple)):
            if id(value) in seen or len(group) > _DEEPEST:
                continue
            seen.add(id(value))
            if isinstance(value, (list, tuple)):
                _keep(found, (*group, name) if name else group, "#", len(value))
            waiting.extend(reversed(list(_below(group, name, value))))
        else:
            _keep(found, group, name, value)
    return found


def _below(group: Path, name: str, value: Any) -> Iterator[tuple[Path, str, Any]]:
    """Everything directly inside, with the entry and the name it has there.

    Entries of a dict open a new group; attributes of an object go on with the name.
    """
    inside = (*group, name) if name else group
    if isinstance(value, Table):
        yield from ((inside, _key(key), item) for key, item in value.items)
    elif isinstance(value, Made):
        if isinstance(value.state, Table):
            for key, item in value.state.items:
                if key in _INSIDE and isinstance(item, (Table, Made)):
                    pairs = [pair for pair in item.items if isinstance(pair, tuple) and len(pair) == 2]
                    yield from ((group, _joined(name, _key(inner)), one) for inner, one in pairs)
                else:
                    yield group, _joined(name, _key(key)), item
        elif value.state is not None:
            yield inside, "state", value.state
        for at, item in enumerate(value.items):
            pair = isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], (str, int))
            yield (inside, _key(item[0]), item[1]) if pair else (inside, str(at), item)
        arguments = value.arguments if isinstance(value.arguments, (tuple, list)) else (value.arguments,)
        yield from ((inside, str(at), item) for at, item in enumerate(arguments))
    else:
        yield from ((inside, str(at), item) for at, item in enumerate(value))


def _key(key: Any) -> str:
    return str(key)[:_LONGEST] if isinstance(key, (str, int, float)) else "?"


def _joined(name: str, more: str) -> str:
    return f"{name}.{more}" if name else more


def _keep(found: Checkpoint, group: Path, name: str, value: Any) -> None:
    plain = isinstance(value, (str, int, float, bool)) and not (isinstance(value, int) and abs(value) > 2**63)
    path = ".".join((*group, name))
    if plain and name and len(found.values) < _MOST_VALUES and len(path) < _LONGEST:
        found.values[path] = value[:_LONGEST] if isinstance(value, str) else value


def _tensor(value: Any, group: Path, name: str) -> tuple[Tensor, Storage] | None:
    """The tensor that a noted call would rebuild, and its storage."""
    for _ in range(3):
        if not isinstance(value, Made) or not isinstance(value.what, Import) or not isinstance(value.arguments, tuple):
            return None
        arguments = value.arguments
        if value.what.name in ("_rebuild_parameter", "_rebuild_parameter_with_state") and arguments:
            value = arguments[0]
        elif value.what.name == "_rebuild_from_type_v2" and len(arguments) > 2:
            value = Made(arguments[0], arguments[2])
        else:
            break
    else:
        return None
    if value.what.module != "torch._utils" or value.what.name not in ("_rebuild_tensor_v2", "_rebuild_tensor"):
        return None
    if len(value.arguments) < 4:
        return None
    storage, shape = to_storage(value.arguments[0]), value.arguments[2]
    if isinstance(shape, Made):
        shape = shape.arguments[0] if shape.arguments else ()
    if storage is None or not isinstance(shape, (tuple, list)):
        return None
    sizes = tuple(size for size in shape if isinstance(size, int) and 0 <= size < 2**48)
    if len(sizes) != len(shape) or len(sizes) > 64:
        return None
    return Tensor(name, storage.dtype, sizes, ".".join(group)), storage


def to_storage(value: Any) -> Storage | None:
    """The storage that a persistent id ('storage', type, key, device, count, ...) names."""
    if not isinstance(value, Persistent) or not isinstance(value.id, tuple) or len(value.id) < 5:
        return None
    mark, kind, key, _, count = value.id[:5]
    if mark not in ("storage", b"storage") or not isinstance(kind, Import) or not isinstance(count, int):
        return None
    return Storage(str(key), _STORAGES.get(kind.name, "float32"), count)
