"""The compiled base on disk: keyed by the content of the signature files and the version, rebuilt when in doubt."""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from voicelog.signatures.compiled import KnowledgeBase, Rule, compile_base
from voicelog.signatures.load import digest
from voicelog.signatures.types import Problem

_FORMAT = f"voicelog-base/1 {sys.version_info[0]}.{sys.version_info[1]}".encode()
_CHECKSUM = 32


def open_base(folders: Sequence[Path]) -> KnowledgeBase:
    """The compiled base of `folders`, from the cache where it is there and whole."""
    key = digest(folders)
    path = cache_folder() / f"base-{key}.bin"
    found = _read(path, key)
    if found is not None:
        return found
    base = compile_base(folders, key)
    _write(path, base)
    return base


def cache_folder() -> Path:
    """Where compiled bases are kept; `VOICELOG_CACHE` names another place."""
    if chosen := os.environ.get("VOICELOG_CACHE"):
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("voicelog", appauthor=False)


def _read(path: Path, key: str) -> KnowledgeBase | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    head, rest = data[: len(_FORMAT)], data[len(_FORMAT) :]
    checksum, body = rest[:_CHECKSUM], rest[_CHECKSUM:]
    if head != _FORMAT or hashlib.sha256(body).digest() != checksum:
        return None
    try:
        ids, rules, pieces, phrases, postings, values, problems = marshal.loads(body)  # noqa: S302 - checksum held
    except (EOFError, ValueError, TypeError):
        return None
    return KnowledgeBase(
        key=key,
        ids=ids,
        rules=tuple(Rule(*rule) for rule in rules),
        pieces=pieces,
        phrases=phrases,
        postings=postings,
        values=values,
        problems=tuple(Problem(*problem) for problem in problems),
    )


def _write(path: Path, base: KnowledgeBase) -> None:
    """Atomic, and silent where nothing can be written: the next start compiles again."""
    plain: Any = (
        base.ids,
        tuple(tuple(rule) for rule in base.rules),
        dict(base.pieces),
        base.phrases,
        base.postings,
        dict(base.values),
        tuple(tuple(problem) for problem in base.problems),
    )
    body = marshal.dumps(plain)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".base-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(_FORMAT + hashlib.sha256(body).digest() + body)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
        for old in path.parent.glob("base-*.bin"):
            if old != path:
                old.unlink(missing_ok=True)
