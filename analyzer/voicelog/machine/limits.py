"""How much memory this process may use before the kernel ends somebody: the machine's, or its container's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

_ROOT = Path("/")


def memory_limit(total: int, root: Path = _ROOT) -> int:
    """Bytes: the smallest limit of our control group and of those around it, where one is below `total`.

    Version 2 has memory.max, version 1 memory.limit_in_bytes (docs.kernel.org, cgroup-v2 and cgroup-v1/memory).
    """
    found = [total]
    for folder in _groups(root):
        for name in ("memory.max", "memory.limit_in_bytes"):
            with contextlib.suppress(OSError, ValueError):
                found.append(int((folder / name).read_text()))
    return min(found)


def oom_kills(root: Path = _ROOT) -> int:
    """How often the kernel has ended a process of our control group for its memory."""
    for folder in _groups(root):
        for name in ("memory.events", "memory.oom_control"):
            with contextlib.suppress(OSError, ValueError):
                rows = dict(line.split(" ", 1) for line in (folder / name).read_text().splitlines())
                if "oom_kill" in rows:
                    return int(rows["oom_kill"])
    return 0


def _groups(root: Path) -> Iterator[Path]:
    """Folders of our control group and of all around it, the innermost first, as far as a container shows them."""
    mounted = root / "sys/fs/cgroup"
    with contextlib.suppress(OSError, ValueError):
        for line in (root / "proc/self/cgroup").read_text().splitlines():
            number, controllers, path = line.split(":", 2)
            if number == "0" or "memory" in controllers.split(","):
                own = Path(path.lstrip("/"))
                base = mounted if number == "0" else mounted / "memory"
                yield from (base / place for place in (own, *own.parents))
    yield mounted / "memory"  # a container whose group has another name inside
