"""What was found out slowly about patterns and files, remembered in the cache folder."""

from __future__ import annotations

import marshal
from pathlib import Path
from types import TracebackType
from typing import Any
from zlib import crc32

from voicelog.signatures.cache import MARK, write_file
from voicelog.signatures.literals import Pieces, demanded


class Memo:
    """Plain values by key in a file, which is written on leaving and then holds what was asked for or added."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = _read(path)
        self._kept: dict[str, Any] = {}

    def __enter__(self) -> Memo:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._kept != self._known:
            data = marshal.dumps(self._kept)
            write_file(self._path, crc32(MARK + data).to_bytes(4, "little") + data)

    def get(self, key: str) -> Any:
        """The value, or None."""
        if key in self._known:
            self._kept[key] = self._known[key]
        return self._kept.get(key)

    def put(self, key: str, value: Any) -> None:
        self._kept[key] = value

    def demanded(self, pattern: str) -> tuple[Pieces, ...]:
        """The required pieces of a pattern: finding them is most of the cost of compiling the base."""
        sets: tuple[Pieces, ...] | None = self.get(pattern)
        if sets is None:
            sets = demanded(pattern)
            self.put(pattern, sets)
        return sets


def _read(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
        if crc32(MARK + data[4:]) != int.from_bytes(data[:4], "little"):
            return {}
        known: dict[str, Any] = marshal.loads(data[4:])  # noqa: S302 - written by us, checksum held
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return known
