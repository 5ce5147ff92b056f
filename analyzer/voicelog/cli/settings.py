"""Settings and where they come from: flag, VOICELOG_*, the project's file, the user's file, default."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from voicelog.errors import ConfigurationError
from voicelog.language import LANGUAGES, Language, of_locale

FORMATS = ("text", "json", "jsonl", "markdown", "html")


class Settings(NamedTuple):
    """What a user can set once for all runs."""

    lang: Language = "en"
    format: str = "text"
    knowledge: tuple[str, ...] = ()
    """Folders with further signatures."""
    packs: tuple[str, ...] = ()
    """Packs: folders or zips with a `pack.yaml`."""
    site: str = ""
    """Address under which the pages of the base are published."""
    keep_runs: int = 200
    keep_days: int = 90
    keep_mb: int = 1024
    """How many recorded runs are kept, for how long, and how much of the disk together."""


def load_settings(folder: Path, environment: Mapping[str, str]) -> Settings:
    """Settings for a run in `folder`; raises ConfigurationError for a value or a key that cannot be used."""
    settings = Settings(lang=of_locale())
    for path, table in (*_user_files(environment), *_project_files(folder)):
        settings = _apply(settings, _read(path, table), str(path), path.parent)
    return _apply(settings, _from_environment(environment), "environment", folder)


def _user_files(environment: Mapping[str, str]) -> list[tuple[Path, tuple[str, ...]]]:
    if named := environment.get("VOICELOG_CONFIG"):
        if not Path(named).is_file():
            raise ConfigurationError("no-config", f"VOICELOG_CONFIG names no file: {named}", hint="correct or unset it")
        return [(Path(named), ())]
    from platformdirs import user_config_path

    path = user_config_path("voicelog", appauthor=False) / "voicelog.toml"
    return [(path, ())] if path.is_file() else []


def _project_files(folder: Path) -> list[tuple[Path, tuple[str, ...]]]:
    """voicelog.toml, else pyproject.toml with our table, of the nearest folder that has one."""
    for place in (folder, *folder.parents):
        own, shared = place / "voicelog.toml", place / "pyproject.toml"
        try:
            if own.is_file():
                return [(own, ())]
            if shared.is_file() and b"[tool.voicelog" in shared.read_bytes():
                return [(shared, ("tool", "voicelog"))]
            if (place / ".git").exists():
                break
        except PermissionError:  # in the folder of another user, as after sudo
            continue
    return []


def _read(path: Path, table: tuple[str, ...]) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        value: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(
            "bad-config", f"is not TOML: {error}", where=str(path), hint="mend that line"
        ) from None
    for key in table:
        value = value.get(key, {})
    return value if isinstance(value, dict) else {}


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("lang", "format", "site", "keep_runs", "keep_days", "keep_mb"):
        if value := environment.get(f"VOICELOG_{name.upper()}"):
            found[name] = value
    for name in ("knowledge", "packs"):
        if paths := environment.get(f"VOICELOG_{name.upper()}"):
            found[name] = paths.split(os.pathsep)
    return found


def _apply(settings: Settings, values: dict[str, Any], where: str, folder: Path) -> Settings:
    known = Settings._fields
    for key, value in values.items():
        if key not in known:
            import difflib

            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known)}"
            raise ConfigurationError("unknown-setting", f"unknown setting '{key}'", where=where, hint=hint)
        settings = _CHECKS[key](settings, value, where, folder)
    return settings


def _lang(settings: Settings, value: Any, where: str, folder: Path) -> Settings:
    return settings._replace(lang=cast(Language, _choice("lang", value, LANGUAGES, where)))


def _format(settings: Settings, value: Any, where: str, folder: Path) -> Settings:
    return settings._replace(format=_choice("format", value, FORMATS, where))


def _knowledge(settings: Settings, value: Any, where: str, folder: Path) -> Settings:
    return settings._replace(knowledge=_paths("knowledge", value, where, folder))


def _packs(settings: Settings, value: Any, where: str, folder: Path) -> Settings:
    return settings._replace(packs=_paths("packs", value, where, folder))


def _paths(name: str, value: Any, where: str, folder: Path) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigurationError("bad-setting", f"{name} must be a list of folders", where=where)
    return tuple(str(folder / Path(item).expanduser()) for item in value)


def _site(settings: Settings, value: Any, where: str, folder: Path) -> Settings:
    if not isinstance(value, str) or not re.fullmatch(r"https?://[^\s<>\"'`]+", value):
        message = "site must be the address of the pages, such as https://example.org/kb/"
        raise ConfigurationError("bad-setting", message, where=where, hint="correct it")
    return settings._replace(site=value.rstrip("/") + "/")


def _count(name: str, value: Any, where: str) -> int:
    text = str(value)
    if not text.isdecimal() or not 0 < int(text) < 10**9:
        raise ConfigurationError("bad-setting", f"{name} is '{value}', not a positive number", where=where)
    return int(text)


def _keep_runs(settings: Settings, value: Any, where: str, folder: Path) -> Settings:
    return settings._replace(keep_runs=_count("keep_runs", value, where))


def _keep_days(settings: Settings, value: Any, where: str, folder: Path) -> Settings:
    return settings._replace(keep_days=_count("keep_days", value, where))


def _keep_mb(settings: Settings, value: Any, where: str, folder: Path) -> Settings:
    return settings._replace(keep_mb=_count("keep_mb", value, where))


def _choice(name: str, value: Any, choices: tuple[str, ...], where: str) -> str:
    if value not in choices:
        message = f"{name} is '{value}', not one of {', '.join(choices)}"
        raise ConfigurationError("bad-setting", message, where=where, hint="correct it")
    return str(value)


_CHECKS: dict[str, Callable[[Settings, Any, str, Path], Settings]] = {
    "lang": _lang,
    "format": _format,
    "knowledge": _knowledge,
    "packs": _packs,
    "site": _site,
    "keep_runs": _keep_runs,
    "keep_days": _keep_days,
    "keep_mb": _keep_mb,
}
