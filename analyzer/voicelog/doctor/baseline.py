"""What an environment was like when it last worked, kept in a file, and what has changed since."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from voicelog.errors import InputError
from voicelog.files import write_whole
from voicelog.model import Change, Comparison, Examination

SCHEMA = "voicelog.baseline/1"
_FACTS = (
    *("os", "python", "environment", "torch_build", "cuda", "driver", "driver_cuda", "gpu", "vram_total", "ram_total"),
    *("cudnn", "onnxruntime_build", "ffmpeg", "espeak", "sox", "libsndfile", "encoding"),
)
_MUCH = 5.0
"""Gigabytes by which free room must have changed to be told."""


def data_folder() -> Path:
    """Where baselines are kept; `VOICELOG_DATA` names another place."""
    if chosen := os.environ.get("VOICELOG_DATA"):
        return Path(chosen)
    from platformdirs import user_data_path

    return user_data_path("voicelog", appauthor=False)


def save_baseline(examination: Examination) -> Path:
    """Keep the state of an environment; raises InputError where the file cannot be written."""
    path = _path(examination)
    value = {"schema": SCHEMA, "when": datetime.now(timezone.utc).isoformat(timespec="seconds"), **_state(examination)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass"))
    except OSError as error:
        raise InputError("no-baseline", f"cannot be written: {error.strerror}", where=str(path)) from None
    return path


def compare_with_baseline(examination: Examination) -> Comparison:
    """What has changed since the baseline was saved; raises InputError where there is none or it is damaged."""
    path = _path(examination)
    try:
        before = json.loads(path.read_text(encoding="utf-8", errors="surrogatepass"))
    except FileNotFoundError:
        hint = "run voicelog doctor --baseline save while it works"
        raise InputError("no-baseline", "nothing was saved for it", where=examination.target.path, hint=hint) from None
    except (OSError, ValueError) as error:
        raise InputError("bad-baseline", f"cannot be read: {error}", where=str(path), hint="save it again") from None
    if not isinstance(before, dict) or before.get("schema") != SCHEMA:
        raise InputError("bad-baseline", "is no baseline", where=str(path), hint="save it again")
    return Comparison(str(before.get("when", "")), tuple(_changes(before, _state(examination))))


def _path(examination: Examination) -> Path:
    key = hashlib.blake2b(examination.target.path.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return data_folder() / "baselines" / f"{key}.json"


def _state(examination: Examination) -> dict[str, Any]:
    room = {
        finding.values["role"]: finding.values["free"].split()[0]
        for finding in examination.findings
        if finding.check == "disk.space" and "free" in finding.values
    }
    return {
        "python": examination.target.path,
        "packages": dict(examination.packages),
        "facts": {name: examination.facts[name] for name in _FACTS if name in examination.facts},
        "room": room,
    }


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for part in ("packages", "facts", "room"):
        old, new = _table(before, part), _table(after, part)
        for name in sorted(old.keys() | new.keys()):
            one, two = old.get(name, ""), new.get(name, "")
            if one != two and not (part == "room" and _much_the_same(one, two)):
                yield Change("disk" if part == "room" else part, name, one, two)


def _table(state: Mapping[str, Any], part: str) -> dict[str, str]:
    value = state.get(part)
    return {str(name): str(one) for name, one in value.items()} if isinstance(value, dict) else {}


def _much_the_same(one: str, two: str) -> bool:
    try:
        return abs(float(one) - float(two)) < _MUCH
    except ValueError:
        return True
