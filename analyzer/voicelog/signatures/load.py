"""Folders of signature files to signatures, with every problem collected; one bad file does not stop the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from voicelog.signatures.document import load as load_document
from voicelog.signatures.schema import read_signature
from voicelog.signatures.types import Problem, Signature

_LARGEST = 512 * 1024
"""Bytes of one signature file."""


class Loaded(NamedTuple):
    """What the folders held."""

    signatures: tuple[Signature, ...]
    values: dict[str, Any]
    """The plain value of each file by id, without its examples: what is kept in the compiled base."""
    problems: tuple[Problem, ...]


def signature_files(folders: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    """(signatures folder, file) for every signature file, in a stable order."""
    for folder in folders:
        root = folder / "signatures" if (folder / "signatures").is_dir() else folder
        for path in sorted(root.rglob("*.yaml")):
            if path.name != "pack.yaml":
                yield root, path


def digest(folders: Sequence[Path]) -> str:
    """A key that changes with the content of any signature file."""
    import hashlib

    key = hashlib.blake2b(digest_size=16)
    for root, path in signature_files(folders):
        key.update(str(path.relative_to(root)).encode())
        key.update(path.read_bytes())
    return key.hexdigest()


def load(folders: Sequence[Path]) -> Loaded:
    """All signatures of the folders; a later folder cannot replace an id of an earlier one."""
    signatures: dict[str, Signature] = {}
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for root, path in signature_files(folders):
        name = str(path)
        signature, value, found = load_file(path, root)
        problems.extend(found)
        if signature is None:
            continue
        if signature.id in signatures:
            problems.append(Problem(name, 1, f"the id {signature.id} is taken", "choose another"))
            continue
        signatures[signature.id] = signature
        values[signature.id] = {key: item for key, item in value.items() if key not in ("examples", "not_examples")}
    return Loaded(tuple(signatures.values()), values, tuple(problems))


def load_file(path: Path, root: Path) -> tuple[Signature | None, dict[str, Any], list[Problem]]:
    """The signature of one file, its plain value, and what is wrong with it."""
    name = str(path)
    try:
        if path.stat().st_size > _LARGEST:
            return None, {}, [Problem(name, 1, f"is larger than {_LARGEST // 1024} KB", "shorten its examples")]
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return None, {}, [Problem(name, 1, f"cannot be read: {error}", "save it as UTF-8")]
    value, lines, problems = load_document(text, name)
    if value is None:
        return None, {}, problems or [Problem(name, 1, "is empty", "see knowledge/README.md")]
    signature, found = read_signature(value, lines, name)
    problems += found
    wanted = ".".join(path.relative_to(root).with_suffix("").parts)
    if signature is not None and signature.id != wanted:
        line = lines.get(("id",), 1)
        problems.append(Problem(name, line, f"id: '{signature.id}' is not the path", f"write {wanted}"))
    return signature, value, problems
