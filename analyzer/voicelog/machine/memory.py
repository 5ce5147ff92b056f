"""Memory, page file or swap, and shared memory."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass

from voicelog.machine.limits import memory_limit


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes."""

    total: int
    available: int
    swap: int
    shared: int | None
    """Size of /dev/shm; None where the system has none."""
    limited: bool
    """A container's limit, not the machine's own memory."""


def read_memory() -> Memory:
    """What a program of ours may use; raises OSError where the system does not tell."""
    import psutil

    memory = psutil.virtual_memory()
    total = memory_limit(int(memory.total))
    shared = None
    if os.path.isdir("/dev/shm"):  # noqa: PTH112, S108
        with contextlib.suppress(OSError):
            shared = shutil.disk_usage("/dev/shm").total  # noqa: S108
    swap = 0
    with contextlib.suppress(Exception):  # psutil asks counters that a container or a stripped Windows lacks
        swap = int(psutil.swap_memory().total)
    return Memory(total, min(int(memory.available), total), swap, shared, total < int(memory.total))
