"""Files cut at every byte, with bytes too many, and what lies there in place of a model."""

from __future__ import annotations

import json
import os
import struct
import sys
import zipfile
from pathlib import Path

import pytest

from model_samples import (
    SAMPLES,
    VITS,
    T,
    causes,
    ggml_whisper,
    gguf,
    inspect,
    onnx,
    rvc,
    safetensors,
    slugs,
    torch_zip,
)
from voicelog.errors import InputError
from voicelog.modelfile.detect import CONFIGS

_BINARY = [name for name in SAMPLES if Path(name).suffix not in CONFIGS]
_CORRUPT = {"model.file-corrupt", "model.safetensors-corrupt", "model.onnx-invalid.corrupt", "model.pickle-unsafe"}
_END = {"oldest.pt": 7 * 512, "model.gguf": -4}
"""What stands behind is padding: cut there, nothing is lost."""


def cuts(size: int) -> list[int]:
    """Every byte of a small file; of a larger one all at both ends, and many between."""
    if size < 2000:
        return list(range(1, size))
    return [*range(1, 700), *range(700, size - 700, 61), *range(size - 700, size)]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_whole_file_has_nothing_wrong(name: str, tmp_path: Path) -> None:
    found = inspect(SAMPLES[name](tmp_path / name), deep=True)
    assert not found.findings
    assert found.contents.format


@pytest.mark.parametrize("name", _BINARY)
def test_a_file_cut_anywhere_is_never_whole(name: str, tmp_path: Path) -> None:
    data = SAMPLES[name](tmp_path / name).read_bytes()
    path = tmp_path / f"cut-{name}"
    for at in cuts(len(data[: _END.get(name)])):
        path.write_bytes(data[:at])
        found = inspect(path)
        assert found.contents.flaws, at
        assert causes(found) & _CORRUPT or "model.wrong-kind" in causes(found), (at, found.findings)


def test_json_cut_anywhere_names_the_line(tmp_path: Path) -> None:
    data = SAMPLES["config.json"](tmp_path / "config.json").read_bytes()
    path = tmp_path / "half.json"
    for at in range(1, len(data)):
        path.write_bytes(data[:at])
        found = inspect(path)
        assert causes(found) == {"model.config-syntax"}
        assert found.findings[0].values["line"] == 1


@pytest.mark.parametrize("name", ["model.safetensors", "array.npy", "model.bin", "added.index"])
def test_bytes_too_many_are_noticed(name: str, tmp_path: Path) -> None:
    path = SAMPLES[name](tmp_path / name)
    path.write_bytes(path.read_bytes() + b"more")
    assert slugs(inspect(path)) == ["surplus"]


def test_the_place_of_a_cut_is_told(tmp_path: Path) -> None:
    path = safetensors(tmp_path / "m.safetensors", VITS)
    path.write_bytes(path.read_bytes()[:-10])
    (finding,) = inspect(path).findings
    assert finding.slug == "cut"
    assert finding.values["wanted"] == 10


def test_a_header_longer_than_the_file(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(struct.pack("<Q", 5000) + b'{"a":')
    (finding,) = inspect(path).findings
    assert finding.slug == "header-longer"
    assert finding.cause == "model.safetensors-corrupt"
    path.write_bytes(struct.pack("<Q", 2**62) + b'{"a":')
    assert slugs(inspect(path)) == ["header-too-large"]


@pytest.mark.parametrize(
    "header",
    [
        b"[]",
        b"{",
        b"[" * 5000,
        b'{"a": 1}',
        b'{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}',
        b'{"a": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}}',
        b'{"a": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}}',
    ],
)
def test_safetensors_headers_that_make_no_sense(header: bytes, tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(8))
    assert causes(inspect(path)) == {"model.safetensors-corrupt"}


def test_safetensors_data_must_lie_end_to_end(tmp_path: Path) -> None:
    entry = {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}
    header = json.dumps({"a": entry}).encode()
    path = tmp_path / "m.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(8))
    assert slugs(inspect(path)) == ["header-gap"]


def test_a_wrong_checksum_within_is_found_by_deep(tmp_path: Path) -> None:
    path = torch_zip(tmp_path / "voice.pth", rvc())
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        member = next(item for item in archive.infolist() if item.filename.endswith("data/0"))
    data[member.header_offset + 200] ^= 0xFF
    path.write_bytes(data)
    assert not inspect(path).findings
    (finding,) = inspect(path, deep=True).findings
    assert (finding.slug, finding.values["member"]) == ("zip-crc", "archive/data/0")


def test_storages_that_are_missing_or_too_short(tmp_path: Path) -> None:
    path = torch_zip(tmp_path / "voice.pth", rvc())
    with zipfile.ZipFile(path) as archive:
        content = {item.filename: archive.read(item) for item in archive.infolist()}
    for name, wanted in (("archive/data/1", "storage-missing"), ("archive/data/2", "storage-size")):
        with zipfile.ZipFile(path, "w") as archive:
            for member, data in content.items():
                if member != name or wanted == "storage-size":
                    archive.writestr(member, data[:-1] if member == name else data)
        assert wanted in slugs(inspect(path))


@pytest.mark.parametrize(
    ("content", "slug", "cause"),
    [
        (b"", "empty", "model.file-corrupt"),
        (bytes(9000), "zeros", "model.file-corrupt"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 189507909\n",
            "lfs-pointer",
            "model.lfs-pointer",
        ),
        (b"<!DOCTYPE html>\n<html><head><title>Sign in</title>", "web-page", "model.html-instead"),
        (b"\n  <html lang='zh'>", "web-page", "model.html-instead"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "web-page", "model.html-instead"),
        (b"Entry not found", "refusal", "model.html-instead"),
        (b'{"error": "Repository not found"}', "refusal", "model.html-instead"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(30), "archive", "model.wrong-kind"),
        (b"Rar!\x1a\x07\x01\x00", "archive", "model.wrong-kind"),
        (b"\x1f\x8b\x08\x00" + bytes(30), "archive", "model.wrong-kind"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "foreign", "model.wrong-kind"),
        (b"MZ\x90\x00\x03", "foreign", "model.wrong-kind"),
        (b"what is this", "unknown-start", "model.file-corrupt"),
    ],
)
def test_what_lies_there_in_place_of_a_model(content: bytes, slug: str, cause: str, tmp_path: Path) -> None:
    path = tmp_path / "模型 model.pth"
    path.write_bytes(content)
    found = inspect(path)
    assert [(finding.slug, finding.cause) for finding in found.findings] == [(slug, cause)]


def test_a_pointer_tells_the_size_of_the_real_file(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 42\n")
    (finding,) = inspect(path).findings
    assert finding.values == {"bytes": 42, "sha256": "a" * 64}


def test_an_archive_that_holds_the_model_is_to_be_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "voice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("voice/model.pth", b"...")
        archive.writestr("voice/added.index", b"...")
    (finding,) = inspect(path).findings
    assert (finding.slug, finding.cause) == ("archive", "model.wrong-kind")


def test_a_name_that_promises_another_format(tmp_path: Path) -> None:
    path = tmp_path / "voice.pth"
    safetensors(path, {"a": T((2,))})
    (finding,) = inspect(path).findings
    assert (finding.slug, finding.severity, finding.values["format"]) == ("misnamed", "warning", "safetensors")


def test_onnx_weights_beside_the_model(tmp_path: Path) -> None:
    path = onnx(tmp_path / "m.onnx", external="weights.bin")
    assert slugs(inspect(path)) == ["external-missing"]
    (tmp_path / "weights.bin").write_bytes(bytes(10))
    assert slugs(inspect(path)) == ["external-short"]
    (tmp_path / "weights.bin").write_bytes(bytes(24))
    assert not inspect(path).findings


@pytest.mark.parametrize("outside", ["../secret.bin", "/etc/passwd", "C:\\Windows\\win.ini", "\\\\host\\share\\x"])
def test_onnx_weights_are_never_sought_elsewhere(outside: str, tmp_path: Path) -> None:
    assert slugs(inspect(onnx(tmp_path / "m.onnx", external=outside))) == ["external-outside"]


def test_a_whisper_cpp_model_that_lacks_tensors(tmp_path: Path) -> None:
    (finding,) = inspect(ggml_whisper(tmp_path / "ggml.bin", missing=1)).findings
    assert finding.slug == "tensors-missing"


def test_a_gguf_of_a_version_that_does_not_exist(tmp_path: Path) -> None:
    path = gguf(tmp_path / "m.gguf", {"a": (2,)})
    path.write_bytes(b"GGUF\x63\0\0\0" + path.read_bytes()[8:])
    assert slugs(inspect(path)) == ["gguf-version"]


@pytest.mark.parametrize("name", ["config.json", "config.yaml"])
def test_what_lies_there_in_place_of_a_configuration(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    for content, cause in (
        (b"<!doctype html><html></html>", "model.html-instead"),
        (b"version https://git-lfs.github.com/spec/v1\nsize 3\n", "model.lfs-pointer"),
        (b"", "model.file-corrupt"),
        ('{"spk": "小明"}'.encode("gb18030"), "encoding.decode"),
        ('{"spk": "小明"}'.encode("utf-16"), "encoding.decode"),
        (b"[" * 3000, "model.config-syntax"),
    ):
        path.write_bytes(content)
        assert causes(inspect(path)) == {cause}
    path.write_bytes(b"\xef\xbb\xbf{}")
    assert not inspect(path).findings


def test_yaml_that_would_fill_the_memory(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{at}: &a{at} [*a{at - 1}, *a{at - 1}]" for at in range(1, 60)]
    merged = ["b0: &b0 {k0: 1}"] + [f"b{at}: &b{at} {{<<: [*b{at - 1}, *b{at - 1}], k{at}: 1}}" for at in range(1, 60)]
    for number, text in enumerate((lines, merged, ["&a [*a, *a]"])):
        path = tmp_path / f"{number}.yaml"
        path.write_text("\n".join(text))
        assert len(inspect(path).contents.values) <= 5001


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have other names there")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "model.pth")
    for path in (tmp_path / "model.pth", Path("/dev/zero")):
        with pytest.raises(InputError, match="is no file"):
            inspect(path)
