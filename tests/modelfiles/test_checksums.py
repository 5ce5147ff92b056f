"""Digests: given, in a sums file beside, in the table of published files, in the name."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from model_samples import TABLES, VITS, T, inspect, safetensors, slugs, torch_zip
from voicelog.modelfile import checksums
from voicelog.modelfile.types import FileInspection


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return safetensors(tmp_path / "模型 a.safetensors", VITS)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes()).hexdigest()  # noqa: S324


def verdict(found: FileInspection) -> tuple[str, str]:
    return found.checksums.verdict, found.checksums.against


def test_given(model: Path) -> None:
    assert verdict(inspect(model, sha256=sha256(model))) == ("equal", "--sha256")
    found = inspect(model, sha256="0" * 64)
    assert verdict(found) == ("differs", "--sha256")
    assert [finding.cause for finding in found.findings] == ["model.checksum-mismatch"]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("SHA256SUMS", "{sha256}  {name}"),
        ("SHA256SUMS", "{sha256} *{name}"),
        ("sha256sum.txt", "{sha256}  folder/{name}"),
        ("checksums.txt", "SHA256 ({name}) = {sha256}"),
        ("MD5SUMS", "{md5}  {name}"),
        ("md5sum.txt", "{md5}  .\\{name}"),
        ("模型 a.safetensors.sha256", "{sha256}"),
        ("模型 a.safetensors.sha256", "{sha256}  {name}"),
        ("模型 a.safetensors.md5", "{md5}"),
    ],
)
def test_sums_files_beside(name: str, line: str, model: Path) -> None:
    text = line.format(sha256=sha256(model), md5=md5(model), name=model.name)
    other = "" if name.startswith("模型") else f"{'1' * 64}  other.bin\n"
    (model.parent / name).write_text(other + text + "\n", encoding="utf-8")
    assert verdict(inspect(model)) == ("equal", name)
    assert not inspect(model).findings
    model.write_bytes(model.read_bytes()[:-1] + b"x")
    assert verdict(inspect(model)) == ("differs", name)


def test_sums_of_other_files_say_nothing(model: Path) -> None:
    (model.parent / "SHA256SUMS").write_text("0" * 64 + "  other.safetensors\nnonsense\n")
    assert verdict(inspect(model)) == ("", "")


def test_a_file_changed_under_a_published_name(tmp_path: Path) -> None:
    dims = {"n_mels": 80, "n_vocab": 51865, "n_audio_state": 8, "n_audio_layer": 4, "n_text_layer": 4}
    weights = {"encoder.conv1.weight": T((8, 80, 3)), "decoder.token_embedding.weight": T((51865, 8))}
    path = torch_zip(tmp_path / "tiny.pt", {"dims": dims, "model_state_dict": weights})
    found = inspect(path)
    assert verdict(found) == ("differs", "Whisper tiny")
    assert slugs(found) == ["digest"]
    assert verdict(inspect(torch_zip(tmp_path / "mine.pt", {"dims": dims, "model_state_dict": weights}))) == ("", "")


def test_large_files_are_read_to_their_end_only_when_asked(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checksums, "ALWAYS", 100)
    (model.parent / "SHA256SUMS").write_text(f"{'0' * 64}  {model.name}\n", encoding="utf-8")
    found = inspect(model)
    assert verdict(found) == ("unread", "SHA256SUMS")
    assert found.checksums.sha256 == ""
    assert not found.findings
    assert verdict(inspect(model, deep=True)) == ("differs", "SHA256SUMS")


def test_names_of_torch_hub_carry_a_digest(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    path = safetensors(folder / "x", VITS)
    right = path.rename(folder / f"net-{sha256(path)[:8]}.pt")
    assert inspect(right).checksums.verdict == "equal"
    wrong = right.rename(folder / "net-0123abcd.pt")
    assert inspect(wrong).checksums.verdict == "differs"
    mine = wrong.rename(tmp_path / "voice-20240101.pt")
    assert inspect(mine).checksums.verdict == ""


def test_the_table_of_published_files_is_whole() -> None:
    for one in TABLES.known:
        assert one.source.startswith("https://")
        assert one.file
        assert [len(digest) for digest in (one.sha256, one.md5, one.head_md5) if digest]
        assert len(one.sha256) in (0, 64)
        assert not one.sha256 or one.size or one.kind
