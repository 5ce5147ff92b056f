"""The compiled base on disk: keyed by the content of the signature files and the version, rebuilt when in doubt.

One file: a mark, the length and checksum of a directory, the directory {section: (offset, length, checksum)}, the
sections. Only the sections that an answer needs are read. A second small file remembers which content the files had
by their sizes and times, so that an unchanged base is not read to be recognised.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

from voicelog.signatures.base import KnowledgeBase

_MARK = f"voicelog-base/5 {sys.version_info[0]}.{sys.version_info[1]}\n".encode()
_LENGTHS = struct.Struct("<II")


class _Damaged(Exception):
    """The file is not what was written."""


def open_base(folders: Sequence[Path]) -> KnowledgeBase:
    """The compiled base of `folders`, from the cache where it is there and whole."""
    cache = cache_folder()
    stamp = _stamp(folders)
    key = _remembered(cache / "keys.bin", stamp)
    if key and (found := _open(cache / f"base-{key}.bin", key)):
        return found
    from voicelog.signatures.load import digest

    key = digest(folders)
    found = _open(cache / f"base-{key}.bin", key)
    if found is None:
        found = _build(cache, folders, key)
    _remember(cache / "keys.bin", stamp, key)
    return found


def cache_folder() -> Path:
    """Where compiled bases are kept; `VOICELOG_CACHE` names another place."""
    if chosen := os.environ.get("VOICELOG_CACHE"):
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("voicelog", appauthor=False)


class _File:
    """Sections of a cache file; a damaged section is rebuilt from the signature files by the caller's next start."""

    def __init__(self, path: Path, directory: dict[str, tuple[int, int, int]], start: int) -> None:
        self._path = path
        self._directory = directory
        self._start = start

    def section(self, name: str) -> Any:
        offset, length, checksum = self._directory[name]
        with self._path.open("rb") as stream:
            stream.seek(self._start + offset)
            data = stream.read(length)
        if len(data) != length or crc32(data) != checksum:
            raise _Damaged(name)
        return marshal.loads(data)  # noqa: S302 - written by us, checksum held


def _open(path: Path, key: str) -> KnowledgeBase | None:
    """The base in `path`, or None where it is missing or damaged."""
    try:
        with path.open("rb") as stream:
            head = stream.read(len(_MARK) + _LENGTHS.size)
            if not head.startswith(_MARK) or len(head) < len(_MARK) + _LENGTHS.size:
                return None
            length, checksum = _LENGTHS.unpack(head[len(_MARK) :])
            data = stream.read(length)
        if len(data) != length or crc32(data) != checksum:
            return None
        file = _File(path, marshal.loads(data), len(head) + length)  # noqa: S302 - checksum held
        base = KnowledgeBase(key, file.section)
        base.index  # noqa: B018 - read now, so that damage shows here
        size = len(head) + length + sum(size for _, size, _ in file._directory.values())
        return base if path.stat().st_size == size else None
    except (OSError, EOFError, ValueError, TypeError, KeyError, _Damaged):
        return None


def _build(cache: Path, folders: Sequence[Path], key: str) -> KnowledgeBase:
    from voicelog.signatures.compile import compile_sections

    sections = compile_sections(folders)
    packed = {name: marshal.dumps(value) for name, value in sections.items()}
    directory: dict[str, tuple[int, int, int]] = {}
    offset = 0
    for name, data in packed.items():
        directory[name] = (offset, len(data), crc32(data))
        offset += len(data)
    listed = marshal.dumps(directory)
    head = _MARK + _LENGTHS.pack(len(listed), crc32(listed)) + listed
    path = cache / f"base-{key}.bin"
    _write(path, head + b"".join(packed.values()))
    for old in cache.glob("base-*.bin"):
        if old != path:
            with contextlib.suppress(OSError):
                old.unlink()
    return KnowledgeBase(key, sections.__getitem__)


def _write(path: Path, data: bytes) -> None:
    """Atomic, and silent where nothing can be written: the next start compiles again."""
    import tempfile

    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)


def _stamp(folders: Sequence[Path]) -> int:
    """A number that changes when a file below `folders` is added, removed, resized or written."""
    stamp = crc32(_MARK)
    for folder in folders:
        stamp = crc32(os.fsencode(os.path.abspath(folder)), stamp)  # noqa: PTH100 - no links followed, no cost
        stamp = _stamp_tree(os.fspath(folder), stamp)
    return stamp


def _stamp_tree(folder: str, stamp: int) -> int:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return stamp
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            stamp = _stamp_tree(entry.path, crc32(os.fsencode(entry.name), stamp))
        elif entry.name.endswith(".yaml"):
            status = entry.stat()
            stamp = crc32(f"{entry.name} {status.st_size} {status.st_mtime_ns}".encode("utf-8", "replace"), stamp)
    return stamp


def _remembered(path: Path, stamp: int) -> str:
    try:
        data = path.read_bytes()
        keys = marshal.loads(data[4:]) if crc32(data[4:]) == int.from_bytes(data[:4], "little") else {}  # noqa: S302
        return str(keys.get(stamp, ""))
    except (OSError, EOFError, ValueError, TypeError, AttributeError):
        return ""


def _remember(path: Path, stamp: int, key: str) -> None:
    data = marshal.dumps({stamp: key})
    _write(path, crc32(data).to_bytes(4, "little") + data)
