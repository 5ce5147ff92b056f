"""`voicelog inspect`: look into model files without loading them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from voicelog.cli import streams
from voicelog.cli.knowledge import deferred_knowledge
from voicelog.cli.progress import Bar
from voicelog.cli.settings import Settings
from voicelog.cli.streams import ExitCode
from voicelog.errors import ConfigurationError, InputError
from voicelog.modelfile.examine import Options as How
from voicelog.modelfile.examine import examine
from voicelog.modelfile.machine import this_machine
from voicelog.modelfile.survey import model_files, survey
from voicelog.modelfile.tables import Tables, load_tables
from voicelog.modelfile.types import FileInspection, FolderInspection, Machine
from voicelog.render.inspection import Wording, all_findings, bytes_text, worst
from voicelog.signatures.location import bundled

FORMATS = ("text", "json", "jsonl", "markdown")
_DIGEST_DIGITS = 64
_SYSTEMS = {"win32": "windows", "darwin": "macos", "linux": "linux"}


class Options(NamedTuple):
    """What the command was asked to do."""

    paths: tuple[str, ...]
    format: str
    deep: bool
    sha256: str
    everything: bool
    quiet: bool


Result = FileInspection | FolderInspection | InputError


def run(options: Options, settings: Settings) -> ExitCode:
    """Inspect every path in order; one that cannot be read does not stop the others."""
    _check(options)
    base = deferred_knowledge(settings)
    tables = load_tables(bundled() / "models")
    machine = this_machine()
    wording = Wording(tables, base, settings.lang, machine, _facts(machine))
    results = _results(options, tables, How(options.deep, options.sha256.lower(), machine))
    seen: list[Result] = []
    if options.format == "jsonl":
        from voicelog.render import document

        for result in results:
            streams.write_data(document.dump_line(_document(result, wording)))
            seen.append(result)
    else:
        seen = list(results)
        _write(seen, options, settings, wording)
    if any(isinstance(result, InputError) for result in seen):
        return ExitCode.BAD_INPUT
    # a remark, such as a whole training checkpoint among others, is nothing that stops a run
    broken = any(not isinstance(result, InputError) and worst(all_findings(result)) == "error" for result in seen)
    return ExitCode.FOUND if broken else ExitCode.ANSWERED


def _check(options: Options) -> None:
    if not options.sha256:
        return
    digits = options.sha256.lower()
    if len(digits) != _DIGEST_DIGITS or digits.strip("0123456789abcdef"):
        hint = f"give all {_DIGEST_DIGITS} hexadecimal digits"
        raise ConfigurationError("bad-digest", "is no SHA-256", where="--sha256", hint=hint)
    if len(options.paths) > 1 or Path(options.paths[0]).is_dir():
        raise ConfigurationError("bad-digest", "belongs to one file", where="--sha256", hint="name one file")


def _facts(machine: Machine) -> dict[str, str]:
    """What decides between fixes: the system, and the maker of the card."""
    facts = {"os": _SYSTEMS[sys.platform]} if sys.platform in _SYSTEMS else {}
    return {**facts, "gpu_vendor": "nvidia", "gpu": machine.card_name} if machine.card else facts


def _results(options: Options, tables: Tables, how: How) -> Iterator[Result]:
    reads_all = options.deep or bool(options.sha256)
    shown = reads_all and not options.quiet and sys.stderr is not None and sys.stderr.isatty()
    bar = _bar(options.paths) if shown else None
    for name in options.paths:
        path = Path(name)
        try:
            if not name:
                raise InputError("no-name", "is empty", where="FILE|FOLDER", hint="name a model file or a folder")
            inspect = survey if path.is_dir() else examine
            result: Result = inspect(path, tables, how, bar.advance if bar else None)
        except InputError as error:
            result = error
        if bar:
            bar.clear()
        if isinstance(result, InputError):
            streams.report_error(result)
        yield result


def _bar(paths: tuple[str, ...]) -> Bar:
    """How much of all files has been read."""
    files = [file for path in map(Path, paths) for file in (model_files(path) if path.is_dir() else (path,))]
    total = sum(_to_read(file) for file in files)
    return Bar(total, lambda done: f"{min(99, done * 100 // max(1, total))} % of {bytes_text(total)}")


def _to_read(file: Path) -> int:
    """Bytes that `--deep` reads: an archive once for its checksums and once for its digest."""
    try:
        with file.open("rb") as stream:
            packed = stream.read(4)[2:] == b"\x03\x04"
        return file.stat().st_size * (2 if packed else 1)
    except OSError:
        return 0


def _write(seen: list[Result], options: Options, settings: Settings, wording: Wording) -> None:
    good = [result for result in seen if not isinstance(result, InputError)]
    if options.format == "json":
        from voicelog.render import document

        documents = [_document(result, wording) for result in seen]
        streams.write_data(document.dump(documents[0] if len(documents) == 1 else documents))
    elif options.format == "markdown":
        from voicelog.render.inspection_markdown import to_markdown

        streams.write_text("\n".join(to_markdown(result, wording) for result in good))
    elif good:
        from voicelog.render.inspection_text import InspectionRenderer

        renderer = InspectionRenderer(
            wording.base,
            settings.lang,
            columns=streams.columns(),
            color=streams.colored(sys.stdout),
            everything=options.everything,
        )
        streams.write_text(renderer.inspections(good, wording))


def _document(result: Result, wording: Wording) -> dict[str, object]:
    from voicelog.render.inspection_document import error_document, to_document

    if isinstance(result, InputError):
        return error_document(result.where, result.message, result.hint)
    return to_document(result, wording)
