"""The target's environment in typed form, out of what the probe told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voicelog.doctor.answers import Answer


@dataclass(frozen=True, slots=True)
class Distribution:
    """One installed distribution."""

    name: str
    version: str
    folder: str
    requires: tuple[str, ...] = ()
    requires_python: str = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """The interpreter and what is installed for it."""

    python: Mapping[str, Any] = field(default_factory=dict)
    encoding: Mapping[str, Any] = field(default_factory=dict)
    installed: Mapping[str, Distribution] = field(default_factory=dict)
    """By normalised name: the one that an import finds."""
    hidden: tuple[tuple[Distribution, Distribution], ...] = ()
    """(found, hidden behind it) of the same name."""
    leftovers: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        return str(self.python.get("version", ""))

    @property
    def minor(self) -> str:
        """Like 3.10."""
        return ".".join(self.version.split(".")[:2])

    @property
    def system(self) -> str:
        return {"Windows": "windows", "Darwin": "macos", "Linux": "linux"}.get(str(self.python.get("system", "")), "")

    @property
    def variables(self) -> dict[str, str]:
        told = self.python.get("variables")
        return {str(name): str(value) for name, value in told.items()} if isinstance(told, dict) else {}

    @property
    def prefix(self) -> str:
        return str(self.python.get("prefix", ""))

    @property
    def kind(self) -> str:
        """venv, conda, portable or system."""
        if self.python.get("conda"):
            return "conda"
        if self.prefix != self.python.get("base_prefix"):
            return "venv"
        folder = self.prefix.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1].lower()
        portable = self.system == "windows" and folder in ("runtime", "python_embeded", "py310", "env")
        return "portable" if portable else "system"

    def version_of(self, name: str) -> str:
        """The installed version of a distribution, or nothing."""
        found = self.installed.get(name)
        return found.version if found else ""


def read_environment(answer: Answer) -> Environment:
    """Every distribution under its normalised name; the first on the path is the one that counts."""
    from packaging.utils import canonicalize_name

    installed: dict[str, Distribution] = {}
    hidden: list[tuple[Distribution, Distribution]] = []
    packages = answer.values("packages")
    for raw in _listed(packages.get("found")):
        if not isinstance(raw, dict) or not raw.get("name") or not raw.get("version"):
            continue
        one = Distribution(
            name=str(raw["name"]),
            version=str(raw["version"]),
            folder=str(raw.get("folder", "")),
            requires=tuple(map(str, _listed(raw.get("requires")))),
            requires_python=str(raw.get("requires_python", "")),
        )
        key = canonicalize_name(one.name)
        if key not in installed:
            installed[key] = one
        elif (one.folder, one.version) != (installed[key].folder, installed[key].version):
            hidden.append((installed[key], one))
    return Environment(
        python=answer.values("python"),
        encoding=answer.values("encoding"),
        installed=installed,
        hidden=tuple(hidden),
        leftovers=tuple(map(str, _listed(packages.get("leftovers")))),
    )


def _listed(value: object) -> list[Any]:
    """A list as it is; what stands in the place of one counts as empty."""
    return value if isinstance(value, list) else []
