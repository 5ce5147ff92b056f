"""Files that the formats' own libraries write; runs where those are installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model_samples import inspect
from voicelog.modelfile.types import FileInspection

pytestmark = pytest.mark.torch
WHY = "is not installed; .ci/run tests this in an environment that has it"
numpy: Any = pytest.importorskip("numpy", reason=f"numpy {WHY}")


def shapes(found: FileInspection) -> dict[str, tuple[str, tuple[int, ...]]]:
    return {tensor.name: (tensor.dtype, tensor.shape) for tensor in found.contents.tensors}


def cut_is_seen(path: Path, padding: int = 0) -> None:
    data = path.read_bytes()
    for lost in (1 + padding, len(data) // 3, len(data) - 20):
        path.write_bytes(data[:-lost])
        assert inspect(path).contents.flaws, lost


def test_numpy(tmp_path: Path) -> None:
    numpy.save(tmp_path / "a.npy", numpy.zeros((3, 4), numpy.float16))
    assert shapes(inspect(tmp_path / "a.npy")) == {"": ("float16", (3, 4))}
    numpy.savez_compressed(tmp_path / "b.npz", feats=numpy.zeros(5), text=numpy.array(["你好"]))
    found = inspect(tmp_path / "b.npz")
    assert shapes(found)["feats"] == ("float64", (5,))
    assert not found.findings
    numpy.save(tmp_path / "c.npy", numpy.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert inspect(tmp_path / "c.npy").safety in ("none", "plain", "project")
    cut_is_seen(tmp_path / "a.npy")


def test_safetensors(tmp_path: Path) -> None:
    library: Any = pytest.importorskip("safetensors.numpy", reason=f"safetensors {WHY}")
    tensors = {
        "a": numpy.zeros((2, 3), numpy.float32),
        "b": numpy.zeros((), numpy.int64),
        "c": numpy.zeros((0, 4), numpy.float16),
    }
    library.save_file(tensors, tmp_path / "m.safetensors", metadata={"format": "pt", "名": "声音"})
    found = inspect(tmp_path / "m.safetensors")
    assert shapes(found) == {"a": ("float32", (2, 3)), "b": ("int64", ()), "c": ("float16", (0, 4))}
    assert not found.findings
    cut_is_seen(tmp_path / "m.safetensors")


def test_gguf(tmp_path: Path) -> None:
    library: Any = pytest.importorskip("gguf", reason=f"gguf {WHY}")
    path = tmp_path / "m.gguf"
    writer = library.GGUFWriter(str(path), "whisper")
    writer.add_string("general.name", "测试")
    writer.add_array("tokenizer.ggml.tokens", ["a", "bc"])
    writer.add_array("numbers", [1.0, 2.0])
    writer.add_tensor("x", numpy.zeros((2, 3), numpy.float32))
    quantised = library.quantize(numpy.zeros((4, 64), numpy.float32), library.GGMLQuantizationType.Q8_0)
    writer.add_tensor("q", quantised, raw_dtype=library.GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    found = inspect(path)
    assert shapes(found) == {"x": ("float32", (2, 3)), "q": ("q8_0", (4, 64))}
    assert found.contents.values["metadata.general.name"] == "测试"
    assert not found.findings
    cut_is_seen(path, padding=31)


def test_sizes_of_quantised_types_are_those_of_the_library() -> None:
    library: Any = pytest.importorskip("gguf", reason=f"gguf {WHY}")
    from voicelog.modelfile.gguf import _TYPES

    for kind, (block, size) in library.GGML_QUANT_SIZES.items():
        if int(kind) in _TYPES:
            assert _TYPES[int(kind)][1:] == (block, size), kind


@pytest.mark.parametrize(
    ("recipe", "code"), [("IVF4,Flat", "IwFl"), ("Flat", "IxF2"), ("HNSW8", "IHNf"), ("IVF4,PQ4", "IwPQ")]
)
def test_faiss(recipe: str, code: str, tmp_path: Path) -> None:
    library: Any = pytest.importorskip("faiss", reason=f"faiss {WHY}")
    vectors = numpy.random.default_rng(0).random((300, 16), numpy.float32)
    index = library.index_factory(16, recipe)
    index.train(vectors)
    index.add(vectors)
    path = tmp_path / "added.index"
    library.write_index(index, str(path))
    found = inspect(path)
    assert found.contents.values["index"] == code
    assert (found.contents.values["dimension"], found.contents.values["vectors"]) == (16, 300)
    assert not found.findings
    if code in ("IwFl", "IxF2"):
        cut_is_seen(path)


def test_onnx(tmp_path: Path) -> None:
    library: Any = pytest.importorskip("onnx", reason=f"onnx {WHY}")
    helper = library.helper
    weight = library.numpy_helper.from_array(numpy.zeros((3, 2), numpy.float32), "w")
    ports = [helper.make_tensor_value_info(name, 1, ["n", 2]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("MatMul", ["x", "w"], ["y"])], "g", ports[:1], ports[1:], [weight])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    path = tmp_path / "m.onnx"
    library.save(model, path)
    found = inspect(path)
    assert shapes(found) == {"w": ("float32", (3, 2))}
    assert (found.contents.entries, found.contents.values["opset"]) == (("x", "y"), 17)
    assert not found.findings
    cut_is_seen(path)
    library.save(model, path, save_as_external_data=True, location="w.bin", size_threshold=0)
    assert not inspect(path).findings
    (tmp_path / "w.bin").unlink()
    assert [finding.slug for finding in inspect(path).findings] == ["external-missing"]
