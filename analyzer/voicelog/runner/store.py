"""The records of runs: a folder each, made once, added to, never rewritten; other runs' folders are never touched."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from voicelog.errors import InputError
from voicelog.experience import state_folder
from voicelog.files import write_whole
from voicelog.runner import codec
from voicelog.runner.types import Run

_NOT_FOUND = "voicelog runs list shows them"


class Store:
    """All runs of this user on this machine."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or state_folder()
        self.runs = self.folder / "runs"

    def create(self, started: float) -> tuple[str, Path]:
        """A new record's id and its folder; raises InputError where none can be made."""
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(started))
        try:
            self.runs.mkdir(parents=True, exist_ok=True, mode=0o700)
            while True:
                identifier = f"{stamp}-{int(started % 1 * 1000):03x}{os.urandom(1).hex()}"  # sorts by time
                with contextlib.suppress(FileExistsError):
                    path = self.runs / identifier
                    path.mkdir(mode=0o700)
                    return identifier, path
        except OSError as error:
            hint = "set VOICELOG_STATE to a folder that can be written"
            message = f"no record can be kept: {error.strerror}"
            raise InputError("no-state", message, where=str(self.runs), hint=hint) from None

    def ids(self) -> list[str]:
        """Newest last."""
        try:
            return sorted(entry.name for entry in self.runs.iterdir() if (entry / "run.json").is_file())
        except OSError:
            return []

    def all(self) -> Iterator[Run]:
        """Every readable run, newest first; one that is damaged does not stop the rest."""
        for identifier in reversed(self.ids()):
            with contextlib.suppress(InputError):
                yield self.get(identifier)

    def interpreters(self, folder: Path) -> Iterator[tuple[str, str]]:
        """(id, Python) of the runs that were started in `folder`, newest first; of each only its start is read."""
        for identifier in reversed(self.ids()):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                start = _read(self.runs / identifier / "run.json")
                if start["interpreter"] and Path(start["folder"]).resolve() == folder.resolve():
                    yield identifier, str(start["interpreter"])

    def find(self, reference: str) -> Run:
        """The run that `reference` names, as `identify` reads it; raises InputError, also for a damaged record."""
        return self.get(self.identify(reference))

    def identify(self, reference: str) -> str:
        """The id that `reference` means: an id, the beginning or end of one, or `last`; raises InputError."""
        known = self.ids()
        if reference == "last":
            if not known:
                raise InputError("no-runs", "there is no run yet", hint="voicelog run -- python infer.py")
            return known[-1]
        near = [one for one in known if one == reference] or [
            one for one in known if one.startswith(reference) or one.endswith(reference)
        ]
        if not near:
            raise InputError("no-such-run", "no such run", where=reference, hint=_NOT_FOUND)
        if len(near) > 1:
            raise InputError("ambiguous-run", f"is the beginning of {len(near)} runs", where=reference, hint=_NOT_FOUND)
        return near[0]

    def get(self, identifier: str) -> Run:
        """The run with exactly this id; raises InputError where its record is damaged."""
        path = self.runs / identifier
        try:
            parts = {name: _read(path / f"{name}.json") for name in ("run", "end", "report", "outcome")}
            return codec.run_from(parts, path, _samples(path))
        except (OSError, ValueError, KeyError, TypeError) as error:
            hint = f"voicelog runs prune {identifier} removes it"
            raise InputError("damaged-run", f"its record is damaged ({error})", where=identifier, hint=hint) from None

    def remove(self, identifier: str) -> None:
        """Forget a run, damaged or not: first out of sight, then off the disk."""
        away = self.runs / f".{identifier}-{os.urandom(2).hex()}"
        with contextlib.suppress(OSError):
            (self.runs / identifier).rename(away)
            shutil.rmtree(away, ignore_errors=True)


def write(path: Path, value: Any) -> None:
    """`value` as a file that is there as a whole or not at all; raises OSError."""
    write_whole(path, json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"), durable=True)


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8", errors="surrogatepass"))
    except FileNotFoundError:
        return {}
    if not isinstance(value, dict):
        raise ValueError(path.name)
    return value


def _samples(path: Path) -> list[Any]:
    """Every whole line; the last one may have been cut off."""
    found = []
    with contextlib.suppress(OSError), (path / "samples.jsonl").open(encoding="utf-8") as stream:
        for line in stream:
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
    return found
