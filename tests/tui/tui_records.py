"""Recorded runs for the places that show them: real programs, really run; times made to stand still for pictures."""

from __future__ import annotations

import json
from pathlib import Path

import voicelog
from conftest import shared_base
from programs import PYTHON
from voicelog.runner.store import Store
from voicelog.runner.types import Run

STARTED = 1795343400.0
NEEDS_MEMORY = """\
import os
print('\\x1b[32mloading\\x1b[0m 模型 [bold]')
for at in range(3):
    print(f'\\r{at}%|###| {at}/3 [00:01, 1.0it/s]', end='', flush=True)
print()
if 'expandable' not in os.environ.get('PYTORCH_CUDA_ALLOC_CONF', ''):
    raise RuntimeError('CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 8.00 GiB total capacity)')
print('done [/bold]')
"""
"""Runs where torch may use fragmented memory, which is one of the fixes for what it prints."""


def program(folder: Path, code: str) -> Path:
    """A project with this program."""
    folder.mkdir(exist_ok=True)
    (folder / "infer.py").write_text(code, encoding="utf-8")
    return folder


def recorded(folder: Path, *options: str) -> Run:
    """One run of the program of a project."""
    return voicelog.run([PYTHON, "infer.py", *options], folder=folder, knowledge=shared_base())


def newest() -> Run:
    """The run that began last; ids do not tell two of one second apart."""
    return max(Store().all(), key=lambda run: run.started)


def stand_still(run: Run, number: int = 0, parent: str = "") -> str:
    """Give a record a time, a place and numbers that are the same on every machine; its new id."""
    identifier = f"20261122-1{number}0000-00{number}{number}"
    given = {
        "id": identifier,
        "argv": ["python", *run.argv[1:]],
        "folder": "/",
        "interpreter": "/usr/bin/python",
        "environment": {name: value for one in run.applied for name, value in one.env.items()},
        "parent": parent,
        "started": STARTED + number * 3600,
    }
    _change(run.record / "run.json", given)
    _change(run.record / "end.json", {"seconds": 5.0 + number, "exit": _still(run)})
    sample = {"cpu": 1.0, "threads": 4, "processes": 1, "silent": 0.0, "memory_free": 2**34, "memory_limit": 2**35}
    sample |= {"swap_used": 0, "swapped_in": 0, "disk_free": 2**40, "sockets": 0}
    cards = [
        {"number": 0, "name": "NVIDIA GeForce RTX 3060", "memory_total": 12 * 2**30, "load": 50, "temperature": 60}
    ]
    samples = [
        {**sample, "at": float(at), "memory": at * 2**28, "gpus": [{**cards[0], "memory_used": (at % 4) * 2**31}]}
        for at in range(10)
    ]
    (run.record / "samples.jsonl").write_text("\n".join(map(json.dumps, samples)), encoding="utf-8")
    run.record.rename(run.record.with_name(identifier))
    return identifier


def _still(run: Run) -> dict[str, object]:
    code = run.exit.code if run.exit else 0
    return {"code": code, "signal": 0, "stopped_by": "", "memory": 2**31, "cpu": 3.5}


def _change(path: Path, values: dict[str, object]) -> None:
    found = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**found, **values}), encoding="utf-8")
