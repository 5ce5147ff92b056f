"""What fixes did on this machine: one line a re-run in a file that only grows."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

_NEWEST = 2**18
"""Bytes at the end of the file that are read: some two thousand re-runs."""


class Tally(NamedTuple):
    """How often a fix was tried against a cause, and how often the cause was gone afterwards."""

    worked: int = 0
    tried: int = 0

    @property
    def promise(self) -> float:
        """How likely it is to work again: one half before anything is known (rule of succession)."""
        return (self.worked + 1) / (self.tried + 2)


UNTRIED = Tally()

Experience = Mapping[tuple[str, str], Tally]
"""(signature, fix) to what it did."""
NONE: Experience = {}


def state_folder() -> Path:
    """Where runs and what they taught are kept; `VOICELOG_STATE` names another place."""
    if chosen := os.environ.get("VOICELOG_STATE"):
        return Path(chosen)
    from platformdirs import user_state_path

    return user_state_path("voicelog", appauthor=False)


def recall(folder: Path | None = None) -> Experience:
    """Everything that is remembered; nothing where nothing is, or where it cannot be read."""
    path = (folder or state_folder()) / "outcomes.jsonl"
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - _NEWEST))
            lines = stream.read().splitlines()
    except OSError:
        return NONE
    found: dict[tuple[str, str], Tally] = {}
    for line in lines:
        try:
            entry = json.loads(line)
            key = str(entry["signature"]), str(entry["fix"])
            worked = bool(entry["worked"])
        except (ValueError, KeyError, TypeError):
            continue
        before = found.get(key, UNTRIED)
        found[key] = Tally(before.worked + worked, before.tried + 1)
    return found


def remember(fixes: Iterable[tuple[str, str]], run: str, worked: bool, folder: Path | None = None) -> None:
    """Add the outcome of one re-run for every (signature, fix) that was applied; raises OSError."""
    path = (folder or state_folder()) / "outcomes.jsonl"
    lines = [{"signature": one, "fix": fix, "worked": worked, "run": run} for one, fix in fixes]
    # A line that a power cut left open is closed by the newline in front.
    data = "".join("\n" + json.dumps(line) for line in lines) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("ab", buffering=0) as stream:
        stream.write(data.encode())
        os.fsync(stream.fileno())
