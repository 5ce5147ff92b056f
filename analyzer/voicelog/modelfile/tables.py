"""The tables of known models, from `knowledge/models`: kinds, projects, checksums, names that pickles may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from voicelog.errors import ConfigurationError
from voicelog.modelfile.types import Import

Use = Literal["inference", "part", "base", "training", "discriminator", "optimizer"]
Words = Mapping[str, str]
"""Language to text."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a file of a kind holds: all that is named, none of what must be absent."""

    formats: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    tensors: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    """Tensors or entries that would make it another kind."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two measures that must be equal, or the first no larger than the second."""

    of: str
    left: str
    right: str
    relation: Literal["equal", "at-most"] = "equal"
    cause: str = "model.config-mismatch"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of model file."""

    id: str
    title: Words
    use: Use
    match: tuple[Shape, ...]
    sources: tuple[str, ...]
    traits: Mapping[str, tuple[tuple[str, Mapping[str, str]], ...]] = field(default_factory=dict)
    """Name of a trait to (measure, value to shown value); the first that gives something counts."""
    configs: tuple[str, ...] = ()
    agree: tuple[Agreement, ...] = ()
    lighter: Words = field(default_factory=dict)
    goes_with: str = ""
    """The kind whose version it must have, where both lie in one folder."""


@dataclass(frozen=True, slots=True)
class Need:
    """One part of a project: any of these files."""

    id: str
    title: Words
    any: tuple[str, ...]
    required: bool = True
    cause: str = "model.pretrained-missing"
    get: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A folder that a known project makes, and what it needs to run."""

    id: str
    title: str
    signs: tuple[tuple[str, ...], ...]
    """Alternatives: files or folders of which all are there."""
    parts: tuple[Need, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A published file and its digests; `head_md5` is that of its first 8,192 bytes."""

    name: str
    source: str
    file: str = ""
    kind: str = ""
    size: int = 0
    sha256: str = ""
    md5: str = ""
    head_md5: str = ""


@dataclass(frozen=True, slots=True)
class Tables:
    """All of it."""

    kinds: tuple[Kind, ...]
    projects: tuple[Project, ...]
    known: tuple[Known, ...]
    plain: frozenset[Import]
    """Names that torch itself restores without running code."""
    project: frozenset[Import]
    """Classes that checkpoints of known projects hold, and that torch 2.6 and newer refuse unasked."""

    def kind(self, identifier: str) -> Kind | None:
        return next((kind for kind in self.kinds if kind.id == identifier), None)


def load_tables(folder: Path) -> Tables:
    """The tables of `folder`; raises ConfigurationError with file and entry where one cannot be used."""
    names = _load(folder / "globals.yaml")
    return Tables(
        tuple(_kind(_Entry(folder / "kinds.yaml", value)) for value in _load(folder / "kinds.yaml")["kinds"]),
        tuple(
            _project(_Entry(folder / "projects.yaml", value)) for value in _load(folder / "projects.yaml")["projects"]
        ),
        tuple(_known(_Entry(folder / "known.yaml", value)) for value in _load(folder / "known.yaml")["known"]),
        _imports(names["plain"]),
        _imports(names["project"]),
    )


def _load(path: Path) -> Any:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    except (OSError, yaml.YAMLError) as error:
        raise ConfigurationError(
            "bad-table", f"cannot be read: {error}", where=str(path), hint="install again"
        ) from None


class _Entry:
    """One mapping of a table; what is missing, of a wrong type or unknown is an error."""

    def __init__(self, path: Path, value: Any) -> None:
        self._path = path
        self._value = dict(value)
        self._name = str(self._value.get("id") or self._value.get("name") or self._value)

    def error(self, message: str) -> ConfigurationError:
        return ConfigurationError(
            "bad-table", f"{self._name}: {message}", where=str(self._path), hint="mend that entry"
        )

    def take(self, key: str, kind: type, default: Any = None) -> Any:
        value = self._value.pop(key, default)
        if not isinstance(value, kind):
            raise self.error(f"'{key}' is missing or no {kind.__name__}")
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        return tuple(str(item) for item in self.take(key, list, []))

    def words(self, key: str, default: Any = None) -> Words:
        words = {name: str(text) for name, text in self.take(key, dict, default).items()}
        if words and words.keys() != {"en", "zh"}:
            raise self.error(f"'{key}' needs en and zh")
        return words

    def entries(self, key: str) -> list[_Entry]:
        return [_Entry(self._path, {"id": f"{self._name}, {key}", **value}) for value in self.take(key, list, [])]

    def finish(self) -> None:
        self._value.pop("id", None)
        if self._value:
            raise self.error(f"unknown key '{next(iter(self._value))}'")


def _kind(entry: _Entry) -> Kind:
    kind = Kind(
        id=entry.take("id", str),
        title=entry.words("title"),
        use=entry.take("use", str),
        match=tuple(_shape(one) for one in entry.entries("match")),
        sources=entry.strings("sources"),
        traits={name: tuple(_trait(one) for one in rules) for name, rules in entry.take("traits", dict, {}).items()},
        configs=entry.strings("configs"),
        agree=tuple(_agreement(one) for one in entry.entries("agree")),
        lighter=entry.words("lighter", {}),
        goes_with=entry.take("goes_with", str, ""),
    )
    entry.finish()
    if not kind.match or not kind.sources:
        raise entry.error("needs 'match' and 'sources'")
    return kind


def _shape(entry: _Entry) -> Shape:
    shape = Shape(
        formats=entry.strings("formats"),
        entries=entry.strings("entries"),
        tensors=entry.strings("tensors"),
        ports=entry.strings("ports"),
        values={name: str(value) for name, value in entry.take("values", dict, {}).items()},
        lacks=entry.strings("lacks"),
    )
    entry.finish()
    return shape


def _trait(rule: Any) -> tuple[str, Mapping[str, str]]:
    """A measure alone, or with the values that it is shown as."""
    if isinstance(rule, str):
        return rule, {}
    measure, shown = next(iter(rule.items()))
    return str(measure), {str(value): str(text) for value, text in shown.items()}


def _agreement(entry: _Entry) -> Agreement:
    agreement = Agreement(
        of=entry.take("of", str),
        left=entry.take("left", str),
        right=entry.take("right", str),
        relation=entry.take("relation", str, "equal"),
        cause=entry.take("cause", str, "model.config-mismatch"),
    )
    entry.finish()
    return agreement


def _project(entry: _Entry) -> Project:
    project = Project(
        id=entry.take("id", str),
        title=entry.take("title", str),
        signs=tuple(tuple(group) for group in entry.take("signs", list)),
        parts=tuple(_part(part) for part in entry.entries("parts")),
        sources=entry.strings("sources"),
    )
    entry.finish()
    return project


def _part(entry: _Entry) -> Need:
    part = Need(
        id=entry.take("id", str),
        title=entry.words("title"),
        any=entry.strings("any"),
        required=entry.take("required", bool, True),
        cause=entry.take("cause", str, "model.pretrained-missing"),
        get=entry.take("get", str, ""),
    )
    entry.finish()
    return part


def _known(entry: _Entry) -> Known:
    known = Known(
        name=entry.take("name", str),
        source=entry.take("source", str),
        file=entry.take("file", str, ""),
        kind=entry.take("kind", str, ""),
        size=entry.take("size", int, 0),
        sha256=entry.take("sha256", str, ""),
        md5=entry.take("md5", str, ""),
        head_md5=entry.take("head_md5", str, ""),
    )
    entry.finish()
    return known


def _imports(modules: Mapping[str, list[str]]) -> frozenset[Import]:
    return frozenset(Import(module, name) for module, names in modules.items() for name in names)
