"""Ids and paths, as a person names them, to the entries that are meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from voicelog.catalog.origin import no_such_signature
from voicelog.errors import InputError
from voicelog.signatures.document import load as load_document
from voicelog.signatures.load import Entry, id_of, read_entry, roots, signature_files
from voicelog.signatures.location import MANIFEST


@dataclass(frozen=True, slots=True)
class Targets:
    """What is to be checked."""

    entries: tuple[Entry, ...]
    """Read anew, with the lines of everything."""
    drafts: tuple[Entry, ...]
    """Those of them that lie in no folder of the base."""
    packs: tuple[Path, ...]


def find_targets(named: Sequence[str], folders: Sequence[Path]) -> Targets:
    """What `named` means, everything in `folders` where nothing is named; raises InputError."""
    entries: dict[Path, Entry] = {}
    drafts: dict[Path, Entry] = {}
    packs: dict[Path, None] = {}
    places = [root.resolve() for root in roots(folders)]
    for path in _paths(named, folders):
        if pack := _pack_of(path):
            packs[pack] = None
            continue
        root = next((one for one in places if path.resolve().is_relative_to(one)), None)
        if root is not None:
            entries[path] = read_entry(path, id_of(path.resolve(), root))
        else:
            entries[path] = drafts[path] = read_entry(path, _own_id(path))
    return Targets(tuple(entries.values()), tuple(drafts.values()), tuple(packs))


def _paths(named: Sequence[str], folders: Sequence[Path]) -> Iterator[Path]:
    if not named:
        yield from (path for _, path in signature_files(folders))
    for name in named:
        path = Path(name)
        if path.is_dir():
            yield from _in_folder(path)
        elif path.is_file():
            yield path
        else:
            yield _by_id(name, folders)


def _in_folder(path: Path) -> Iterator[Path]:
    if (path / MANIFEST).is_file():
        yield path
        return
    found = [one for _, one in signature_files([path])]
    if not found:
        raise InputError("no-signatures", "holds no signature", where=str(path), hint="name a .yaml file or an id")
    yield from found


def _by_id(name: str, folders: Sequence[Path]) -> Path:
    known = {id_of(path, root): path for root, path in signature_files(folders)}
    if name in known:
        return known[name]
    if "/" in name or "\\" in name or name.endswith((".yaml", ".zip")):
        raise InputError("no-such-file", "no such file", where=name, hint="check the path and its spelling")
    raise no_such_signature(name, known)


def _pack_of(path: Path) -> Path | None:
    """The pack that a path is, or that a file lies in."""
    if path.suffix == ".zip" or path.is_dir():
        return path
    return next((one for one in path.resolve().parents if (one / MANIFEST).is_file()), None)


def _own_id(path: Path) -> str:
    """The id that a draft gives itself: it may lie anywhere until it is put into the base."""
    try:
        value, _, _ = load_document(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError):
        return ""
    return str(value.get("id", "")) if isinstance(value, dict) else ""
