"""Folders that projects write to: room, rights, links, and names that native libraries trip over."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from voicelog.doctor.finding import crashed, fail, gigabytes, ok, skip, warn
from voicelog.doctor.gather import Machine
from voicelog.doctor.system import Folder
from voicelog.model import Finding

_FULL = 1 << 30
_NEARLY_FULL = 10 << 30
"""A model, its download and the temporary copy of it take about that."""
_LONGEST = 260
_DEEP = 120
"""Characters that dependencies need below a project's folder: site-packages with nested license files."""


def _folders(machine: Machine) -> tuple[Folder, ...]:
    found: tuple[Folder, ...] = machine.parts.get("folders", ())
    return found


def space(machine: Machine) -> Iterator[Finding]:
    check = "disk.space"
    seen: set[int] = set()
    for folder in _folders(machine):
        if folder.device in seen:
            continue
        seen.add(folder.device)
        values = {"role": folder.role, "free": gigabytes(folder.free)}
        shown = [folder.path]
        if folder.free < _FULL:
            yield fail(check, "disk-full", evidence=shown, cause="hardware.disk-full", facts=["disk_full"], **values)
        elif folder.free < _NEARLY_FULL:
            yield warn(check, "disk-nearly-full", evidence=shown, cause="hardware.disk-full", **values)
        else:
            yield ok(check, "disk-room", evidence=shown, **values)
    if not seen:
        yield crashed(check, "part-unread", evidence=[machine.problems.get("folders", "")], part="folders")


def rights(machine: Machine) -> Iterator[Finding]:
    check = "rights.folders"
    fine = []
    for folder in _folders(machine):
        if folder.writable:
            fine.append(folder.role)
            continue
        yield fail(
            check,
            "folder-not-writable",
            evidence=[f"{folder.path}: {folder.problem}"],
            cause="path.permission-denied",
            facts=[f"{folder.role}_writable"],
            role=folder.role,
        )
    if fine:
        yield ok(check, "folders-writable", roles=", ".join(fine))


def links(machine: Machine) -> Iterator[Finding]:
    check = "rights.links"
    folder = next((one for one in _folders(machine) if one.role == "hub" and one.writable), None)
    if folder is None:
        yield skip(check, "nothing-to-try")
    elif folder.links:
        yield ok(check, "links-work")
    else:
        yield warn(check, "links-refused", evidence=[folder.path], cause="path.symlink-privilege", facts=["links"])


def paths(machine: Machine) -> Iterator[Finding]:
    """Names of the folders that a run opens files in."""
    check = "paths.project"
    named = [("project", machine.project or Path.cwd()), ("home", Path.home())]
    named += [("environment", Path(machine.environment.prefix))] if machine.environment.prefix else []
    named += [(folder.role, Path(folder.path)) for folder in _folders(machine) if folder.role == "temporary"]
    fine = True
    for role, path in named:
        text = str(path) if role == "environment" else os.path.abspath(path)  # noqa: PTH100 - links keep their names
        if not text.isascii():
            fine = False
            yield warn(
                check, "path-non-ascii", evidence=[text], cause="path.non-ascii", facts=["path_non_ascii"], role=role
            )
        if " " in text and role == "project":
            fine = False
            yield warn(check, "path-spaces", evidence=[text], cause="path.spaces", facts=["path_spaces"], role=role)
        if role == "project" and _too_deep(text, machine):
            fine = False
            yield warn(check, "path-long", evidence=[text], cause="path.too-long", role=role, count=len(text))
    if fine:
        yield ok(check, "paths-plain")


def _too_deep(text: str, machine: Machine) -> bool:
    _, allowed, _ = machine.parts.get("processor", (None, None, ()))
    return machine.environment.system == "windows" and not allowed and len(text) + _DEEP > _LONGEST
