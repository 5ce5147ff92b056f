"""The day on which each signature was added, as the repository tells it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path, PurePosixPath


def added_days(folder: Path) -> dict[str, str]:
    """Id to day (2026-11-22) for the signatures below `folder`; empty where no repository tells it."""
    git = shutil.which("git")
    if git is None or not folder.is_dir():
        return {}
    command = [git, "-C", str(folder), "log", "--diff-filter=A", "--name-only", "--format=:%as", "--relative", "."]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return {}
    days: dict[str, str] = {}
    day = ""
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        if line.startswith(":"):
            day = line[1:]
        elif line.endswith(".yaml"):
            days[".".join(PurePosixPath(line).with_suffix("").parts)] = day
    return days
