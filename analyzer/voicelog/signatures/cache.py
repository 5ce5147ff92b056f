"""The compiled base on disk: keyed by the content of the signature files and the version, rebuilt when in doubt.

One file: a mark, the length and checksum of a directory, the directory {section: (offset, length, checksum)}, the
sections. Only the sections that an answer needs are read, and of tables, which hold checksums of their own, only what
is asked for. A second small file remembers which content the files had
by their sizes and times, so that an unchanged base is not read to be recognised.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import struct
import sys
from collections.abc import Callable, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any
from zlib import crc32

from voicelog.files import write_whole
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.table import Stored

MARK = f"voicelog-base/22 {sys.version_info[0]}.{sys.version_info[1]}\n".encode()
_DEEPEST = 40
_TABLE = -1
"""In place of the checksum of a section that is a table."""
_KEPT = 4
"""Compiled files of a kind that are kept."""
_NO_REFERENCES = 2
"""Version of marshal that writes equal values alike."""
_LENGTHS = struct.Struct("<II")

Build = Callable[[], dict[str, Any]]
"""Compiles all sections anew."""


def open_base(folders: Sequence[Path]) -> KnowledgeBase:
    """The compiled base of `folders`, from the cache where it is there and whole."""

    def key() -> str:
        from voicelog.signatures.load import digest

        return digest(folders)

    def compiled() -> dict[str, Any]:
        from voicelog.signatures.compile import compile_sections
        from voicelog.signatures.memo import Memo

        with Memo(cache_folder() / "pieces.bin") as memo:
            return compile_sections(folders, demanded=memo.demanded)

    return _open_cached(cache_folder(), folders, key, compiled)


def open_packs(paths: Sequence[Path], reserved: Sequence[str]) -> KnowledgeBase:
    """The compiled base of packs, from its own cache; `reserved` are names that no pack may have."""

    def key() -> str:
        from voicelog.signatures.packs import digest

        return digest(paths)

    def compiled() -> dict[str, Any]:
        from voicelog.signatures.compile import compile_packs

        return compile_packs(paths, reserved)

    return _open_cached(cache_folder() / "packs", paths, key, compiled)


def _open_cached(cache: Path, paths: Sequence[Path], digest: Callable[[], str], compiled: Build) -> KnowledgeBase:
    stamp = _stamp(paths)
    key = _remembered(cache / "keys.bin", stamp)
    if key and (found := _open(cache / f"base-{key}.bin", key, lambda: _build(cache, compiled, key))):
        return found
    key = digest()
    found = _open(cache / f"base-{key}.bin", key, lambda: _build(cache, compiled, key))
    if found is None:
        found = KnowledgeBase(key, _build(cache, compiled, key).__getitem__)
    _remember(cache / "keys.bin", stamp, key)
    return found


def cache_folder() -> Path:
    """Where compiled bases are kept; `VOICELOG_CACHE` names another place."""
    if chosen := os.environ.get("VOICELOG_CACHE"):
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("voicelog", appauthor=False)


class _File:
    """Sections of a cache file; where one turns out damaged, all are built again from the signature files."""

    def __init__(
        self, data: bytes | mmap, start: int, directory: dict[str, tuple[int, int, int]], build: Build
    ) -> None:
        self._data = data
        self._start = start
        self._directory = directory
        self._build = build
        self._built: dict[str, Any] = {}

    def section(self, name: str) -> Any:
        if not self._built:
            try:
                return self._read(name)
            except (EOFError, ValueError, TypeError, KeyError):
                self._build_all()
        return self._built[name]

    def anew(self, name: str) -> Any:
        if not self._built:
            self._build_all()
        return self._built[name]

    def _build_all(self) -> None:
        if isinstance(self._data, mmap):
            self._data.close()  # Windows replaces no file that is mapped
        self._built = self._build()

    def _read(self, name: str) -> Any:
        offset, length, checksum = self._directory[name]
        begin = self._start + offset
        if checksum == _TABLE:
            return Stored(self._data, begin, length)
        data = self._data[begin : begin + length]
        if len(data) != length or crc32(data) != checksum:
            raise ValueError(name)
        return marshal.loads(data)  # noqa: S302 - written by us, checksum held


def _open(path: Path, key: str, build: Build) -> KnowledgeBase | None:
    """The base in `path`, or None where its directory is missing or damaged."""
    try:
        data = _mapped(path)
        first = len(MARK) + _LENGTHS.size
        head = data[:first]
        if not head.startswith(MARK) or len(head) < first:
            return None
        length, checksum = _LENGTHS.unpack(head[len(MARK) :])
        listed = data[first : first + length]
        if len(listed) != length or crc32(listed) != checksum:
            return None
        file = _File(data, first + length, marshal.loads(listed), build)  # noqa: S302 - checksum held
    except (OSError, EOFError, ValueError, TypeError):
        return None
    return KnowledgeBase(key, file.section, anew=file.anew)


def _mapped(path: Path) -> bytes | mmap:
    """The bytes of a file, read when they are looked at where the system can do that."""
    with path.open("rb") as stream:
        try:
            return mmap(stream.fileno(), 0, access=ACCESS_READ)
        except (OSError, ValueError):
            return stream.read()


def _build(cache: Path, compiled: Build, key: str) -> dict[str, Any]:
    """Compile, and keep the result where it can be kept."""
    sections = compiled()
    packed = {name: value if isinstance(value, bytes) else marshal.dumps(value) for name, value in sections.items()}
    directory: dict[str, tuple[int, int, int]] = {}
    offset = 0
    for name, data in packed.items():
        directory[name] = (offset, len(data), _TABLE if data is sections[name] else crc32(data))
        offset += len(data)
    listed = marshal.dumps(directory)
    head = MARK + _LENGTHS.pack(len(listed), crc32(listed)) + listed
    path = cache / f"base-{key}.bin"
    write_file(path, head + b"".join(packed.values()))
    forget_oldest(cache, "base-*.bin")
    return sections


def forget_oldest(folder: Path, names: str) -> None:
    """Delete all but the few newest files: projects with signatures of their own take turns, old versions go."""
    with contextlib.suppress(OSError):
        found = sorted(folder.glob(names), key=lambda one: one.stat().st_mtime)
        for old in found[:-_KEPT]:
            old.unlink(missing_ok=True)


def write_file(path: Path, data: bytes) -> None:
    """Silent where nothing can be written: the next start compiles again."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)


def _stamp(paths: Sequence[Path]) -> int:
    """A number that changes when one of `paths`, or a file below one, is added, removed, resized or written."""
    stamp = crc32(MARK)
    for path in paths:
        stamp = crc32(os.fsencode(os.path.abspath(path)), stamp)  # noqa: PTH100 - no links followed, no cost
        stamp = _stamp_file(path, stamp) if path.is_file() else _stamp_tree(os.fspath(path), stamp)
    return stamp


def _stamp_file(path: Path, stamp: int) -> int:
    status = path.stat()
    return crc32(f"{status.st_size} {status.st_mtime_ns}".encode(), stamp)


def _stamp_tree(folder: str, stamp: int, depth: int = 0) -> int:
    if depth > _DEEPEST:
        return stamp
    folders, files = [], []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append((entry.name, entry.path))
            elif entry.name.endswith(".yaml"):
                status = entry.stat(follow_symlinks=False)
                files.append((entry.name, status.st_size, status.st_mtime_ns))
    stamp = crc32(marshal.dumps((sorted(files), sorted(folders)), _NO_REFERENCES), stamp)
    for _, path in sorted(folders):
        stamp = _stamp_tree(path, stamp, depth + 1)
    return stamp


def _remembered(path: Path, stamp: int) -> str:
    return str(_stamps(path).get(stamp, ""))


def _remember(path: Path, stamp: int, key: str) -> None:
    known = list(_stamps(path).items())[1 - _KEPT :]
    data = marshal.dumps(dict([*known, (stamp, key)]))
    write_file(path, crc32(data).to_bytes(4, "little") + data)


def _stamps(path: Path) -> dict[int, str]:
    """Keys of compiled bases by the stamps of their files, the newest last."""
    try:
        data = path.read_bytes()
        known: dict[int, str] = {}
        if crc32(data[4:]) == int.from_bytes(data[:4], "little"):
            known.update(marshal.loads(data[4:]))  # noqa: S302 - written by us, checksum held
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return known
