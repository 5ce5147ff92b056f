"""Installed packs: one folder each, put in place whole, with the one before it kept for going back."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from voicelog.files import write_whole
from voicelog.packs.find import installed_folder
from voicelog.signatures.pack_files import PackError

RECORD = ".source.json"
_PREVIOUS = ".previous"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an installed pack came from."""

    url: str
    """An address, or the path of a folder or a zip."""
    sha256: str
    """Of the zip, or of the folder's contents."""
    etag: str = ""
    key: str = ""
    """Public key that updates must be signed with; pinned when the pack was first installed."""


def installed() -> list[str]:
    """Names of installed packs."""
    folder = installed_folder()
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def source_of(name: str) -> Source | None:
    """Where an installed pack came from; None where that is not known."""
    try:
        value = json.loads((installed_folder() / name / RECORD).read_text(encoding="utf-8"))
        return Source(**{key: str(value.get(key, "")) for key in ("url", "sha256", "etag", "key")})
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def place(name: str, files: dict[str, bytes], source: Source) -> Path:
    """Put a pack in place of the one of the same name: all of it, or nothing changes. Raises PackError."""
    folder = installed_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(dir=folder, prefix=".new-"))
        try:
            for file, data in files.items():
                path = staged / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            (staged / RECORD).write_text(json.dumps(asdict(source), indent=2) + "\n", encoding="utf-8")
            _exchange(staged, folder / name, folder / _PREVIOUS / name)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    except OSError as error:
        message = f"cannot be put in place: {error.strerror or error}"
        raise PackError("unwritable", message, where=str(folder / name), hint="check the folder's rights") from None
    return folder / name


def remember(name: str, source: Source) -> None:
    """Note anew where a pack came from."""
    path = installed_folder() / name / RECORD
    with contextlib.suppress(OSError):
        write_whole(path, (json.dumps(asdict(source), indent=2) + "\n").encode())


def go_back(name: str) -> Path:
    """Exchange a pack for the one that was there before its last update; raises PackError."""
    folder = installed_folder()
    previous = folder / _PREVIOUS / name
    if not previous.is_dir():
        raise PackError("no-previous", "has no version to go back to", where=name, hint="it was never updated")
    try:
        waiting = Path(tempfile.mkdtemp(dir=folder, prefix=".new-"))
        waiting.rmdir()
        previous.rename(waiting)
        _exchange(waiting, folder / name, previous)
    except OSError as error:
        raise PackError("unwritable", f"cannot be exchanged: {error.strerror or error}", where=name) from None
    return folder / name


def remove(name: str) -> None:
    """Delete an installed pack; raises PackError where there is none."""
    path = installed_folder() / name
    if name not in installed():
        raise PackError("no-pack", "no such pack is installed", where=name, hint="voicelog kb install lists them")
    shutil.rmtree(path, ignore_errors=True)
    shutil.rmtree(installed_folder() / _PREVIOUS / name, ignore_errors=True)


def _exchange(new: Path, place: Path, previous: Path) -> None:
    """`new` becomes `place`, what was there becomes `previous`; on failure all is as it was."""
    previous.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(previous, ignore_errors=True)
    had = place.is_dir()
    if had:
        place.rename(previous)
    try:
        os.rename(new, place)  # noqa: PTH104 - never over an existing folder, on any system
    except OSError:
        if had:
            previous.rename(place)
        raise
