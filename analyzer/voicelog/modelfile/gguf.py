"""GGUF: keys, values and tensors of its header, and whether the data behind it is all there.

Layout: ggml/include/gguf.h; sizes of the quantised types: ggml/src/ggml-common.h (QK_K = 256).
"""

from __future__ import annotations

from voicelog.modelfile.types import Broken, Contents, Flaw, Tensor
from voicelog.modelfile.window import Cursor, Window

_FORMS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 7: "B", 10: "Q", 11: "q"}
_FLOATS = {6: "f", 12: "d"}
_STRING, _ARRAY = 8, 9
_WIDTHS = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_TYPES = {
    0: ("float32", 1, 4), 1: ("float16", 1, 2), 2: ("q4_0", 32, 18), 3: ("q4_1", 32, 20), 6: ("q5_0", 32, 22),
    7: ("q5_1", 32, 24), 8: ("q8_0", 32, 34), 10: ("q2_k", 256, 84), 11: ("q3_k", 256, 110),
    12: ("q4_k", 256, 144), 13: ("q5_k", 256, 176), 14: ("q6_k", 256, 210), 15: ("q8_k", 256, 292),
    16: ("iq2_xxs", 256, 66), 17: ("iq2_xs", 256, 74), 18: ("iq3_xxs", 256, 98), 19: ("iq1_s", 256, 50),
    20: ("iq4_nl", 32, 18), 21: ("iq3_s", 256, 110), 22: ("iq2_s", 256, 82), 23: ("iq4_xs", 256, 136),
    24: ("int8", 1, 1), 25: ("int16", 1, 2), 26: ("int32", 1, 4), 27: ("int64", 1, 8), 28: ("float64", 1, 8),
    29: ("iq1_m", 256, 56), 30: ("bfloat16", 1, 2), 34: ("tq1_0", 256, 54), 35: ("tq2_0", 256, 66),
}  # fmt: skip
"""Number of a type: its name, elements in a block, bytes of a block."""
_MOST_KEYS = 5_000
_MOST_TENSORS = 100_000
_MOST_ITEMS = 2_000_000
_VALUES_KEPT = 200


def read(window: Window) -> Contents:
    """Keys and tensors; raises Broken where the header does not hold together."""
    cursor = Cursor(window, 4)
    version = cursor.number("I")
    if not 2 <= version <= 10:
        raise Broken("gguf-version", version=version)
    tensor_count, key_count = cursor.number("q"), cursor.number("q")
    if not 0 <= tensor_count <= _MOST_TENSORS or not 0 <= key_count <= _MOST_KEYS:
        raise Broken("header-entry", member=f"{tensor_count}, {key_count}")
    values: dict[str, str | int | float | bool] = {}
    alignment = 32
    for _ in range(key_count):
        key = cursor.text("Q")
        value = _value(cursor, cursor.number("I"))
        if key == "general.alignment" and isinstance(value, int) and value > 0:
            alignment = value
        if value is not None and len(values) < _VALUES_KEPT:
            values[f"metadata.{key}"] = value[:200] if isinstance(value, str) else value
    tensors: list[Tensor] = []
    end = 0
    for _ in range(tensor_count):
        tensor, offset = _tensor(cursor)
        tensors.append(tensor)
        end = max(end, offset + tensor.bytes)
    start = -(-cursor.at // alignment) * alignment
    missing = start + end - window.size
    flaws = (Flaw("cut", {"at": window.size, "wanted": missing}),) if tensors and missing > 0 else ()
    return Contents("gguf", tuple(tensors), values=values, flaws=flaws)


def _value(cursor: Cursor, kind: int) -> str | int | float | bool | None:
    """A single value; None for an array, which is passed over."""
    if kind == _STRING:
        return cursor.text("Q", 2**24)
    if kind in _FORMS:
        number = cursor.number(_FORMS[kind])
        return bool(number) if kind == 7 else number
    if kind in _FLOATS:
        cursor.skip(_WIDTHS[kind])
        return None
    if kind != _ARRAY:
        raise Broken("header-entry", member=str(kind))
    inner, count = cursor.number("I"), cursor.number("Q")
    if count > _MOST_ITEMS:
        raise Broken("header-entry", member=str(count))
    if inner == _STRING:
        _skip_strings(cursor, count)
    elif inner in _WIDTHS:
        cursor.skip(count * _WIDTHS[inner])
    else:
        raise Broken("header-entry", member=str(inner))
    return None


def _skip_strings(cursor: Cursor, count: int) -> None:
    """Pass over strings behind their lengths; vocabularies have hundreds of thousands, so they are read in blocks."""
    block, start = b"", cursor.at
    for _ in range(count):
        inside = cursor.at - start
        if inside + 8 > len(block):
            block, start, inside = cursor.window.peek(cursor.at, 2**20), cursor.at, 0
        if len(block) < inside + 8:
            raise Broken("cut", at=cursor.window.size, wanted=inside + 8 - len(block))
        cursor.skip(8 + int.from_bytes(block[inside : inside + 8], "little"))


def _tensor(cursor: Cursor) -> tuple[Tensor, int]:
    """One entry and the offset of its data."""
    name = cursor.text("Q")
    dimensions = cursor.number("I")
    if dimensions > 8:
        raise Broken("header-entry", member=name)
    shape = tuple(reversed(cursor.numbers("Q", dimensions)))
    kind, offset = cursor.number("I"), cursor.number("Q")
    if any(size >= 2**48 for size in shape):
        raise Broken("header-entry", member=name)
    dtype, block, size = _TYPES.get(kind, (f"type {kind}", 1, 0))
    tensor = Tensor(name, dtype, shape)
    return Tensor(name, dtype, shape, stored=tensor.count // block * size), offset
