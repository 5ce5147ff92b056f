"""Limits of memory as kernels write them, version 1 and 2 of control groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicelog.machine.limits import memory_limit, oom_kills

GB = 1 << 30
UNLIMITED = "9223372036854771712\n"


@pytest.mark.parametrize(
    ("files", "limit", "kills"),
    [
        ({}, 8 * GB, 0),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": f"{2 * GB}\n"}, 2 * GB, 0),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"}, 8 * GB, 0),
        (
            {
                "proc/self/cgroup": "0::/user.slice/a.scope\n",
                "sys/fs/cgroup/user.slice/a.scope/memory.max": "max\n",
                "sys/fs/cgroup/user.slice/memory.max": f"{3 * GB}\n",
                "sys/fs/cgroup/user.slice/a.scope/memory.events": "low 0\nhigh 0\nmax 9\noom 2\noom_kill 2\n",
            },
            3 * GB,
            2,
        ),
        (
            {
                "proc/self/cgroup": "11:cpu,cpuacct:/x\n4:memory:/docker/abc\n0::/\n",
                "sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes": f"{GB}\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": UNLIMITED,
                "sys/fs/cgroup/memory/docker/abc/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n",
            },
            GB,
            1,
        ),
        (
            {"proc/self/cgroup": "4:memory:/outside\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{GB}\n"},
            GB,
            0,
        ),
        ({"proc/self/cgroup": "garbage\n", "sys/fs/cgroup/memory.max": "\x00"}, 8 * GB, 0),
    ],
    ids=["none", "container", "unlimited", "slice", "version 1", "version 1 from inside", "garbage"],
)
def test_the_smallest_limit_around_us_counts(files: dict[str, str], limit: int, kills: int, tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert memory_limit(8 * GB, tmp_path) == limit
    assert oom_kills(tmp_path) == kills
