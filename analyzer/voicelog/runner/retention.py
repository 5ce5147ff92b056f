"""Which records are kept: the newest, the young, and together not too much; never one that is still running."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from voicelog.runner.store import Store
from voicelog.runner.types import Run

_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the past is kept; None is no limit."""

    runs: int | None = None
    days: float | None = None
    megabytes: int | None = None


def beyond(store: Store, limits: Limits) -> Iterator[Run]:
    """The runs that the limits no longer allow."""
    now, total = time.time(), 0
    for at, run in enumerate(store.all()):
        if run.state == "running":
            continue
        total += size_of(run.record)
        too_many = limits.runs is not None and at >= limits.runs
        too_old = limits.days is not None and now - run.started > limits.days * _DAY
        too_large = limits.megabytes is not None and total > limits.megabytes * 2**20
        if too_many or too_old or too_large:
            yield run


def size_of(folder: Path) -> int:
    """Bytes of the files in a record."""
    try:
        return sum(entry.stat().st_size for entry in os.scandir(folder) if entry.is_file())
    except OSError:
        return 0


def sweep(store: Store, limits: Limits) -> None:
    """Remove what lies beyond the limits, and what an interrupted removal left behind."""
    for run in list(beyond(store, limits)):
        store.remove(run)
    for left in store.runs.glob(".*-*"):
        if time.time() - left.stat().st_mtime > _DAY:
            shutil.rmtree(left, ignore_errors=True)
