"""How much memory this process may use before the kernel ends somebody: the machine's, or its container's."""

from __future__ import annotations

from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


def memory_limit(total: int) -> int:
    """Bytes: the container's limit where there is a smaller one (cgroup v2 memory.max, v1 memory.limit_in_bytes)."""
    found = [total]
    for path in (*_own_files("memory.max"), _CGROUP / "memory/memory.limit_in_bytes"):
        try:
            found.append(int(path.read_text()))
        except (OSError, ValueError):
            continue
    return min(found)


def oom_kills() -> int:
    """How often the kernel has ended a process of this container for its memory (cgroup v2 memory.events)."""
    for path in _own_files("memory.events"):
        try:
            for line in path.read_text().splitlines():
                name, _, value = line.partition(" ")
                if name == "oom_kill":
                    return int(value)
        except (OSError, ValueError):
            continue
    return 0


def _own_files(name: str) -> list[Path]:
    """The file in our own cgroup, then at the root that a container sees."""
    places = [_CGROUP / name]
    try:
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            if line.startswith("0::"):
                places.insert(0, _CGROUP / line[3:].lstrip("/") / name)
    except OSError:
        pass
    return places
