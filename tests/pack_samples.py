"""A pack to test with, and the command line in a place of its own."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from conftest import shared_base
from test_cli import voicelog
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.compile import lazy_sections
from voicelog.signatures.load import Loaded

MANIFEST = "name: my-project\nversion: {version}\nlicence: MIT\nvoicelog: 0.1.0\n"
ENTRY = """\
id: my-project.{name}
status: experimental
category: model-files
severity: error
title: {{en: The voice bank is empty, zh: 音色库是空的}}
cause: {{en: No voice was added yet., zh: 还没有添加音色。}}
match:
  - pattern: '{pattern}'
fixes:
  - id: add
    title: {{en: Add a voice, zh: 添加音色}}
    risk: advice
    steps: [{{en: Add one., zh: 添加一个。}}]
examples:
  - {{source: 'https://example.org/1', text: 'MyProjectError: voice bank 7 is empty'}}
not_examples:
  - {{why: it is full, text: 'MyProjectError: voice bank 7 is full'}}
"""
LOG = 'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in <module>\nMyProjectError: voice bank 7 is empty\n'


def entry(name: str = "model.empty", pattern: str = "voice bank .{1,9} is empty") -> str:
    return ENTRY.format(name=name, pattern=pattern)


def contents(version: str = "1.0.0", **more: str) -> dict[str, str]:
    return {"pack.yaml": MANIFEST.format(version=version), "signatures/model/empty.yaml": entry(), **more}


def folder_of(path: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
    return path


def zipped(files: dict[str, str], top: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(top + name, text)
    return packed.getvalue()


Run = Callable[..., tuple[int, str, str]]
"""Runs voicelog: exit code, standard output, standard error."""


def commands_in(folder: Path) -> Run:
    """Run voicelog in `folder`/work, with a data folder of its own, Chinese and with a space."""
    data = folder / "数 据"

    def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
        work = folder / "work"
        work.mkdir(exist_ok=True)
        environment = {"VOICELOG_DATA": str(data), "no_proxy": "127.0.0.1", **environment}
        done = voicelog(*arguments, folder=work, **environment)  # type: ignore[arg-type]
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return run


def version_of(kb: Run) -> str:
    rows = json.loads(kb("kb", "install", "--format", "json")[1])
    return str(rows[0]["version"]) if rows else ""


def answer_of(kb: Run, tmp_path: Path, *arguments: str, **environment: str) -> list[str]:
    log = tmp_path / "run.log"
    log.write_text(LOG, encoding="utf-8")
    out = kb("analyze", "--format", "json", *arguments, str(log), **environment)[1]
    return [one["id"] for one in json.loads(out)["diagnoses"]]


def beside(loaded: Loaded) -> KnowledgeBase:
    """The bundled base with a pack beside it."""
    return KnowledgeBase("both", shared_base().section, KnowledgeBase("pack", lazy_sections(loaded)))
