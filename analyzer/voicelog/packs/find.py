"""Where packs are: named in the settings, in the project at hand, installed for the user."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from voicelog.signatures.location import MANIFEST

PROJECT_FOLDER = ".voicelog"
_MOST = 100


def find_packs(named: Sequence[str], places: Iterable[Path]) -> list[Path]:
    """Packs in the order in which they take their names: the named ones, those of the projects, the user's."""
    found = [Path(one) for one in named]
    for place in places:
        if folder := project_folder(place):
            found += packs_in(folder)
    return list(dict.fromkeys([*found, *packs_in(installed_folder())]))


def project_folder(place: Path) -> Path | None:
    """The `.voicelog` of the project that `place` lies in, up to the top of its repository."""
    for folder in (place, *place.parents):
        if (folder / PROJECT_FOLDER).is_dir():
            return folder / PROJECT_FOLDER
        if (folder / ".git").exists():
            break
    return None


def packs_in(folder: Path) -> list[Path]:
    """The packs in a folder: itself, folders with a manifest, and zips."""
    if (folder / MANIFEST).is_file():
        return [folder]
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))[:_MOST]
    except OSError:
        return []
    return [folder / name for name in names if name.endswith(".zip") or (folder / name / MANIFEST).is_file()]


def installed_folder() -> Path:
    """Where `voicelog kb install` puts packs; `VOICELOG_DATA` names another place than the user's data folder."""
    if chosen := os.environ.get("VOICELOG_DATA"):
        return Path(chosen) / "packs"
    from platformdirs import user_data_path

    return user_data_path("voicelog", appauthor=False) / "packs"
