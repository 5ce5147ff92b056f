"""Digests of a file against a value given, a sums file beside it, its own name, or the table of published files."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from voicelog.modelfile.tables import Known
from voicelog.modelfile.types import Advance, Checksums, Finding
from voicelog.modelfile.window import Window

ALWAYS = 32 * 2**20
"""Bytes up to which a file is read to its end unasked."""

_HEAD = 8192
_STEP = 2**20
_SUMS = (
    "SHA256SUMS",
    "SHA256SUMS.txt",
    "sha256sums.txt",
    "sha256sum.txt",
    "checksums.txt",
    "MD5SUMS",
    "md5sums.txt",
    "md5sum.txt",
)
_LINE = re.compile(
    r"^\\?([0-9A-Fa-f]{32}|[0-9A-Fa-f]{64})(?: [ *]|\t| )(.+?)\s*$|^(?:SHA256|MD5) \((.+)\) = ([0-9A-Fa-f]+)\s*$"
)
_BARE = re.compile(r"^\s*([0-9A-Fa-f]{32}|[0-9A-Fa-f]{64})\b")
_IN_NAME = re.compile(r"-([0-9a-f]{8})\.(?:pth|pt|th|ckpt)$")
_OF_DEMUCS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8}\.th$")
"""torch.hub and demucs name a file after the first digits of its SHA-256; elsewhere such digits mean nothing."""
_LARGEST_SUMS = 2**20


class Expected(NamedTuple):
    """A digest, or the beginning of one, and where it stood."""

    digest: str
    where: str


def expected(path: Path, size: int, kind: str, given: str, known: tuple[Known, ...]) -> Expected | None:
    """What the file should be: as given, else from a file beside it, the table, its own name."""
    if given:
        return Expected(given.lower(), "--sha256")
    for candidate in (
        *(path.parent / name for name in _SUMS),
        *(path.with_name(path.name + end) for end in (".sha256", ".md5", ".sha256sum")),
    ):
        digest = _from_sums(candidate, path.name)
        if digest:
            return Expected(digest, candidate.name)
    for one in known:
        same = size == one.size if one.size else kind == one.kind
        if one.sha256 and one.file == path.name and same:
            return Expected(one.sha256, one.name)
    hub = path.parent.name == "checkpoints" or _OF_DEMUCS.match(path.name)
    found = _IN_NAME.search(path.name) if hub else None
    return Expected(found.group(1), path.name) if found else None


def _from_sums(path: Path, name: str) -> str:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_SUMS:
            return ""
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    for line in lines:
        if found := _LINE.match(line):
            digest, shown, other, value = found.groups()
            if Path((shown or other).replace("\\", "/")).name == name:
                return str(digest or value).lower()
    only = path.name.startswith(name) and len(lines) == 1
    bare = _BARE.match(lines[0]) if only else None
    return bare.group(1).lower() if bare else ""


def digests(window: Window, advance: Advance) -> tuple[str, str]:
    """SHA-256 and MD5 of the whole file."""
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    at = 0
    while data := window.peek(at, _STEP):
        sha256.update(data)
        md5.update(data)
        at += len(data)
        advance(len(data))
    return sha256.hexdigest(), md5.hexdigest()


def published_head(window: Window, known: tuple[Known, ...]) -> str:
    """The published file that begins with the same 8,192 bytes, by which GPT-SoVITS knows its own models."""
    digest = hashlib.md5(window.peek(0, _HEAD), usedforsecurity=False).hexdigest()
    return next((one.name for one in known if one.head_md5 == digest), "")


def compare(
    sums: tuple[str, str], wanted: Expected | None, published: str, known: tuple[Known, ...]
) -> tuple[Checksums, tuple[Finding, ...]]:
    """The verdict on digests that were computed; `wanted` may be a beginning only."""
    sha256, md5 = sums
    name = next((one.name for one in known if sha256 == one.sha256), published)
    if wanted is None:
        return Checksums(sha256, md5, "known" if name else "", name), ()
    own = md5 if len(wanted.digest) == 32 else sha256
    if own.startswith(wanted.digest):
        return Checksums(sha256, md5, "equal", wanted.where), ()
    values = {"wanted": wanted.digest, "found": own[: len(wanted.digest)], "where": wanted.where}
    finding = Finding("model.checksum-mismatch", "digest", values=values)
    return Checksums(sha256, md5, "differs", wanted.where), (finding,)
