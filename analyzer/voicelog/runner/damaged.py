"""Which installed package has a weight file that is no longer the one it installed."""

from __future__ import annotations

import base64
import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from voicelog.model import Log

_WEIGHTS = (".pt", ".pth", ".jit", ".onnx", ".safetensors", ".bin", ".ckpt", ".npz", ".tflite", ".gguf", ".pkl")
_INSIDE = re.compile(r"[\\/](?:site|dist)-packages[\\/](\w+)[\\/]")
_DISTRIBUTION = re.compile(r"[A-Za-z0-9][\w.-]*")
_BLOCK = 2**20


def damaged_package(log: Log, interpreter: str) -> str:
    """The distribution in `interpreter`'s packages that a traceback of `log` leads to and whose weights differ from
    its RECORD (packaging.python.org, "Recording installed projects"); empty where there is none."""
    names = list(dict.fromkeys(_packages_in(log)))
    for folder in _site_packages(interpreter):
        for record in _records(folder, names):
            name = record.parent.name.rsplit("-", 2)[0]
            if _DISTRIBUTION.fullmatch(name) and any(_differs(folder, row) for row in _rows(record)):
                return name
    return ""


def _packages_in(log: Log) -> Iterator[str]:
    """Top-level packages of the frames of every traceback, innermost first; only their names are used."""
    for event in log.events:
        for raised in event.chain:
            for frame in reversed(raised.frames):
                if found := _INSIDE.search(frame.path):
                    yield found[1]


def _site_packages(interpreter: str) -> list[Path]:
    """The package folders of a Python, by its place alone (sysconfig's posix_prefix, venv and nt schemes)."""
    if not interpreter:
        return []
    home = Path(interpreter).parent
    places = [home / "Lib" / "site-packages", home.parent / "Lib" / "site-packages"]
    places += sorted(home.parent.glob("lib/python3*/site-packages"))
    return [place for place in places if place.is_dir()]


def _records(folder: Path, names: Iterable[str]) -> Iterator[Path]:
    """RECORD files of the distributions that own a package of `names`, in their order."""
    listed = {path: _text(path) for path in folder.glob("*.dist-info/RECORD")}
    for name in names:
        yield from (path for path, text in listed.items() if text.startswith(f"{name}/") or f"\n{name}/" in text)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _rows(record: Path) -> list[list[str]]:
    return [row for row in csv.reader(_text(record).splitlines()) if len(row) == 3 and row[0].endswith(_WEIGHTS)]


def _differs(folder: Path, row: list[str]) -> bool:
    name, digest, size = row
    path = folder / name
    kind, _, wanted = digest.partition("=")
    try:
        if size and path.stat().st_size != int(size):
            return True
        return kind == "sha256" and _sha256(path) != wanted
    except (OSError, ValueError):
        return True


def _sha256(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            found.update(block)
    return base64.urlsafe_b64encode(found.digest()).rstrip(b"=").decode()
