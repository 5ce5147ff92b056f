"""Folders of signature files to signatures, with every problem collected; one bad file does not stop the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from voicelog.signatures.document import Lines
from voicelog.signatures.document import load as load_document
from voicelog.signatures.lint import located, unusable
from voicelog.signatures.location import MANIFEST
from voicelog.signatures.schema import read_signature
from voicelog.signatures.types import Problem, Signature

LARGEST = 512 * 1024
"""Bytes of one signature file."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One signature file: what it says, as plain values and with their lines, and what is wrong with it."""

    file: str
    signature: Signature | None = None
    value: Any = None
    lines: Lines = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class Loaded(NamedTuple):
    """What the folders held."""

    signatures: tuple[Signature, ...]
    values: dict[str, Any]
    """The plain value of each file by id, without its examples: what is kept in the compiled base."""
    problems: tuple[Problem, ...]


def signature_files(folders: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    """(signatures folder, file) for every signature file, in a stable order."""
    for root in roots(folders):
        for path in sorted(root.rglob("*.yaml")):
            if path.name != MANIFEST:
                yield root, path


def roots(folders: Iterable[Path]) -> Iterator[Path]:
    """The folder below which the path of a file is its id, for each folder of knowledge."""
    for folder in folders:
        yield folder / "signatures" if (folder / "signatures").is_dir() else folder


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
    return gather(read_entry(path, id_of(path, root)) for root, path in signature_files(folders))


def id_of(path: Path, root: Path) -> str:
    """The id that a file below `root` must have."""
    return ".".join(path.relative_to(root).with_suffix("").parts)


def gather(entries: Iterable[Entry]) -> Loaded:
    """All entries together; a later one cannot replace the id of an earlier one."""
    signatures: dict[str, Signature] = {}
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for entry in entries:
        problems.extend(entry.problems)
        signature = entry.signature
        if signature is None:
            continue
        if signature.id in signatures:
            line = entry.lines.get(("id",), 1)
            problems.append(Problem(entry.file, line, f"the id {signature.id} is taken", "choose another"))
            continue
        signatures[signature.id] = signature
        values[signature.id] = without_examples(entry.value)
    return Loaded(tuple(signatures.values()), values, tuple(problems))


def without_examples(value: dict[str, Any]) -> dict[str, Any]:
    """What the compiled base keeps of the plain value of a signature file."""
    return {key: item for key, item in value.items() if key not in ("examples", "not_examples")}


def load_file(path: Path, root: Path) -> tuple[Signature | None, dict[str, Any], list[Problem]]:
    """The signature of one file, its plain value, and what is wrong with it."""
    entry = read_entry(path, id_of(path, root))
    return entry.signature, entry.value, list(entry.problems)


def read_entry(path: Path, wanted: str) -> Entry:
    """One signature file, which must have the id `wanted`."""
    name = str(path)
    try:
        if path.stat().st_size > LARGEST:
            return Entry(name, problems=(_too_large(name),))
        data = path.read_bytes()
    except OSError as error:
        return Entry(name, problems=(Problem(name, 1, f"cannot be read: {error}", "check its permissions"),))
    return to_entry(data, name, wanted)


def to_entry(data: bytes, name: str, wanted: str) -> Entry:
    """The content of the signature file `name`, which must have the id `wanted`."""
    if len(data) > LARGEST:
        return Entry(name, problems=(_too_large(name),))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Entry(
            name, problems=(Problem(name, 1, f"is no UTF-8 text (byte {error.start + 1})", "save it as UTF-8"),)
        )
    value, lines, problems = load_document(text, name)
    if value is None:
        return Entry(name, problems=(*problems,) or (Problem(name, 1, "is empty", "see knowledge/README.md"),))
    signature, found = read_signature(value, lines, name)
    problems += found
    if signature is not None:
        if signature.id != wanted:
            line = lines.get(("id",), 1)
            problems.append(Problem(name, line, f"id: '{signature.id}' is not the path", f"write {wanted}"))
        if broken := list(located(unusable(signature), name, lines)):
            return Entry(name, None, value, lines, (*problems, *broken))
    return Entry(name, signature, value, lines, tuple(problems))


def _too_large(name: str) -> Problem:
    return Problem(name, 1, f"is larger than {LARGEST // 1024} KB", "shorten its examples")
