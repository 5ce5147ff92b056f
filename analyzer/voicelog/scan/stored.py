"""Automata that were compiled before, beside the compiled base: they take a second to make and a moment to load."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zlib import crc32

from voicelog.signatures.cache import cache_folder, forget_oldest, write_file

_MARK = b"voicelog-scan/1\n"
_CHECKSUM = 4


def stored(hyperscan: Any, name: str, compile_database: Callable[[], Any]) -> Any:
    """The automaton `name`: from its file where that is whole and made for this processor, else compiled and kept."""
    path = cache_folder() / f"scan-{name}-{hyperscan.__version__}.bin"
    mark = len(_MARK)
    try:
        data = path.read_bytes()
        body = data[mark + _CHECKSUM :]
        if data.startswith(_MARK) and crc32(body) == int.from_bytes(data[mark : mark + _CHECKSUM], "little"):
            database = hyperscan.loadb(body, mode=hyperscan.HS_MODE_BLOCK)
            database.scratch = hyperscan.Scratch(database)
            return database
    except (OSError, hyperscan.HyperscanError):
        pass
    database = compile_database()
    body = hyperscan.dumpb(database)
    write_file(path, _MARK + crc32(body).to_bytes(_CHECKSUM, "little") + body)
    forget_oldest(path.parent, "scan-*.bin")
    return database
