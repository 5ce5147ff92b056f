"""NumPy's .npy and .npz, and faiss indexes.

Layouts: numpy/lib/format.py; faiss/impl/index_write.cpp.
"""

from __future__ import annotations

import ast
import io

from voicelog.modelfile.opcodes import Budget, play
from voicelog.modelfile.types import BITS, Broken, Contents, Flaw, Import, Tensor
from voicelog.modelfile.window import Cursor, Window
from voicelog.modelfile.zips import Directory, read_member

_MOST_HEADER = 10_000
"""Characters that numpy itself evaluates at most (`max_header_size`)."""
_KINDS = {"f": "float", "i": "int", "u": "uint", "c": "complex", "b": "bool"}
_NPZ_LOOKED_AT = 10_000
_HEAD = 2**16
_MOST_LISTS = 1_000_000


def read_npy(window: Window) -> Contents:
    """One array; one of objects is a pickle."""
    dtype, shape, at = _npy_header(window)
    if dtype == "object":
        played = play(window, at)
        return Contents("npy", imports=played.imports, flaws=played.flaws, values={"objects": True})
    tensor = Tensor("", dtype, shape)
    return Contents("npy", (tensor,), flaws=_length_flaws(tensor, at, window.size))


def _npy_header(window: Window) -> tuple[str, tuple[int, ...], int]:
    """Element type, shape, and where the data begins."""
    cursor = Cursor(window, 6)
    major = cursor.number("B")
    cursor.skip(1)
    length = cursor.number("H" if major == 1 else "I")
    if length > _MOST_HEADER:
        raise Broken("header-too-large", bytes=length)
    return (*_header(cursor.take(length)), cursor.at)


def _length_flaws(tensor: Tensor, at: int, size: int) -> tuple[Flaw, ...]:
    width = BITS.get(tensor.dtype, 0)
    missing = at + tensor.count * width // 8 - size
    if missing > 0:
        return (Flaw("cut", {"at": size, "wanted": missing}),)
    return (Flaw("surplus", {"bytes": -missing}),) if missing < 0 and width else ()


def _header(data: bytes) -> tuple[str, tuple[int, ...]]:
    try:
        value = ast.literal_eval(data.decode("latin-1").strip())
        descr, shape = value["descr"], value["shape"]
        if not isinstance(shape, tuple) or not all(isinstance(size, int) and 0 <= size < 2**48 for size in shape):
            raise ValueError
        if len(shape) > 64:
            raise ValueError
    except (ValueError, SyntaxError, TypeError, KeyError, MemoryError, RecursionError):
        raise Broken("npy-header", at=10) from None
    return _dtype(descr), shape


def _dtype(descr: object) -> str:
    """`<f4` as float32; a record or text keeps its own notation."""
    if _holds_objects(descr):
        return "object"
    if not isinstance(descr, str):
        return "record"
    code = descr.lstrip("<>=|")
    if code[:1] in _KINDS and code[1:].isdigit() and len(code) < 4:
        name = _KINDS[code[0]]
        return "bool" if name == "bool" else f"{name}{int(code[1:]) * 8}"
    return code[:20]


def _holds_objects(descr: object) -> bool:
    """Whether the type, or a field of a record, is a Python object: numpy then unpickles the data."""
    if isinstance(descr, str):
        return descr.lstrip("<>=|").startswith("O")
    if isinstance(descr, list):
        return any(len(field) > 1 and _holds_objects(field[1]) for field in descr if isinstance(field, tuple))
    return isinstance(descr, tuple) and len(descr) > 0 and _holds_objects(descr[0])


def read_npz(window: Window, directory: Directory) -> Contents:
    """A zip of .npy members: their headers, and the pickles of those that hold objects."""
    tensors: list[Tensor] = []
    imports: list[Import] = []
    flaws = list(directory.flaws)
    budget = Budget()
    for member in directory.members[:_NPZ_LOOKED_AT]:
        try:
            head = read_member(window, member, _HEAD)
            if not head.startswith(b"\x93NUMPY"):
                continue
            inside = Window(io.BytesIO(head))
            dtype, shape, at = _npy_header(inside)
            if dtype == "object":
                played = play(Window(io.BytesIO(read_member(window, member))), at, budget)
                imports += played.imports
                flaws += played.flaws
            else:
                tensor = Tensor(member.name.removesuffix(".npy"), dtype, shape)
                tensors.append(tensor)
                flaws += _length_flaws(tensor, at, member.size)
        except Broken as broken:
            flaws.append(broken.flaw)
    if len(directory.members) > _NPZ_LOOKED_AT:
        flaws.append(Flaw("too-many"))
    names = tuple(member.name for member in directory.members)
    return Contents("npz", tuple(tensors), names, {}, tuple(sorted(set(imports))), tuple(flaws[:3]))


def read_faiss(window: Window) -> Contents:
    """An index: its dimension, its vectors, and for the flat kinds whether all of them are there."""
    cursor = Cursor(window)
    values: dict[str, str | int | float | bool] = {}
    flaws: tuple[Flaw, ...] = ()
    try:
        code, dimension, count = _faiss_header(cursor)
        values = {"index": code, "dimension": dimension, "vectors": count}
        if code == "IwFl":
            _faiss_ivf_flat(cursor, values)
        elif code in _FLAT:
            _faiss_flat(cursor, dimension, count)
        if code in (*_FLAT, "IwFl") and cursor.at < window.size:
            raise Broken("surplus", bytes=window.size - cursor.at)
    except Broken as broken:
        flaws = (broken.flaw,)
    return Contents("faiss", values=values, flaws=flaws)


_FLAT = ("IxF2", "IxFI", "IxFl")


def _faiss_header(cursor: Cursor) -> tuple[str, int, int]:
    code = cursor.take(4).decode("latin-1")
    dimension, count = cursor.number("i"), cursor.number("q")
    cursor.skip(8 + 8 + 1)
    if cursor.number("i") > 1:
        cursor.skip(4)
    if not 0 < dimension < 2**20 or not 0 <= count < 2**40:
        raise Broken("header-entry", member=f"{dimension}, {count}")
    return code, dimension, count


def _faiss_flat(cursor: Cursor, dimension: int, count: int) -> None:
    # the length of this vector is kept in units of four bytes
    length = cursor.number("Q")
    if length != dimension * count:
        raise Broken("header-entry", member=str(length))
    cursor.skip(4 * length)


def _faiss_ivf_flat(cursor: Cursor, values: dict[str, str | int | float | bool]) -> None:
    values["lists"] = cursor.number("Q")
    cursor.skip(8)
    code, dimension, count = _faiss_header(cursor)
    if code not in _FLAT:
        return _rest(cursor)
    _faiss_flat(cursor, dimension, count)
    cursor.skip(1)
    cursor.skip(8 * cursor.number("Q"))
    kind = cursor.take(4)
    if kind != b"ilar":
        return _rest(cursor)
    lists, code_size = cursor.number("Q"), cursor.number("Q")
    layout = cursor.take(4)
    if lists > _MOST_LISTS or lists != values["lists"] or layout not in (b"full", b"sprs"):
        raise Broken("header-entry", member=str(lists))
    count = cursor.number("Q")
    if count > 2 * lists:
        raise Broken("header-entry", member=str(count))
    numbers = cursor.numbers("Q", count)
    sizes = numbers if layout == b"full" else numbers[1::2]
    if sum(sizes) != values["vectors"]:
        raise Broken("header-entry", member=str(sum(sizes)))
    cursor.skip(sum(sizes) * (code_size + 8))
    return None


def _rest(cursor: Cursor) -> None:
    """Pass over what is not understood."""
    cursor.skip(cursor.window.size - cursor.at)
