"""Signatures straight from their files, for who needs the texts of a few and matches none: nothing is compiled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from voicelog.signatures.base import Index, KnowledgeBase
from voicelog.signatures.load import load_file, signature_files


def open_directly(folders: Sequence[Path]) -> KnowledgeBase:
    """A base whose signatures are read when they are asked for, and that finds nothing in a log."""
    files: dict[str, tuple[Path, Path]] = {}
    for root, path in signature_files(folders):
        files.setdefault(".".join(path.relative_to(root).with_suffix("").parts), (path, root))

    def section(name: str) -> Any:
        if name == "index":
            return tuple(Index(tuple(files), {}, frozenset()))
        path, root = files[name.removeprefix("signature ")]
        _, value, _ = load_file(path, root)
        return {key: item for key, item in value.items() if key not in ("examples", "not_examples")}

    return KnowledgeBase("direct", section)
