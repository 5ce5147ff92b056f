"""Small real files of every format, written by the rules of those formats, without torch."""

from __future__ import annotations

import io
import json
import pickle
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conftest import ROOT
from voicelog.modelfile.examine import Options, examine
from voicelog.modelfile.tables import Tables, load_tables
from voicelog.modelfile.types import FileInspection

TABLES: Tables = load_tables(ROOT / "knowledge" / "models")
MAGIC = 0x1950A86A20F9469CFC6C
_STORAGES = {"float32": ("FloatStorage", 4), "float16": ("HalfStorage", 2), "int64": ("LongStorage", 8)}


def inspect(path: Path, **options: Any) -> FileInspection:
    """One file through the library."""
    return examine(path, TABLES, Options(**options))


def slugs(found: FileInspection) -> list[str]:
    return [finding.slug for finding in found.findings]


def causes(found: FileInspection) -> set[str]:
    return {finding.cause for finding in found.findings}


@dataclass(frozen=True)
class Name:
    """Stands for a module's attribute; pickled as a GLOBAL, whether it can be imported or not."""

    module: str
    name: str

    def __call__(self) -> None:
        """Never called; pickle wants callables where a call is written."""


@dataclass(frozen=True)
class Call:
    """Pickled as a call of `what` with `arguments`."""

    what: Name
    arguments: tuple[Any, ...]
    state: Any = None

    def __reduce__(self) -> Any:
        return (self.what, self.arguments) if self.state is None else (self.what, self.arguments, self.state)


@dataclass(frozen=True)
class T:
    """A tensor to be written: shape and element type."""

    shape: tuple[int, ...]
    dtype: str = "float32"

    @property
    def count(self) -> int:
        count = 1
        for size in self.shape:
            count *= size
        return count

    @property
    def width(self) -> int:
        return _STORAGES[self.dtype][1]


class Pickler(pickle._Pickler):
    """Writes names as they are, and tensors as torch does."""

    def __init__(self, stream: io.BytesIO, legacy: bool = False, protocol: int = 2) -> None:
        super().__init__(stream, protocol)
        self.tensors: list[T] = []
        self._legacy = legacy
        self._stream = stream

    def persistent_id(self, value: Any) -> Any:
        if not isinstance(value, _Storage):
            return None
        kind = Name("torch", _STORAGES[value.tensor.dtype][0])
        more = (None,) if self._legacy else ()
        return ("storage", kind, str(value.key), "cpu", value.tensor.count, *more)

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, T):
            self.tensors.append(value)
            storage = _Storage(value, len(self.tensors) - 1)
            strides = tuple(1 for _ in value.shape)
            hooks = Call(Name("collections", "OrderedDict"), ())
            return Name("torch._utils", "_rebuild_tensor_v2"), (storage, 0, value.shape, strides, False, hooks)
        return NotImplemented

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        if isinstance(obj, Name):
            self.framer.commit_frame()  # type: ignore[attr-defined]
            self.write(b"c" + f"{obj.module}\n{obj.name}\n".encode())  # type: ignore[attr-defined]
        else:
            super().save(obj, save_persistent_id)  # type: ignore[misc]


@dataclass(frozen=True)
class _Storage:
    tensor: T
    key: int


def pickled(value: Any, legacy: bool = False, protocol: int = 2) -> tuple[bytes, list[T]]:
    """`value` as a pickle, and the tensors in it in the order of their keys."""
    stream = io.BytesIO()
    pickler = Pickler(stream, legacy, protocol)
    pickler.dump(value)
    return stream.getvalue(), pickler.tensors


def torch_zip(
    path: Path, value: Any, method: int = zipfile.ZIP_STORED, extra: Mapping[str, bytes] | None = None
) -> Path:
    """What torch.save writes since 1.6."""
    data, tensors = pickled(value)
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("archive/data.pkl", data)
        archive.writestr("archive/byteorder", "little")
        for key, tensor in enumerate(tensors):
            archive.writestr(f"archive/data/{key}", bytes(tensor.count * tensor.width))
        archive.writestr("archive/version", "3\n")
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return path


def torch_legacy(path: Path, value: Any) -> Path:
    """What torch.save wrote before 1.6."""
    data, tensors = pickled(value, legacy=True)
    system = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    parts = [pickle.dumps(one, 2) for one in (MAGIC, 1001, system)]
    parts += [data, pickle.dumps([str(key) for key in range(len(tensors))], 2)]
    parts += [struct.pack("<q", tensor.count) + bytes(tensor.count * tensor.width) for tensor in tensors]
    path.write_bytes(b"".join(parts))
    return path


_NONE = pickle.dumps(0, 2)


def torch_tar(path: Path, value: Any) -> Path:
    """What torch.save wrote before 0.1.10."""
    data, _ = pickled(value)
    with tarfile.open(path, "w") as archive:
        for name, content in (("sys_info", b""), ("pickle", data), ("storages", _NONE), ("tensors", _NONE)):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def safetensors(path: Path, tensors: Mapping[str, T], metadata: Mapping[str, str] | None = None) -> Path:
    """A .safetensors file."""
    header: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata else {}
    at = 0
    for name, tensor in tensors.items():
        size = tensor.count * tensor.width
        kind = {"float32": "F32", "float16": "F16", "int64": "I64"}[tensor.dtype]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(at))
    return path


def _text(value: str, form: str = "<Q") -> bytes:
    data = value.encode()
    return struct.pack(form, len(data)) + data


def gguf(path: Path, tensors: Mapping[str, tuple[int, ...]], architecture: str = "whisper") -> Path:
    """A GGUF file of float32 tensors, with a string, a number, and two arrays among its keys."""
    keys = _text("general.architecture") + struct.pack("<I", 8) + _text(architecture)
    keys += _text("general.alignment") + struct.pack("<II", 4, 32)
    keys += _text("tokenizer.tokens") + struct.pack("<IIQ", 9, 8, 2) + _text("a") + _text("bc")
    keys += _text("tokenizer.scores") + struct.pack("<IIQ", 9, 6, 2) + bytes(8)
    infos, at = b"", 0
    for name, shape in tensors.items():
        infos += _text(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *reversed(shape))
        infos += struct.pack("<IQ", 0, at)
        at += -(-T(shape).count * 4 // 32) * 32
    head = b"GGUF" + struct.pack("<Iqq", 3, len(tensors), 4) + keys + infos
    path.write_bytes(head + bytes(-len(head) % 32) + bytes(at))
    return path


def ggml_whisper(path: Path, audio_layers: int = 1, text_layers: int = 1, missing: int = 0) -> Path:
    """A whisper.cpp file with as many tensors as such a model has, each of one number."""
    out = b"lmgg" + struct.pack("<11i", 51865, 1500, 384, 6, audio_layers, 448, 384, 6, text_layers, 80, 1)
    out += struct.pack("<2i", 1, 2) + bytes(8) + struct.pack("<i", 2) + _text("a", "<I") + _text("b", "<I")
    for number in range(11 + 15 * audio_layers + 24 * text_layers - missing):
        name = f"tensor.{number}".encode()
        out += struct.pack("<4i", 1, len(name), 0, 1) + name + bytes(4)
    path.write_bytes(out)
    return path


def ctranslate2(path: Path, tensors: Mapping[str, tuple[int, ...]], spec: str = "WhisperSpec") -> Path:
    """A model.bin as CTranslate2 writes it."""
    out = struct.pack("<I", 6) + _text(spec + "\0", "<H") + struct.pack("<II", 3, len(tensors))
    for name, shape in tensors.items():
        out += _text(name + "\0", "<H") + struct.pack("<B", len(shape)) + struct.pack(f"<{len(shape)}I", *shape)
        out += struct.pack("<BI", 0, T(shape).count * 4) + bytes(T(shape).count * 4)
    path.write_bytes(out + struct.pack("<I", 1) + _text("alias\0", "<H") + _text("name\0", "<H"))
    return path


def npy(shape: tuple[int, ...], descr: str = "<f4", content: bytes | None = None) -> bytes:
    """A .npy file."""
    header = repr({"descr": descr, "fortran_order": False, "shape": shape}).encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    data = content if content is not None else bytes(T(shape).count * 4)
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


def npz(path: Path, arrays: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in arrays.items():
            archive.writestr(f"{name}.npy", data)
    return path


def faiss_ivf(path: Path, dimension: int = 8, lists: int = 2, vectors: int = 3) -> Path:
    """An IVF index of flat vectors, as RVC trains."""

    def head(code: bytes, count: int) -> bytes:
        return code + struct.pack("<iqqq?i", dimension, count, 1 << 20, 1 << 20, True, 1)

    quantizer = head(b"IxF2", lists) + struct.pack("<Q", lists * dimension) + bytes(4 * lists * dimension)
    sizes = [vectors, *[0] * (lists - 1)]
    out = head(b"IwFl", vectors) + struct.pack("<QQ", lists, 1) + quantizer + struct.pack("<bQ", 0, 0)
    out += b"ilar" + struct.pack("<QQ", lists, 4 * dimension) + b"full" + struct.pack(f"<Q{lists}Q", lists, *sizes)
    path.write_bytes(out + bytes(vectors * (4 * dimension + 8)))
    return path


def _varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def message(number: int, content: bytes | int) -> bytes:
    """One field of a protocol buffer."""
    if isinstance(content, int):
        return _varint(number << 3) + _varint(content)
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def onnx(path: Path, ports: tuple[str, ...] = ("input", "state", "output", "stateN"), external: str = "") -> Path:
    """A small ONNX model with one weight and one constant within a node."""
    weight = message(1, 2) + message(1, 3) + message(2, 1) + message(8, b"w")
    if external:
        pairs = (("location", external), ("offset", "0"), ("length", "24"))
        weight += b"".join(message(13, message(1, key.encode()) + message(2, one.encode())) for key, one in pairs)
        weight += message(14, 1)
    else:
        weight += message(9, bytes(24))
    constant = message(1, message(1, 150) + message(2, 1) + message(9, bytes(600)))
    node = message(4, b"Constant") + message(5, message(1, b"value") + message(5, constant[3:]))
    graph = message(1, node) + message(2, b"g") + message(5, weight)
    for at, port in enumerate(ports):
        graph += message(11 if at < len(ports) // 2 else 12, message(1, port.encode()))
    model = message(1, 8) + message(2, b"pytorch") + message(7, graph) + message(8, message(1, b"") + message(2, 17))
    path.write_bytes(model)
    return path


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


VITS = {
    "enc_p.proj.weight": T((8, 4, 1)),
    "dec.conv_pre.bias": T((16,)),
    "dec.ups.0.bias": T((8,)),
    "dec.ups.1.bias": T((4,)),
    "emb_g.weight": T((4, 6)),
}
RVC_CONFIG = [33, 32, 4, 4, 8, 2, 6, 3, 0, "1", [3], [[1]], [10, 10], 16, [16, 16], 4, 6, 40000]


def rvc(version: str = "v2", f0: int = 1, config: list[Any] | None = None, sr: str = "40k") -> dict[str, Any]:
    """What RVC exports."""
    weight = {"enc_p.emb_phone.weight": T((4, 768 if version == "v2" else 256), "float16"), **VITS}
    if f0:
        weight["enc_p.emb_pitch.weight"] = T((256, 4))
    settings = {"config": config or RVC_CONFIG, "info": "200epoch", "sr": sr, "f0": f0, "version": version}
    return {"weight": weight, **settings}


SAMPLES: dict[str, Callable[[Path], Path]] = {
    "voice.pth": lambda path: torch_zip(path, rvc()),
    "packed.pt": lambda path: torch_zip(path, rvc(), zipfile.ZIP_DEFLATED),
    "old.pt": lambda path: torch_legacy(path, {"model": VITS, "iteration": 7}),
    "oldest.pt": lambda path: torch_tar(path, {"model": VITS}),
    "model.safetensors": lambda path: safetensors(path, VITS, {"format": "pt"}),
    "model.onnx": lambda path: onnx(path),
    "model.gguf": lambda path: gguf(path, {"encoder.weight": (3, 5), "decoder.weight": (7,)}),
    "ggml-tiny.bin": lambda path: ggml_whisper(path),
    "model.bin": lambda path: ctranslate2(path, {"encoder/layer_0/ffn/linear_0/weight": (3, 4), "decoder/scale": ()}),
    "array.npy": lambda path: written(path, npy((3, 4))),
    "arrays.npz": lambda path: npz(path, {"one": npy((2,)), "two": npy((3, 3))}),
    "added.index": lambda path: faiss_ivf(path),
    "config.json": lambda path: written(path, b'{"data": {"hop_length": 512}, "list": [1, 2]}'),
    "config.yaml": lambda path: written(path, b"data:\n  hop_length: 512\nlist: [1, 2]\n"),
}
"""One whole file of each format, by name."""
