"""Small files that ask for much: what is done for one file is bounded, whatever it says of itself."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from model_samples import SAMPLES, TABLES, T, gguf, inspect, message, onnx, slugs, torch_zip
from voicelog.modelfile.examine import Options
from voicelog.modelfile.survey import survey

ROOM = 150 * 2**20
"""Bytes of Python objects that looking at one hostile file may take."""


def peak(path: Path) -> int:
    tracemalloc.start()
    try:
        inspect(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_a_pickle_of_millions_of_opcodes(tmp_path: Path) -> None:
    path = tmp_path / "voice.pkl"
    path.write_bytes(b"\x80\x02" + b"N0" * 2_000_000 + b"N.")
    found = inspect(path)
    assert slugs(found) == ["pickle-long"]
    assert found.safety == "unchecked"


@pytest.mark.slow
def test_many_pickles_share_one_budget(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "voice.pth", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(40):
            archive.writestr(f"archive/{number}.pkl", b"\x80\x02" + b"N0" * 400_000 + b"N.")
        archive.writestr("archive/data.pkl", b"\x80\x02N.")
    assert (tmp_path / "voice.pth").stat().st_size < 2**20
    found = inspect(tmp_path / "voice.pth")
    assert "pickle-long" in slugs(found)
    assert found.safety == "unchecked"


def test_more_pickles_than_any_model_has(tmp_path: Path) -> None:
    path = torch_zip(
        tmp_path / "voice.pth", {"w": T((2,))}, extra={f"archive/{at}.pkl": b"\x80\x02N." for at in range(100)}
    )
    found = inspect(path)
    assert slugs(found) == ["too-many"]
    assert found.safety == "unchecked"


def test_a_packed_pickle_that_unfolds_to_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "voice.pth"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("archive/data.pkl", "w") as stream:
        stream.write(b"\x80\x02\x8e" + struct.pack("<Q", 2**31))
        for _ in range(300):
            stream.write(bytes(2**20))
    assert path.stat().st_size < 2**20
    assert peak(path) < ROOM
    assert inspect(path).findings


def test_lists_within_lists_within_lists(tmp_path: Path) -> None:
    path = tmp_path / "voice.pkl"
    path.write_bytes(b"\x80\x02]q\0" + b"(h\0h\0h\0lq\0" * 400 + b".")
    assert peak(path) < ROOM
    assert not inspect(path).contents.tensors


def test_a_list_that_holds_itself(tmp_path: Path) -> None:
    path = tmp_path / "voice.pkl"
    path.write_bytes(b"\x80\x02]q\0h\0a.")
    assert inspect(path).safety == "none"


@pytest.mark.parametrize("name", SAMPLES)
def test_lengths_that_claim_everything(name: str, tmp_path: Path) -> None:
    """Every eight bytes replaced in turn by the largest numbers there are."""
    data = SAMPLES[name](tmp_path / name).read_bytes()
    path = tmp_path / f"large-{name}"
    for at in range(0, min(len(data), 1500), 8):
        for number in (b"\xff" * 8, b"\xff" * 7 + b"\x7f", b"\0\0\0\x40\0\0\0\0"):
            path.write_bytes(data[:at] + number + data[at + 8 :])
            inspect(path)


def test_a_header_of_many_megabytes_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    header = b'{"a":' + b"[" * (20 * 2**20) + b"}"
    path.write_bytes(struct.pack("<Q", len(header)) + header)
    assert peak(path) < ROOM
    assert slugs(inspect(path)) == ["too-large"]


def test_an_onnx_file_of_nothing_but_tiny_fields(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(message(1, 8) + message(7, message(5, b"") * 1_200_000))
    assert "too-many" in slugs(inspect(path))


def test_graphs_within_nodes_within_graphs(tmp_path: Path) -> None:
    graph = message(2, bytes(600))
    for _ in range(200):
        graph = message(1, message(5, message(6, graph)))
    path = tmp_path / "m.onnx"
    path.write_bytes(message(1, 8) + message(7, graph) + message(8, message(2, 17)))
    assert inspect(path).contents.format == "onnx"
    assert len(inspect(onnx(tmp_path / "small.onnx")).contents.tensors) == 2


def test_a_gguf_that_claims_a_great_vocabulary(tmp_path: Path) -> None:
    path = gguf(tmp_path / "m.gguf", {"a": (2,)})
    path.write_bytes(path.read_bytes().replace(struct.pack("<IQ", 8, 2), struct.pack("<IQ", 8, 1_900_000)))
    assert slugs(inspect(path)) == ["cut"]


def test_a_folder_of_more_files_than_are_looked_at(tmp_path: Path) -> None:
    for number in range(2010):
        (tmp_path / f"{number}.npy").write_bytes(b"")
    found = survey(tmp_path, TABLES, Options())
    assert (len(found.files), found.skipped) == (2000, 10)
