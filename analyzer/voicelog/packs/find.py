"""Where packs are: named in the settings, in the project at hand, installed for the user."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from voicelog.signatures.location import MANIFEST

PROJECT_FOLDER = ".voicelog"
_PROGRAMS = frozenset({".py", ".sh", ".bat", ".cmd", ".ps1"})
_MOST = 100


def find_packs(named: Sequence[str], places: Iterable[Path]) -> list[Path]:
    """Packs in the order in which they take their names: the named ones, those of the projects, the user's."""
    found = [Path(one) for one in named]
    for folder in dict.fromkeys(map(project_folder, dict.fromkeys(places))):
        if folder is not None:
            found += packs_in(folder)
    return list(dict.fromkeys([*found, *packs_in(installed_folder())]))


def project_folder(place: Path) -> Path | None:
    """The `.voicelog` of the project that `place` lies in, up to the top of its repository.

    One that another user put there is none: in /tmp anybody may.
    """
    for folder in (place, *place.parents):
        try:
            if (folder / PROJECT_FOLDER).is_dir():
                return folder / PROJECT_FOLDER if _is_ours(folder / PROJECT_FOLDER) else None
            if (folder / ".git").exists():
                break
        except PermissionError:  # in the folder of another user, as after sudo
            continue
    return None


def places_of_logs(names: Iterable[str]) -> list[Path]:
    """The current folder, and those in which the named logs lie.

    The paths in a log's own text are no places: whoever wrote the log would choose what is opened here.
    """
    folders = dict.fromkeys(Path(name).absolute().parent for name in names if name != "-")
    return [Path.cwd(), *islice(folders, _MOST)]


def places_of_command(argv: Sequence[str], folder: str) -> list[Path]:
    """The folder in which a command runs, and the one of the program that it starts."""
    here = Path(folder)
    files = (here / word for word in argv[:_MOST] if not word.startswith("-"))
    program = [path.parent for path in files if path.suffix in _PROGRAMS and path.is_file()][:1]
    return [here, *program]


def _is_ours(folder: Path) -> bool:
    """Whether the folder belongs to the user or to root; Windows tells no owner so cheaply, and root may read all."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    return user == 0 or folder.stat().st_uid in (0, user)


def packs_in(folder: Path) -> list[Path]:
    """The packs in a folder: itself, folders with a manifest, and zips."""
    try:
        if (folder / MANIFEST).is_file():
            return [folder]
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))[:_MOST]
        return [folder / name for name in names if name.endswith(".zip") or (folder / name / MANIFEST).is_file()]
    except OSError:
        return []


def installed_folder() -> Path:
    """Where `voicelog kb install` puts packs; `VOICELOG_DATA` names another place than the user's data folder."""
    if chosen := os.environ.get("VOICELOG_DATA"):
        return Path(chosen) / "packs"
    from platformdirs import user_data_path

    return user_data_path("voicelog", appauthor=False) / "packs"
