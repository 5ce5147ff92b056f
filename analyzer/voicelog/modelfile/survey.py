"""A folder: which known project it is, what is missing of it, and each model file and configuration in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from voicelog.errors import InputError
from voicelog.modelfile.detect import CONFIGS, WEIGHTS
from voicelog.modelfile.examine import NOT_FOR_INFERENCE, Options, examine
from voicelog.modelfile.tables import Project, Tables
from voicelog.modelfile.types import Advance, FileInspection, Finding, FolderInspection, Part

_SKIPPED = frozenset(["__pycache__", "site-packages", "node_modules", "venv", "i18n", "locale", "blobs"])
"""Folders that hold no models of the project itself."""
_SHARED = frozenset([".bin", ".tar", ".pkl", ".index"])
_MOST_FILES = 2000
_DEEPEST = 12
_INDEX = ".index.json"


def survey(path: Path, tables: Tables, options: Options, advance: Advance | None = None) -> FolderInspection:
    """Inspect everything below `path`; raises InputError where it cannot be listed."""
    try:
        next(path.iterdir(), None)
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "check its permissions"
        raise InputError("unreadable", f"cannot be listed: {reason}", where=str(path), hint=hint) from None
    project = next((one for one in tables.projects if _is(path, one)), None)
    files: list[FileInspection] = []
    findings: list[Finding] = []
    skipped = 0
    for file in model_files(path):
        if len(files) >= _MOST_FILES:
            skipped += 1
            continue
        try:
            found = examine(file, tables, options, advance)
            if not _is_foreign(found):
                files.append(_in_its_place(found))
        except InputError as error:
            findings.append(
                Finding("path.permission-denied", "unreadable", values={"path": str(file), "reason": error.message})
            )
    parts = tuple(_parts(path, project)) if project else ()
    findings += _missing(project, parts)
    findings += _shards(files)
    findings += _strangers(files, tables)
    return FolderInspection(str(path), project.id if project else "", parts, tuple(files), tuple(findings), skipped)


def _is_foreign(found: FileInspection) -> bool:
    """Whether a suffix that many programs use stands on something that is no model."""
    unknown = any(finding.slug == "unknown-start" for finding in found.findings)
    return unknown and Path(found.path).suffix.lower() in _SHARED


def _in_its_place(found: FileInspection) -> FileInspection:
    """In a project's folder bases, discriminators and training checkpoints are where they belong."""
    mine = tuple(finding for finding in found.findings if finding.slug not in NOT_FOR_INFERENCE)
    return replace(found, findings=mine)


def model_files(path: Path) -> Iterator[Path]:
    """Weights below `path`, and configurations beside some or named so; links to folders are not followed."""
    for folder, folders, names in os.walk(path):
        depth = len(Path(folder).relative_to(path).parts)
        folders[:] = sorted(
            name for name in folders if name not in _SKIPPED and not name.startswith(".") and depth < _DEEPEST
        )
        weights = any(Path(name).suffix.lower() in WEIGHTS for name in names)
        for name in sorted(names):
            suffix = Path(name).suffix.lower()
            if suffix in WEIGHTS or (suffix in CONFIGS and (weights or "config" in name.lower())):
                yield Path(folder, name)


def _is(path: Path, project: Project) -> bool:
    return any(all((path / sign).exists() for sign in group) for group in project.signs)


def _parts(path: Path, project: Project) -> Iterator[Part]:
    for need in project.parts:
        found = [str(file.relative_to(path)) for pattern in need.any for file in sorted(path.glob(pattern))]
        yield Part(need.id, tuple(found[:5]), need.any[0], need.required)


def _missing(project: Project | None, parts: tuple[Part, ...]) -> Iterator[Finding]:
    if project is None:
        return
    for need, part in zip(project.parts, parts, strict=True):
        if not part.found and need.required:
            yield Finding(
                need.cause,
                "part-missing",
                values={"part": need.id, "path": need.any[0], "get": need.get, "name": need.any[0]},
            )


def _shards(files: list[FileInspection]) -> Iterator[Finding]:
    """Pieces of a model in several files that an index names and that are not there."""
    for file in files:
        if not file.path.endswith(_INDEX):
            continue
        values = file.contents.values
        pieces = sorted(
            {str(value) for key, value in values.items() if key.startswith("weight_map.") and key != "weight_map.#"}
        )
        folder = Path(file.path).parent
        missing = [piece for piece in pieces if Path(piece).name == piece and not (folder / piece).is_file()]
        if missing:
            shown = ", ".join(missing[:3])
            yield Finding(
                "model.file-missing",
                "shard-missing",
                values={"path": shown, "index": Path(file.path).name, "count": len(missing)},
            )


def _strangers(files: list[FileInspection], tables: Tables) -> Iterator[Finding]:
    """Companions, such as an index, of another version than all models here that they could belong to."""
    for file in files:
        kind = tables.kind(file.kind)
        if kind is None or not kind.goes_with or "version" not in file.traits:
            continue
        versions = {one.traits.get("version", "") for one in files if one.kind == kind.goes_with}
        if versions and file.traits["version"] not in versions:
            values = {
                "left": file.traits["version"],
                "right": ", ".join(sorted(versions)),
                "path": Path(file.path).name,
            }
            yield Finding("api.tensor-shape", "stranger", "warning", values)
