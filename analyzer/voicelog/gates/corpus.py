"""Labelled logs: `NNN.log` beside `NNN.json`, which names the cause."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from voicelog.ingest.decode import decode
from voicelog.signatures.location import bundled

KNOWN_FALSE_ALARMS = "known-false-alarms.yaml"


class Case(NamedTuple):
    """One labelled log."""

    name: str
    text: str
    root: str
    accepted: tuple[str, ...]
    hard: bool

    @property
    def cause(self) -> bool:
        return self.root not in ("unknown", "healthy")


def corpus_folder() -> Path | None:
    """The labelled logs of a checkout; an installed voicelog has none."""
    folder = bundled().parent / "tests" / "corpus"
    return folder if folder.is_dir() else None


def load(folder: Path, *, without: Path | None = None) -> list[Case]:
    """Cases below `folder`, in a stable order."""
    return list(_load(folder, without))


def _load(folder: Path, without: Path | None) -> Iterator[Case]:
    for path in sorted(folder.rglob("*.json")):
        if without is not None and path.is_relative_to(without):
            continue
        label: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        text, _ = decode(path.with_suffix(".log").read_bytes())
        accepted = tuple(dict.fromkeys([label["root"], *label.get("accept", [])]))
        yield Case(
            str(path.relative_to(folder).with_suffix("")), text, label["root"], accepted, bool(label.get("hard"))
        )


def known_false_alarms(folder: Path) -> frozenset[str]:
    """Names of healthy logs that are answered with a cause; each was read, and none may join unread."""
    import yaml

    path = folder / KNOWN_FALSE_ALARMS
    return frozenset(yaml.safe_load(path.read_text(encoding="utf-8")) or ()) if path.is_file() else frozenset()


def accepts(accepted: Sequence[str], answer: str) -> bool:
    """Whether an answer equals an accepted id or hangs below one."""
    return any(answer == one or answer.startswith(one + ".") for one in accepted)
