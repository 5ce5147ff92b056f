"""Packs: signatures that travel as a folder or a zip with a `pack.yaml`, read as the untrusted data that they are.

Whatever a pack holds, reading it opens nothing outside of it, takes bounded memory and time, and yields only entries
whose ids lie below the pack's own name; an entry with a fault is reported and left out, the others work.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from voicelog.signatures.document import load as load_document
from voicelog.signatures.lint import lint, located
from voicelog.signatures.literals import required
from voicelog.signatures.load import LARGEST, Entry, Loaded, to_entry, without_examples
from voicelog.signatures.location import MANIFEST
from voicelog.signatures.pack_files import WINDOWS_NAMES, PackError, pack_files
from voicelog.signatures.schema import Reader
from voicelog.signatures.types import Problem, Signature

_MOST_ALTERNATIVES = 64
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_VERSION = re.compile(r"\d[\w.+-]{0,39}")
_NUMBERS = re.compile(r"\d+(?:\.\d+){0,3}")
_KEY = re.compile(r"[A-Za-z0-9+/]{43}=")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `pack.yaml` says."""

    name: str
    version: str
    licence: str
    minimum: str
    """The oldest voicelog that understands the pack."""
    homepage: str = ""
    key: str = ""
    """Ed25519 public key, raw and in base64, with which updates are signed; empty where they are not."""


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack: its manifest, the entries that can be used, and what is wrong with the others."""

    manifest: Manifest
    loaded: Loaded
    entries: tuple[Entry, ...] = ()
    """The files of the entries that can be used."""


def load_packs(paths: Sequence[Path], reserved: Iterable[str]) -> Loaded:
    """The entries of all packs; a pack that cannot be used, or whose name is taken, is one of the problems."""
    taken = set(reserved)
    signatures: list[Signature] = []
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            pack = load_pack(path, taken)
        except PackError as error:
            problems.append(problem_of(error, path))
            continue
        taken.add(pack.manifest.name)
        signatures.extend(pack.loaded.signatures)
        values.update(pack.loaded.values)
        problems.extend(pack.loaded.problems)
    return Loaded(tuple(signatures), values, tuple(problems))


def problem_of(error: PackError, path: Path) -> Problem:
    """Why a pack as a whole cannot be used, as a finding in its file and line."""
    file, _, line = error.where.rpartition(":")
    if file and line.isdigit():
        return Problem(file, int(line), error.message, error.hint)
    return Problem(error.where or str(path), 1, error.message, error.hint)


def load_pack(path: Path, taken: Iterable[str] = ()) -> Pack:
    """One pack; raises PackError where it as a whole cannot be used."""
    return to_pack(pack_files(path), str(path), taken)


def to_pack(files: dict[str, bytes], where: str, taken: Iterable[str] = ()) -> Pack:
    """The pack that the named contents make up; raises PackError."""
    manifest = _manifest(files, where, taken)
    folder = "signatures/" if any(name.startswith("signatures/") for name in files) else ""
    entries: list[Entry] = []
    signatures: list[Signature] = []
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, data in sorted(files.items()):
        if not name.endswith(".yaml") or name == MANIFEST or not name.startswith(folder):
            continue
        identifier = ".".join([manifest.name, *PurePosixPath(name.removeprefix(folder)).with_suffix("").parts])
        entry = to_entry(data, f"{where}/{name}", identifier)
        problems.extend(entry.problems)
        if entry.signature is None or entry.problems:
            continue
        if faults := list(_faults(entry.signature, entry.file, entry.lines)):
            problems.extend(faults)
            continue
        entries.append(entry)
        signatures.append(entry.signature)
        values[identifier] = without_examples(entry.value)
    return Pack(manifest, Loaded(tuple(signatures), values, tuple(problems)), tuple(entries))


def _faults(signature: Signature, file: str, lines: Any) -> Iterator[Problem]:
    """Why an entry of a pack must not be searched with, besides what its file says wrongly."""
    if len(signature.match) > _MOST_ALTERNATIVES:
        yield Problem(file, 1, f"has more than {_MOST_ALTERNATIVES} alternatives", "make two entries of it")
    for alternative in signature.match:
        if alternative.like:
            yield Problem(file, 1, "uses 'like'", "write the patterns out: a pack stands on its own")
        if len(alternative.all) + len(alternative.none) > 20:
            yield Problem(file, 1, "has more than 20 patterns under 'all' and 'none'", "keep the telling ones")
        if alternative.pattern and not required(alternative.pattern):
            yield Problem(file, 1, f"'{alternative.pattern[:80]}' has no plain piece of four characters", "add words")
    for problem in located(lint(signature), file, lines):
        if problem.message.startswith("pattern "):
            yield problem


def digest(paths: Sequence[Path]) -> str:
    """A key that changes with the content of any file of the packs, or where they are."""
    import hashlib

    key = hashlib.blake2b(digest_size=16)
    for path in paths:
        key.update(os.fsencode(path) + b"\0")
        try:
            files = pack_files(path)
        except PackError as error:
            key.update(error.message.encode("utf-8", "replace"))
            continue
        for name, data in sorted(files.items()):
            key.update(f"{name} {len(data)}\0".encode("utf-8", "surrogateescape") + data)
    return key.hexdigest()


def _manifest(files: dict[str, bytes], where: str, taken: Iterable[str]) -> Manifest:
    file = f"{where}/{MANIFEST}"
    if MANIFEST not in files:
        raise PackError("no-manifest", f"has no {MANIFEST}", where=where, hint="see knowledge/README.md, Packs")
    try:
        value, lines, problems = load_document(files[MANIFEST][:LARGEST].decode("utf-8-sig"), file)
    except UnicodeDecodeError:
        raise PackError("bad-manifest", "is not UTF-8", where=file, hint="save it as UTF-8") from None
    reader = Reader(file, value, lines, problems=list(problems))
    manifest = Manifest(
        name=reader.string("name", required=True),
        version=reader.string("version", required=True),
        licence=reader.string("licence", required=True),
        minimum=reader.string("voicelog", required=True),
        homepage=reader.string("homepage"),
        key=reader.string("key"),
    )
    reader.finish()
    _check_manifest(reader, manifest, set(taken))
    if reader.problems:
        first = next((one for one in reader.problems if "unknown key" in one.message), reader.problems[0])
        hint = first.hint or "see knowledge/README.md, Packs"
        raise PackError("bad-manifest", first.message, where=f"{first.file}:{first.line}", hint=hint)
    return manifest


def _check_manifest(reader: Reader, manifest: Manifest, taken: set[str]) -> None:
    from voicelog import __version__

    if not _NAME.fullmatch(manifest.name) or WINDOWS_NAMES.fullmatch(manifest.name):
        reader.problem(f"'{manifest.name[:60]}' is no name in lower case with hyphens", "name", hint="my-project")
    elif manifest.name in taken:
        reader.problem(f"the name '{manifest.name}' is taken", "name", hint="choose the name of your project")
    if not _VERSION.fullmatch(manifest.version):
        reader.problem(f"'{manifest.version[:60]}' is no version", "version", hint="1.0.0")
    if manifest.key and not _KEY.fullmatch(manifest.key):
        reader.problem("is no Ed25519 public key in base64", "key", hint="44 characters, the last one is =")
    if not _NUMBERS.fullmatch(manifest.minimum):
        reader.problem(f"'{manifest.minimum[:60]}' is no version", "voicelog", hint=__version__)
    elif _numbers(manifest.minimum) > _numbers(__version__):
        reader.problem(f"needs voicelog {manifest.minimum}, this is {__version__}", hint="update voicelog")


def _numbers(version: str) -> tuple[int, ...]:
    found = [int(part) for part in re.findall(r"\d+", version)[:3]]
    return (*found, 0, 0, 0)[:3]
