"""Which records are kept: the newest, the young, and together not too much; never one that is still running."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from voicelog.errors import InputError
from voicelog.runner.store import Store

_DAY = 86400.0


class Limits(NamedTuple):
    """How much of the past is kept; None is no limit."""

    runs: int | None = None
    days: float | None = None
    megabytes: int | None = None


def beyond(store: Store, limits: Limits) -> Iterator[str]:
    """The ids of the runs that the limits no longer allow; a damaged record counts like any other."""
    now, total = time.time(), 0
    for at, identifier in enumerate(reversed(store.ids())):
        if is_running(store, identifier):
            continue
        total += size_of(store.runs / identifier)
        too_many = limits.runs is not None and at >= limits.runs
        too_old = limits.days is not None and now - _began(identifier) > limits.days * _DAY
        too_large = limits.megabytes is not None and total > limits.megabytes * 2**20
        if too_many or too_old or too_large:
            yield identifier


def is_running(store: Store, identifier: str) -> bool:
    """Whether a run goes on; one whose record cannot be read does not."""
    try:
        return store.get(identifier).state == "running"
    except InputError:
        return False


def size_of(folder: Path) -> int:
    """Bytes of the files in a record."""
    try:
        return sum(entry.stat().st_size for entry in os.scandir(folder) if entry.is_file())
    except OSError:
        return 0


def sweep(store: Store, limits: Limits) -> None:
    """Remove what lies beyond the limits, and what an interrupted start or removal left behind."""
    if _reached(store, limits):
        for identifier in list(beyond(store, limits)):
            store.remove(identifier)
    for left in _left_behind(store):
        shutil.rmtree(left, ignore_errors=True)


def _reached(store: Store, limits: Limits) -> bool:
    """Whether any limit is, by names and sizes alone: every run ends with this question."""
    ids = store.ids()
    if limits.runs is not None and len(ids) > limits.runs:
        return True
    if limits.days is not None and ids and _began(ids[0]) < time.time() - limits.days * _DAY:
        return True
    total = sum(size_of(store.runs / one) for one in ids) if limits.megabytes is not None else 0
    return limits.megabytes is not None and total > limits.megabytes * 2**20


def _began(identifier: str) -> float:
    """When a run began, as its id tells it."""
    try:
        return time.mktime(time.strptime(identifier[:15], "%Y%m%d-%H%M%S"))
    except (ValueError, OverflowError):
        return time.time()


def _left_behind(store: Store) -> Iterator[Path]:
    try:
        entries = list(os.scandir(store.runs))
    except OSError:
        return
    for entry in entries:
        path = Path(entry.path)
        if not (path / "run.json").exists() or entry.name.startswith("."):
            with contextlib.suppress(OSError):
                if time.time() - entry.stat().st_mtime > _DAY:
                    yield path
