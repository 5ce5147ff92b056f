"""The files of a pack, out of a folder or a zip: nothing outside of it, no links, bounded in number and size."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO

from voicelog.errors import VoicelogError
from voicelog.signatures.load import LARGEST
from voicelog.signatures.location import MANIFEST

MOST_BYTES = 8 * 2**20
"""Bytes of all files of a pack together, unpacked."""
MOST_FILES = 1000
_MOST_SEEN = 5000
_DEEPEST = 8
WINDOWS_NAMES = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][\w .+-]{0,99}")


class PackError(VoicelogError):
    """A pack as a whole cannot be used."""


def pack_files(path: Path) -> dict[str, bytes]:
    """Contents of a pack's files by their names below its top; raises PackError."""
    try:
        files = _from_folder(path) if path.is_dir() else zip_files(path, str(path))
    except FileNotFoundError:
        raise PackError("no-pack", "no such file or folder", where=str(path), hint="check the path") from None
    except OSError as error:
        raise PackError("unreadable-pack", f"cannot be read: {error.strerror or error}", where=str(path)) from None
    return files


def _from_folder(folder: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    total = seen = 0
    todo = [(folder, 0)]
    while todo:
        here, depth = todo.pop()
        for entry in sorted(os.scandir(here), key=lambda entry: entry.name):
            seen += 1
            if seen > _MOST_SEEN:
                raise _too_much(str(folder), f"more than {_MOST_SEEN} files")
            if entry.is_dir(follow_symlinks=False):
                if depth < _DEEPEST and not entry.name.startswith("."):
                    todo.append((Path(entry.path), depth + 1))
            elif entry.is_file(follow_symlinks=False) and _wanted(entry.name):
                with Path(entry.path).open("rb") as stream:
                    data = stream.read(LARGEST + 1)
                total += len(data)
                files[Path(entry.path).relative_to(folder).as_posix()] = data
                _check(str(folder), files, total)
    return files


def zip_files(packed: Path | IO[bytes], where: str) -> dict[str, bytes]:
    """Contents of a packed pack's files by their names below its manifest; raises PackError."""
    import zlib

    try:
        with zipfile.ZipFile(packed) as archive:
            return _unpacked(where, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        message = f"is no folder and no sound zip ({error})"
        raise PackError("bad-pack", message, where=where, hint="download or build it again") from None


def _unpacked(where: str, archive: zipfile.ZipFile) -> dict[str, bytes]:
    members = archive.infolist()
    if len(members) > _MOST_SEEN:
        raise _too_much(where, f"more than {_MOST_SEEN} files")
    for member in members:
        _check_name(where, member)
    tops = [one.filename for one in members if PurePosixPath(one.filename).name == MANIFEST]
    top = min(tops, key=lambda name: name.count("/"), default=MANIFEST).removesuffix(MANIFEST)
    files: dict[str, bytes] = {}
    total = 0
    for member in members:
        name = member.filename
        if member.is_dir() or not name.startswith(top) or not _wanted(PurePosixPath(name).name):
            continue
        with archive.open(member) as stream:
            data = stream.read(LARGEST + 1)
        total += len(data)
        files[name.removeprefix(top)] = data
        _check(where, files, total)
    return files


def _check_name(where: str, member: zipfile.ZipInfo) -> None:
    name = member.orig_filename
    parts = name.rstrip("/").split("/")
    odd = any(part in ("", ".", "..") or not _PLAIN_NAME.fullmatch(part.lstrip("._")) for part in parts)
    if odd or "\\" in name or any(WINDOWS_NAMES.fullmatch(part) for part in parts):
        message = f"holds a file named {name[:80]!r}, which leads out of it or fits no system"
        raise PackError("bad-pack", message, where=where, hint="do not use this pack")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise PackError("bad-pack", f"holds a link, {name[:80]!r}", where=where, hint="do not use this pack")


def _wanted(name: str) -> bool:
    """Signatures, the manifest, and what a licence asks to go along."""
    return (
        name.endswith(".yaml") or re.fullmatch(r"(?i)(?:readme|licen[cs]e|notice)(?:\.(?:md|txt))?", name) is not None
    )


def _check(where: str, files: dict[str, bytes], total: int) -> None:
    if len(files) > MOST_FILES:
        raise _too_much(where, f"more than {MOST_FILES} signatures")
    if total > MOST_BYTES:
        raise _too_much(where, f"more than {MOST_BYTES // 2**20} MB")


def _too_much(where: str, what: str) -> PackError:
    return PackError("large-pack", f"holds {what}", where=where, hint="divide it")
