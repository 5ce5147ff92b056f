"""What a project asks for: its requirement files, pyproject.toml and environment.yml, line by line."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicelog.ingest.decode import decode

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_LARGEST = 1 << 20
_DEEPEST = 5
_SIDE_FILES = re.compile(r"dev|test|doc|lint|build|ci|train|onnx|dml|amd|rocm|ipex|mac|cpu", re.IGNORECASE)
"""Requirement files beside the main one that most people do not install."""
_CONDA = re.compile(r"(?P<name>[\w.-]+) ?(?P<version>(?:[=<>!~]=?[\w.*]+(?:,[=<>!~]=?[\w.*]+)*)?)(?:=[\w.*]+)?")
"""name=1.2=build, name>=1.2: what conda takes from a channel."""
_CARET = re.compile(r"\^(\d+)(\.\d+)*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One requirement and the line that states it."""

    requirement: Requirement
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Project:
    """What a project asks for; `python` is a version specifier or nothing."""

    file: str = ""
    """The file that the packages come from."""
    wanted: tuple[Wanted, ...] = ()
    python: str = ""
    python_file: str = ""
    unreadable: tuple[str, ...] = ()
    """Files that could not be read, and why."""


def read_project(folder: Path) -> Project:
    """The requirements of a project; what cannot be read is named, not raised."""
    problems: list[str] = []
    python, python_file = "", ""
    declared: tuple[Wanted, ...] = ()
    try:
        python, python_file, declared = _pyproject(folder / "pyproject.toml")
    except (OSError, ValueError) as error:
        problems.append(f"pyproject.toml: {error}")
    conda_python, conda = _conda(folder, problems)
    lists = [found for path in _requirement_files(folder) if (found := tuple(_lines(path, folder, problems)))]
    chosen = next(iter(lists), ()) or conda or declared
    return Project(
        file=chosen[0].file if chosen else "",
        wanted=chosen,
        python=python or conda_python,
        python_file=python_file or ("environment.yml" if conda_python else ""),
        unreadable=tuple(problems),
    )


def applies(requirement: Requirement, markers: Mapping[str, str]) -> bool:
    """Whether a requirement counts in an environment with these markers, without extras."""
    if requirement.marker is None:
        return True
    from packaging.markers import UndefinedComparison, UndefinedEnvironmentName

    try:
        return requirement.marker.evaluate({**markers, "extra": ""})
    except (UndefinedComparison, UndefinedEnvironmentName):
        return False


def parse_requirement(text: str) -> Requirement | None:
    """A requirement, or nothing where the text is none."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def _requirement_files(folder: Path) -> list[Path]:
    """The main file first, then others that people install instead of it."""
    found = sorted(folder.glob("requirements*.txt"))
    main = [path for path in found if path.name == "requirements.txt"]
    others = [path for path in found if path not in main and not _SIDE_FILES.search(path.stem[len("requirements") :])]
    return main + others


def _lines(path: Path, folder: Path, problems: list[str], depth: int = 0) -> Iterator[Wanted]:
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError("is larger than 1 MB")
        text, _ = decode(path.read_bytes())
    except (OSError, ValueError) as error:
        problems.append(f"{path.name}: {getattr(error, 'strerror', None) or error}")
        return
    pending, start = "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        start = start if pending else number
        pending += re.sub(r"(?:^|\s)#.*", "", raw).strip()
        if pending.endswith("\\"):
            pending = pending[:-1]
            continue
        line, pending = pending, ""
        if included := re.match(r"(?:-r|--requirement)[ =]*(\S+)", line):
            if depth < _DEEPEST:
                yield from _lines(path.parent / included[1], folder, problems, depth + 1)
        elif line and not line.startswith("-"):
            requirement = parse_requirement(re.split(r"\s--", line)[0])
            if requirement is not None:
                yield Wanted(requirement, path.name, start)


def _pyproject(path: Path) -> tuple[str, str, tuple[Wanted, ...]]:
    if not path.is_file():
        return "", "", ()
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    value: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    project = value.get("project")
    project = project if isinstance(project, dict) else {}
    poetry = value.get("tool", {}).get("poetry", {}).get("dependencies", {})
    python = project.get("requires-python") or (poetry.get("python") if isinstance(poetry, dict) else "")
    texts = project.get("dependencies")
    found = [parse_requirement(text) for text in texts if isinstance(text, str)] if isinstance(texts, list) else []
    wanted = tuple(Wanted(one, path.name, 0) for one in found if one is not None)
    return _without_caret(python) if isinstance(python, str) else "", path.name, wanted


def _without_caret(text: str) -> str:
    """Poetry's ^3.10 as >=3.10,<4."""
    found = _CARET.fullmatch(text.strip())
    return f">={text.strip()[1:]},<{int(found[1]) + 1}" if found else text


def _conda(folder: Path, problems: list[str]) -> tuple[str, tuple[Wanted, ...]]:
    """Python's version and the packages of environment.yml, conda's own and those that pip installs."""
    import yaml

    path = next((one for name in ("environment.yml", "environment.yaml") if (one := folder / name).is_file()), None)
    if path is None:
        return "", ()
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        problems.append(f"{path.name}: {str(error).splitlines()[0]}")
        return "", ()
    listed = value.get("dependencies") if isinstance(value, dict) else None
    python, texts = "", []
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict):
            texts += [text for text in one.get("pip") or () if isinstance(text, str)]
        elif isinstance(one, str) and (found := _CONDA.fullmatch(one.split("::")[-1].strip())):
            version = _of_conda(found["version"])
            if found["name"] == "python":
                python = version
            else:
                texts.append(found["name"] + version)
    wanted = [parse_requirement(text) for text in texts]
    return python, tuple(Wanted(one, path.name, 0) for one in wanted if one is not None)


def _of_conda(text: str) -> str:
    """Conda's =1.2 as ==1.2.*; what begins with another sign stays."""
    if text.startswith("=") and not text.startswith("=="):
        return f"=={text[1:].rstrip('.*')}.*"
    return text
