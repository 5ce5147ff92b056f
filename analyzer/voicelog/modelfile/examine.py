"""One file from its bytes to everything that can be said of it."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from voicelog.errors import InputError
from voicelog.modelfile import arrays, checksums, config_files, ggml_files, gguf, memory, onnx, safetensors, torch_files
from voicelog.modelfile.causes import findings as flaws_to_findings
from voicelog.modelfile.detect import CONFIGS, detect, misnamed
from voicelog.modelfile.kinds import Measures, compare, disagreements, identify, of_config, traits
from voicelog.modelfile.safety import judge
from voicelog.modelfile.tables import Kind, Tables
from voicelog.modelfile.types import Advance, Broken, Checksums, Contents, FileInspection, Finding, Machine
from voicelog.modelfile.window import Window
from voicelog.modelfile.zips import read_directory

NOT_FOR_INFERENCE = ("training", "discriminator", "optimizer", "base")
"""Uses of a file that is not what a person wants to run."""


@dataclass(frozen=True, slots=True)
class Options:
    """How thoroughly to look, and what to compare with."""

    deep: bool = False
    sha256: str = ""
    machine: Machine = field(default_factory=Machine)


def examine(path: Path, tables: Tables, options: Options, advance: Advance | None = None) -> FileInspection:
    """Inspect one file; raises InputError where it cannot be opened or read."""
    told = advance or _nobody
    with _opened(path) as stream:
        try:
            window = Window(stream)
            contents = read(window, path, told if options.deep else None)
            kind = identify(contents, tables)
            sums, mismatch = _checksums(window, path, contents, kind, tables, options, told)
        except OSError as error:
            raise _unreadable(path, error) from error
    found = list(flaws_to_findings(contents))
    safety, unsafe = judge(contents, tables)
    name, beside = _config(path, kind)
    measures = Measures(contents, beside)
    compared = compare(kind, measures) if kind else []
    needs = memory.needs(contents.tensors, options.machine)
    found += unsafe
    found += _use(kind)
    found += disagreements(compared, name)
    if beside and beside.flaws:
        found.append(Finding("model.config-syntax", "config-broken", values={"config": name}))
    found += _form(contents, path, kind)
    found += mismatch
    found += memory.too_large(needs, options.machine)
    return FileInspection(
        path=str(path),
        size=window.size,
        contents=contents,
        kind=kind.id if kind else "",
        traits=traits(kind, measures) if kind else {},
        safety=safety,
        needs=needs,
        config=name if any(of_config(rule) for rule, _, _ in compared) else "",
        checksums=sums,
        findings=tuple(found),
    )


def _opened(path: Path) -> BinaryIO:
    try:
        # opening a pipe would wait for somebody to write into it
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError("not-a-file", "is no file", where=str(path), hint="name a model file or a folder")
        return path.open("rb")
    except FileNotFoundError:
        hint = "check the path and its spelling"
        raise InputError("no-such-file", "no such file", where=str(path), hint=hint) from None
    except PermissionError:
        hint = "check its permissions"
        raise InputError("no-permission", "may not be read", where=str(path), hint=hint) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError | ValueError) -> InputError:
    reason = getattr(error, "strerror", None) or str(error)
    return InputError("unreadable", f"cannot be read: {reason}", where=str(path), hint="copy it elsewhere")


def _nobody(count: int) -> None:
    """Tell nobody."""


def read(window: Window, path: Path, advance: Advance | None) -> Contents:
    """What the reader of its format finds; damage is part of the answer."""
    form = ""
    try:
        form = detect(window, path)
        return _read(form, window, path, advance)
    except Broken as broken:
        return Contents(form, flaws=(broken.flaw,))
    except RecursionError:
        return Contents(form, flaws=(Broken("nested").flaw,))


def _read(form: str, window: Window, path: Path, advance: Advance | None) -> Contents:
    if form == "zip":
        return _read_zip(window, path, advance)
    if form == "onnx":
        return onnx.read(window, path.parent)
    return {
        "pickle": torch_files.read_pickle,
        "tar": torch_files.read_tar,
        "safetensors": safetensors.read,
        "gguf": gguf.read,
        "ggml": ggml_files.read_ggml,
        "ctranslate2": ggml_files.read_ctranslate2,
        "npy": arrays.read_npy,
        "faiss": arrays.read_faiss,
        "json": config_files.read_json,
        "yaml": config_files.read_yaml,
    }[form](window)


def _read_zip(window: Window, path: Path, advance: Advance | None) -> Contents:
    if path.suffix.lower() == ".npz":
        return arrays.read_npz(window, read_directory(window))
    return torch_files.read_zip(window, advance)


def _checksums(
    window: Window,
    path: Path,
    contents: Contents,
    kind: Kind | None,
    tables: Tables,
    options: Options,
    told: Advance,
) -> tuple[Checksums, tuple[Finding, ...]]:
    """Digests where they are asked for or cheap, and whether they are the expected ones."""
    if contents.format in ("json", "yaml") and not options.sha256:
        return Checksums(), ()
    published = checksums.published_head(window, tables.known)
    wanted = checksums.expected(path, window.size, kind.id if kind else "", options.sha256, tables.known)
    if options.deep or options.sha256 or window.size <= checksums.ALWAYS:
        return checksums.compare(checksums.digests(window, told), wanted, published, tables.known)
    if wanted:
        return Checksums(verdict="unread", against=wanted.where), ()
    return Checksums(verdict="known" if published else "", against=published), ()


def _use(kind: Kind | None) -> tuple[Finding, ...]:
    if kind is None or kind.use not in NOT_FOR_INFERENCE:
        return ()
    return (Finding("model.wrong-kind", kind.use, "warning"),)


def _form(contents: Contents, path: Path, kind: Kind | None) -> tuple[Finding, ...]:
    """An archive of other files, a name that promises another format, or optimizer states alone."""
    if contents.flaws:
        return ()
    if contents.format in ("zip", "tar"):
        return (Finding("model.wrong-kind", "archive", values={"kind": contents.format}),)
    if contents.format and misnamed(contents.format, path):
        values = {"suffix": path.suffix, "format": contents.format}
        return (Finding("model.wrong-kind", "misnamed", "warning", values),)
    if kind is None and contents.tensors and not any(memory.of_model(contents.tensors)):
        return (Finding("model.wrong-kind", "optimizer", "warning"),)
    return ()


def _config(path: Path, kind: Kind | None) -> tuple[str, Contents | None]:
    """The first configuration of the kind that lies beside the file, and what it says."""
    if kind is None:
        return "", None
    for name in kind.configs:
        candidate = path.parent / name
        try:
            if candidate.suffix in CONFIGS and candidate.is_file() and candidate != path:
                with candidate.open("rb") as stream:
                    return name, read(Window(stream), candidate, None)
        except OSError:
            continue
    return "", None
