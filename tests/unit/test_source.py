"""Files, archives and things that are no logs."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from voicelog.errors import InputError
from voicelog.ingest.source import read

TEXT = "RuntimeError: CUDA out of memory\n"
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("kind", PACKERS)
def test_compressed_log_is_read_whatever_its_name(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(PACKERS[kind](TEXT.encode()))
    assert [one.text for one in read(str(path))] == [TEXT]


@pytest.mark.parametrize("kind", PACKERS)
def test_cut_archive_is_called_damaged(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(PACKERS[kind](TEXT.encode() * 50)[:-9])
    with pytest.raises(InputError, match="damaged"):
        list(read(str(path)))


def test_every_log_of_a_zip_is_read(tmp_path: Path) -> None:
    path = tmp_path / "logs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.log", TEXT)
        archive.writestr("b/c.log", "fine\n")
    assert [(one.name, one.text) for one in read(str(path))] == [
        (f"{path}!a.log", TEXT),
        (f"{path}!b/c.log", "fine\n"),
    ]


def test_empty_zip_and_broken_zip(tmp_path: Path) -> None:
    empty, broken = tmp_path / "empty.zip", tmp_path / "broken.zip"
    with zipfile.ZipFile(empty, "w") as archive:
        archive.mkdir("folder") if hasattr(archive, "mkdir") else archive.writestr("folder/", "")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.log", TEXT * 99)
    broken.write_bytes(buffer.getvalue()[:60])
    for path in (empty, broken):
        with pytest.raises(InputError):
            list(read(str(path)))


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\x7fELF\x02\x01\x01" + bytes(40), "program"),
        (b"MZ\x90\x00" + bytes(40), "program"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "picture"),
        (b"GGUF" + bytes(40), "model"),
        (bytes(range(256)) * 40, "binary"),
    ],
)
def test_binary_is_refused_with_its_kind(content: bytes, word: str, tmp_path: Path) -> None:
    path = tmp_path / "thing"
    path.write_bytes(content)
    with pytest.raises(InputError, match=word):
        list(read(str(path)))


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        list(read(str(tmp_path / "nowhere.log")))
    with pytest.raises(InputError, match="folder"):
        list(read(str(tmp_path)))
    with pytest.raises(InputError):
        list(read("a\0b"))


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps permissions otherwise")
def test_no_permission(tmp_path: Path) -> None:
    """Asked as somebody who may not read it, also where the tests run as root."""
    path = tmp_path / "log"
    path.write_text(TEXT)
    path.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        with pytest.raises(InputError, match="may not be read"):
            list(read(str(path)))
    finally:
        os.seteuid(user)


def test_some_nuls_do_not_make_a_log_binary(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"step 1 ok\n" * 50 + bytes(30) + b"\nKilled\n")
    assert "Killed" in next(read(str(path))).text
