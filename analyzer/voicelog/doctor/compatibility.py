"""Packages that are known not to work together: the table in `knowledge/compatibility.yaml`, read and asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from voicelog.signatures.location import bundled

_ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Pair:
    """Distributions whose versions break together."""

    id: str
    packages: Mapping[str, str]
    """Normalised name to a version specifier, '' for any version, `absent` for not installed."""
    cause: str
    severity: str
    command: str
    python: str
    sources: tuple[str, ...]
    breaks: tuple[Mapping[str, str], ...] = ()
    works: tuple[Mapping[str, str], ...] = ()

    def holds(self, versions: Mapping[str, str], python: str) -> bool:
        """Whether these installed versions are such a set."""
        if self.python and not within(python, self.python):
            return False
        return all(_matches(versions.get(name, ""), wanted) for name, wanted in self.packages.items())


@dataclass(frozen=True, slots=True)
class Compatibility:
    """The whole table."""

    pairs: tuple[Pair, ...]
    torch: Mapping[str, Mapping[str, Any]]
    """First two numbers of torch's version to what was built for it."""
    stable_from: Mapping[str, Mapping[str, str]]
    blame: Mapping[str, str]
    same_module: tuple[tuple[str, tuple[str, ...]], ...]
    sources: tuple[str, ...] = field(default=())

    def broken_pairs(self, versions: Mapping[str, str], python: str) -> Iterator[Pair]:
        """Pairs that hold for these versions."""
        return (pair for pair in self.pairs if pair.holds(versions, python))

    def companions(self, torch: str, name: str) -> tuple[str, ...]:
        """Versions of `name` built for this torch, by their first two numbers; empty where nothing is known."""
        found: tuple[str, ...] = tuple(self.torch.get(minor(torch), {}).get(name, ()))
        return found

    def fits_any_later(self, name: str, version: str, torch: str) -> bool:
        """Whether this companion is built to fit this torch and all that follow."""
        stable = self.stable_from.get(name)
        return (
            stable is not None and within(version, f">={stable['version']}") and within(torch, f">={stable['torch']}")
        )

    def pythons(self, torch: str) -> str:
        """The versions of Python that this torch was made for, or nothing."""
        return str(self.torch.get(minor(torch), {}).get("python", ""))


def minor(version: str) -> str:
    """The first two numbers of a version."""
    return ".".join(version.split("+")[0].split(".")[:2])


def within(version: str, specifier: str) -> bool:
    """Whether a version satisfies a specifier; pre-releases and local parts count as their release does."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version

    try:
        return SpecifierSet(specifier).contains(Version(version.split("+")[0]), prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return False


def _matches(version: str, wanted: str) -> bool:
    if wanted == _ABSENT:
        return not version
    return bool(version) and (not wanted or within(version, wanted))


@lru_cache(maxsize=1)
def load_compatibility() -> Compatibility:
    """The bundled table."""
    return read_compatibility(bundled() / "compatibility.yaml")


def read_compatibility(path: Path) -> Compatibility:
    """The table of one file."""
    import yaml

    value = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    companions = value["companions"]
    return Compatibility(
        pairs=tuple(_pair(one) for one in value["pairs"]),
        torch=companions["torch"],
        stable_from=companions["stable_from"],
        blame=value["blame"],
        same_module=tuple((one["module"], tuple(one["distributions"])) for one in value["same_module"]),
        sources=tuple(companions["sources"]),
    )


def _pair(value: Mapping[str, Any]) -> Pair:
    return Pair(
        id=value["id"],
        packages=value["packages"],
        cause=value["cause"],
        severity=value["severity"],
        command=value["command"],
        python=value.get("python", ""),
        sources=tuple(value["sources"]),
        breaks=tuple(_versions(one) for one in value["breaks"]),
        works=tuple(_versions(one) for one in value["works"]),
    )


def _versions(value: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(version) for name, version in value.items()}
