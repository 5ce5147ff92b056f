"""whisper.cpp's older files and CTranslate2's model.bin: a header, then each tensor behind its description.

Layouts: whisper.cpp models/convert-pt-to-ggml.py; CTranslate2 python/ctranslate2/specs/model_spec.py (`_serialize`).
"""

from __future__ import annotations

from voicelog.modelfile.types import Broken, Contents, Flaw, Tensor
from voicelog.modelfile.window import Cursor, Window

_PARAMETERS = (
    "n_vocab", "n_audio_ctx", "n_audio_state", "n_audio_head", "n_audio_layer",
    "n_text_ctx", "n_text_state", "n_text_head", "n_text_layer", "n_mels", "ftype",
)  # fmt: skip
_GGML = {
    0: ("float32", 1, 4), 1: ("float16", 1, 2), 2: ("q4_0", 32, 18), 3: ("q4_1", 32, 20), 6: ("q5_0", 32, 22),
    7: ("q5_1", 32, 24), 8: ("q8_0", 32, 34), 10: ("q2_k", 256, 84), 11: ("q3_k", 256, 110), 12: ("q4_k", 256, 144),
    13: ("q5_k", 256, 176), 14: ("q6_k", 256, 210),
}  # fmt: skip
_CTRANSLATE2 = ("float32", "int8", "int16", "int32", "float16", "bfloat16")
_WIDTHS = {"float32": 4, "int8": 1, "int16": 2, "int32": 4, "float16": 2, "bfloat16": 2}
_MOST_TENSORS = 20_000
_MOST_TOKENS = 500_000


def read_ggml(window: Window) -> Contents:
    """A whisper.cpp model; its tensors follow one another to the end of the file."""
    cursor = Cursor(window, 4)
    values: dict[str, str | int | float | bool] = {name: cursor.number("i") for name in _PARAMETERS}
    tensors: list[Tensor] = []
    flaws: tuple[Flaw, ...] = ()
    try:
        rows, columns = cursor.number("i"), cursor.number("i")
        if rows < 0 or columns < 0:
            raise Broken("header-entry", member=f"{rows}, {columns}")
        cursor.skip(rows * columns * 4)
        tokens = cursor.number("i")
        if not 0 <= tokens <= _MOST_TOKENS:
            raise Broken("header-entry", member=str(tokens))
        for _ in range(tokens):
            cursor.skip(cursor.number("I"))
        while cursor.at < window.size:
            tensors.append(_ggml_tensor(cursor))
            if len(tensors) > _MOST_TENSORS:
                raise Broken("too-many", at=cursor.at)
        wanted = _whisper_tensors(values)
        if len(tensors) < wanted:
            raise Broken("tensors-missing", found=len(tensors), wanted=wanted)
    except Broken as broken:
        flaws = (broken.flaw,)
    return Contents("ggml", tuple(tensors), values=values, flaws=flaws)


def _whisper_tensors(values: dict[str, str | int | float | bool]) -> int:
    """Tensors of a whisper model with so many layers (whisper.cpp src/whisper.cpp, `whisper_model_load`)."""
    return 11 + 15 * int(values["n_audio_layer"]) + 24 * int(values["n_text_layer"])


def _ggml_tensor(cursor: Cursor) -> Tensor:
    dimensions, length, kind = cursor.number("i"), cursor.number("i"), cursor.number("i")
    if not 0 < dimensions <= 4 or not 0 < length < 500 or kind not in _GGML:
        raise Broken("header-entry", member=f"{dimensions}, {length}, {kind}")
    shape = tuple(reversed(cursor.numbers("i", dimensions)))
    name = cursor.take(length).decode("utf-8", "replace")
    if any(size < 0 for size in shape):
        raise Broken("header-entry", member=name)
    dtype, block, size = _GGML[kind]
    stored = Tensor(name, dtype, shape).count // block * size
    cursor.skip(stored)
    return Tensor(name, dtype, shape, stored=stored)


def read_ctranslate2(window: Window) -> Contents:
    """A converted model such as faster-whisper's model.bin."""
    cursor = Cursor(window)
    version = cursor.number("I")
    spec = cursor.text("H").rstrip("\0")
    revision, count = cursor.number("I"), cursor.number("I")
    values: dict[str, str | int | float | bool] = {"binary_version": version, "spec": spec, "revision": revision}
    tensors: list[Tensor] = []
    flaws: tuple[Flaw, ...] = ()
    try:
        if count > _MOST_TENSORS:
            raise Broken("too-many", at=cursor.at)
        for _ in range(count):
            tensors.append(_ctranslate2_tensor(cursor, version))
        if version >= 3:
            for _ in range(2 * min(cursor.number("I"), _MOST_TENSORS)):
                cursor.skip(cursor.number("H"))
        if cursor.at < window.size:
            raise Broken("surplus", bytes=window.size - cursor.at)
    except Broken as broken:
        flaws = (broken.flaw,)
    return Contents("ctranslate2", tuple(tensors), values=values, flaws=flaws)


def _ctranslate2_tensor(cursor: Cursor, version: int) -> Tensor:
    name = cursor.text("H").rstrip("\0")
    shape = cursor.numbers("I", cursor.number("B"))
    kind = cursor.number("B")
    stored = cursor.number("I")
    if version >= 4:
        if kind >= len(_CTRANSLATE2):
            raise Broken("header-entry", member=name)
        dtype = _CTRANSLATE2[kind]
    else:
        stored *= kind
        dtype = {1: "int8", 2: "int16", 4: "float32"}.get(kind, "float32")
    tensor = Tensor(name, dtype, shape, stored=stored)
    if tensor.count * _WIDTHS[dtype] != stored:
        raise Broken("header-entry", member=name)
    cursor.skip(stored)
    return tensor
