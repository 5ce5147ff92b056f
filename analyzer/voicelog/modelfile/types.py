"""What a model file says of itself and what is wrong with it: plain values, without sentences."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]
Safety = Literal["none", "plain", "project", "unchecked", "suspicious", "dangerous"]
"""Of the code that a pickle names: none named at all, only what rebuilds tensors, classes of known projects as well,
not to be read to its end, something that nobody vouches for, something that runs commands or opens files."""

Advance = Callable[[int], None]
"""Told how many more bytes were read."""

BITS = {
    "float64": 64, "float32": 32, "float16": 16, "bfloat16": 16, "float8": 8,
    "int64": 64, "int32": 32, "int16": 16, "int8": 8, "uint64": 64, "uint32": 32, "uint16": 16, "uint8": 8,
    "bool": 8, "complex32": 32, "complex64": 64, "complex128": 128,
}  # fmt: skip
"""Bits of one element, by the name of its type."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong with the bytes of a file, and the numbers that say where."""

    slug: str
    values: Mapping[str, str | int] = field(default_factory=dict)


class Broken(Exception):
    """A reader cannot go on; carries the flaw that stopped it."""

    def __init__(self, slug: str, **values: str | int) -> None:
        super().__init__(slug)
        self.flaw = Flaw(slug, values)


@dataclass(frozen=True, slots=True)
class Tensor:
    """One array of numbers: its name in the model, its element type and its shape."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    group: str = ""
    """The entry of the checkpoint that it lies in, such as `weight` or `optimizer.state.3`."""
    stored: int = -1
    """Bytes that it takes in the file; -1 where they follow from shape and type."""

    @property
    def count(self) -> int:
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        return self.stored if self.stored >= 0 else self.count * BITS.get(self.dtype, 32) // 8


@dataclass(frozen=True, slots=True, order=True)
class Import:
    """A name that a pickle asks Python for."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a reader found in one file."""

    format: str
    tensors: tuple[Tensor, ...] = ()
    entries: tuple[str, ...] = ()
    """Names at the top of a checkpoint, inputs of a network, members of an archive."""
    values: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    """Plain values by dotted path: `config.17`, `metadata.general.architecture`."""
    imports: tuple[Import, ...] = ()
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should know, and the cause of the knowledge base that explains and mends it."""

    cause: str
    slug: str
    severity: Severity = "error"
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Need:
    """What the weights alone take in one precision, and whether that fits; None where the size is not known."""

    precision: str
    bytes: int
    fits_memory: bool | None
    fits_card: bool | None


@dataclass(frozen=True, slots=True)
class Machine:
    """Memory in bytes; 0 where it is not known. `card` is the largest graphics card's."""

    memory: int = 0
    card: int = 0
    card_name: str = ""


@dataclass(frozen=True, slots=True)
class Checksums:
    """Digests of the whole file; empty where it was not read."""

    sha256: str = ""
    md5: str = ""
    verdict: Literal["", "equal", "differs", "known", "unread"] = ""
    """`unread`: there is a value to compare with, and the file was not read to its end."""
    against: str = ""
    """Where the expected value stood: `--sha256`, the name of a sums file, or of a known file."""


@dataclass(frozen=True, slots=True)
class FileInspection:
    """Everything that was found out about one file."""

    path: str
    size: int
    contents: Contents
    kind: str = ""
    """Id of the model kind, empty where none fits."""
    traits: Mapping[str, str] = field(default_factory=dict)
    safety: Safety = "none"
    needs: tuple[Need, ...] = ()
    config: str = ""
    """The configuration beside it that was compared."""
    checksums: Checksums = Checksums()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a known project needs, and the files that were found for it."""

    id: str
    found: tuple[str, ...]
    wanted: str
    required: bool


@dataclass(frozen=True, slots=True)
class FolderInspection:
    """A folder: which project it is, what is missing of it, and its files."""

    path: str
    project: str = ""
    parts: tuple[Part, ...] = ()
    files: tuple[FileInspection, ...] = ()
    findings: tuple[Finding, ...] = ()
    skipped: int = 0
    """Files beyond the limit that were not looked at."""
