"""Which interpreter a model runs in: named by the user, a log, a recorded run, the project, or what is active."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from voicelog.errors import ConfigurationError, InputError
from voicelog.model import Log, Target

_BUNDLES = (
    "runtime/python.exe",
    "python_embeded/python.exe",
    "py310/python.exe",
    "env/python.exe",
    "python/python.exe",
)
"""Interpreters of portable bundles below their folder."""
_ENVIRONMENTS = (".venv", "venv", "env", ".conda")
_SITE = re.compile(
    r"^(?P<root>.+?)[\\/]lib(?:64)?[\\/](?:python(?P<version>3\.\d+)[\\/])?(?:site|dist)-packages[\\/]", re.I
)
_PROGRAM = re.compile(r"python(?:w|3(?:\.\d+)?)?(?:\.exe)?", re.I)
_MARKS = ("pyvenv.cfg", "conda-meta", "Lib", "lib", "python3.dll")
"""What stands beside a real interpreter, or one folder up from its `bin` or `Scripts`."""


def find_target(
    option: str = "",
    *,
    log: Log | None = None,
    recorded: Iterable[tuple[str, str]] = (),
    project: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Target:
    """The first interpreter that is there; raises InputError where `option` names none.

    `recorded` holds (run, interpreter) of the user's own runs, the likeliest first.
    """
    if option:
        return _named(option)
    return next(_candidates(log, recorded, project, os.environ if environment is None else environment))


def _candidates(
    log: Log | None, recorded: Iterable[tuple[str, str]], project: Path | None, environment: Mapping[str, str]
) -> Iterator[Target]:
    """In the order of how surely they are the one: what ran, then what a folder holds, then what is active."""
    if log is not None:
        yield from (Target(str(path), "log", reason) for path, reason in _of_log(log))
    yield from (Target(path, "run", run) for run, path in recorded if Path(path).is_file())
    if project is not None:
        yield from (Target(str(path), "project", str(project.absolute())) for path in _of_project(project))
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if (root := environment.get(name)) and (path := _in_environment(Path(root))):
            yield Target(str(path), "environment", name)
    if project is None:
        yield from (Target(str(path), "project", str(Path.cwd())) for path in _of_project(Path.cwd()))
    for name in ("python3", "python"):
        found = shutil.which(name, path=environment.get("PATH"))
        if found and not _is_store_stub(Path(found)):
            yield Target(found, "path", name)
    yield Target(sys.executable, "own", "voicelog")


def _named(option: str) -> Target:
    """An interpreter by its path or name, or the environment whose folder is given."""
    path = Path(option).expanduser()
    if path.is_dir():
        inside = _in_environment(path) or next(_of_project(path), None)
        if inside is None:
            raise InputError("no-python", "is a folder without an interpreter", where=option, hint="name the program")
        return Target(str(inside), "option", "--python")
    if path.is_file():
        return Target(str(path.absolute()), "option", "--python")
    if found := shutil.which(option):
        return Target(found, "option", "--python")
    raise InputError("no-python", "there is no such interpreter", where=option, hint="check the spelling of --python")


def project_folder(name: str | None) -> Path | None:
    """The folder of a project that a user names; raises ConfigurationError where it is none."""
    if not name:
        return None
    if not (path := Path(name).expanduser()).is_dir():
        raise ConfigurationError("no-project", "is no folder", where=name, hint="correct --project")
    return path


def named_by(log: Log) -> str:
    """The path in a log that tells which interpreter wrote it, whether it is here or not."""
    return next((text for text in _paths_in(log) if next(_interpreters_for(text), None)), "")


def _of_log(log: Log) -> Iterator[tuple[Path, str]]:
    """Interpreters whose libraries, or which themselves, stand in the log, where they exist here and look real."""
    tried: set[Path] = set()
    for text in _paths_in(log):
        for path in _interpreters_for(text):
            if path not in tried and _is_trusted(path):
                yield path, text
            tried.add(path)


def _paths_in(log: Log) -> Iterator[str]:
    """Files of the last traceback's innermost frames first, then the interpreter that the log names."""
    for event in reversed(log.events):
        for raised in reversed(event.chain):
            yield from (frame.path for frame in reversed(raised.frames))
    if fact := log.facts.get("interpreter"):
        yield fact.value


def _interpreters_for(text: str) -> Iterator[Path]:
    if found := _SITE.match(text):
        root = Path(found["root"])
        version = found["version"]
        if version:
            yield root / "bin" / f"python{version}"
            yield root / "bin" / "python"
        else:
            yield from (root / "Scripts" / "python.exe", root / "python.exe")
    elif _PROGRAM.fullmatch(re.split(r"[\\/]", text)[-1]):
        path = Path(text)
        # The windowed interpreter has no output to answer on.
        yield path.with_name("python.exe") if path.name.lower() == "pythonw.exe" else path


def _is_trusted(path: Path) -> bool:
    """Whether a path out of a log may be run: absolute, local, a real interpreter that strangers cannot replace."""
    if not path.is_absolute() or str(path).startswith(("\\\\", "//")):
        return False
    try:
        if not path.is_file() or not _PROGRAM.fullmatch(path.name):
            return False
        root = path.parent.parent if path.parent.name in ("bin", "Scripts") else path.parent
        if not any((root / mark).exists() for mark in _MARKS):
            return False
        return sys.platform == "win32" or all(_is_ours(place.stat()) for place in (path, path.parent, root))
    except OSError:
        return False


def _is_ours(status: os.stat_result) -> bool:
    """Whether only the user and the system can change a file."""
    return sys.platform != "win32" and not status.st_mode & 0o002 and status.st_uid in (0, os.getuid())


def _of_project(project: Path) -> Iterator[Path]:
    for name in _BUNDLES:
        if (path := project / name).is_file():
            yield path.absolute()
    for name in _ENVIRONMENTS:
        if inside := _in_environment(project / name):
            yield inside


def _in_environment(root: Path) -> Path | None:
    """The interpreter of a virtual or conda environment, of any system."""
    for name in ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe"):
        if (path := root / name).is_file():
            return path.absolute()
    return None


def _is_store_stub(path: Path) -> bool:
    """Windows puts an empty `python.exe` on PATH that only opens its store."""
    if "windowsapps" not in str(path).lower():
        return False
    try:
        return path.stat().st_size == 0
    except OSError:
        return True
