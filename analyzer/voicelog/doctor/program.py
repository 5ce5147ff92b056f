"""Programs that voice projects call: where they are and whether they start."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from voicelog.machine.child import Ended, run

LIMIT = 5.0
"""Seconds that a program may take to say its version."""
_VERSION = re.compile(r"(?<![\w.])[nv]?(\d+(?:\.\d+)+|\d{4}-\d\d-\d\d|N-\d+)")


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is, or is not, on this machine."""

    name: str
    path: str = ""
    version: str = ""
    first_line: str = ""
    ended: Ended | None = None

    @property
    def starts(self) -> bool:
        return self.ended is not None and self.ended.fine


def find_program(names: Sequence[str], arguments: Sequence[str], folders: Iterable[Path] = ()) -> Program:
    """The first of `names` in `folders` or on PATH, asked for its version with `arguments`."""
    places = os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")])
    for name in names:
        if path := shutil.which(name, path=places):
            ended = run([path, *arguments], LIMIT)
            lines = [line.strip() for line in (ended.output + "\n" + ended.errors).splitlines() if line.strip()]
            found = _VERSION.search(lines[0]) if lines else None
            return Program(name, path, found[1] if found else "", lines[0][:200] if lines else "", ended)
    return Program(names[0])


def usual_folders(target: str, project: Path | None) -> list[Path]:
    """Where bundles and environments keep programs that are not on PATH."""
    beside = Path(target).parent
    folders = [beside, beside / "Library" / "bin", beside.parent / "Library" / "bin"]
    if project is not None:
        folders += [project, project / "ffmpeg" / "bin", project / "runtime"]
    if sys.platform == "win32":
        programs = [os.environ.get(name, "") for name in ("PROGRAMFILES", "PROGRAMFILES(X86)")]
        folders += [Path(place) / name for place in programs if place for name in ("eSpeak NG", "sox-14-4-2")]
    return folders
