"""`voicelog analyze`: read logs, name the cause, give the fixes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from voicelog.cli import streams
from voicelog.cli.settings import Settings
from voicelog.cli.streams import ExitCode
from voicelog.errors import ConfigurationError, InputError
from voicelog.experience import recall
from voicelog.ingest.stream import open_streams
from voicelog.model import Report
from voicelog.pipeline import analyze_stream
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.cache import open_base
from voicelog.signatures.location import bundled


class Options(NamedTuple):
    """What the command was asked to do."""

    files: tuple[str, ...]
    format: str
    exit_code: bool
    everything: bool
    explain: bool
    quiet: bool


def run(options: Options, settings: Settings) -> ExitCode:
    """Analyze every input in order; one that cannot be read does not stop the others."""
    base = open_knowledge(settings)
    if not options.quiet:
        for problem in base.problems[:5]:
            streams.write_error(f"voicelog: signature skipped or doubtful: {problem}")
    results = _results(options.files, base)
    writer = {
        "text": _write_text,
        "json": _write_json,
        "jsonl": _write_jsonl,
        "markdown": _write_markdown,
        "html": _write_page,
    }
    seen = list(writer[options.format](results, base, options, settings))
    if any(isinstance(result, InputError) for result in seen):
        return ExitCode.BAD_INPUT
    failed = any(isinstance(result, Report) and result.verdict != "healthy" for result in seen)
    return ExitCode.FOUND if options.exit_code and failed else ExitCode.ANSWERED


def open_knowledge(settings: Settings) -> KnowledgeBase:
    """The bundled base with the folders that the settings name."""
    check_folders(settings)
    return open_base([bundled(), *map(Path, settings.knowledge)])


def check_folders(settings: Settings) -> None:
    """Raises ConfigurationError where a folder of signatures is not there."""
    for folder in settings.knowledge:
        if not Path(folder).is_dir():
            hint = "correct --knowledge, VOICELOG_KNOWLEDGE or the configuration file"
            raise ConfigurationError("no-knowledge", "is no folder of signatures", where=folder, hint=hint)


Result = Report | InputError


def _results(files: tuple[str, ...], base: KnowledgeBase) -> Iterator[Result]:
    for name in files:
        try:
            for stream in open_streams(name):
                yield analyze_stream(stream, base)
        except InputError as error:
            streams.report_error(error)
            yield error


def _write_text(
    results: Iterator[Result], base: KnowledgeBase, options: Options, settings: Settings
) -> Iterator[Result]:
    from voicelog.render.text import TextRenderer

    renderer = TextRenderer(
        base,
        settings.lang,
        columns=streams.columns(),
        color=streams.colored(sys.stdout),
        everything=options.everything,
        explain=options.explain,
        experience=recall(),
    )
    first = True
    for result in results:
        if isinstance(result, Report):
            several = len(options.files) > 1 or "!" in result.source
            streams.write_text(("" if first else "\n") + renderer.render(result, named=several))
            first = False
        yield result


def _write_json(
    results: Iterator[Result], base: KnowledgeBase, options: Options, settings: Settings
) -> Iterator[Result]:
    from voicelog.render import document

    seen = list(results)
    documents = [_document(result, base, options, settings) for result in seen]
    if len(options.files) == 1 and len(documents) == 1:
        streams.write_data(document.dump(documents[0]))
    else:
        streams.write_data(document.dump(documents))
    yield from seen


def _write_jsonl(
    results: Iterator[Result], base: KnowledgeBase, options: Options, settings: Settings
) -> Iterator[Result]:
    from voicelog.render import document

    for result in results:
        streams.write_data(document.dump_line(_document(result, base, options, settings)))
        yield result


def _write_markdown(
    results: Iterator[Result], base: KnowledgeBase, options: Options, settings: Settings
) -> Iterator[Result]:
    from voicelog.render.markdown import to_markdown

    for result in results:
        if isinstance(result, Report):
            title = f"## `{result.source}`\n\n" if len(options.files) > 1 else ""
            streams.write_text(title + to_markdown(result, base, settings.lang) + "\n")
        yield result


def _write_page(
    results: Iterator[Result], base: KnowledgeBase, options: Options, settings: Settings
) -> Iterator[Result]:
    from voicelog.render.page import to_page

    seen = list(results)
    streams.write_data(to_page([one for one in seen if isinstance(one, Report)], base, settings.lang))
    yield from seen


def _document(result: Result, base: KnowledgeBase, options: Options, settings: Settings) -> dict[str, object]:
    from voicelog.render import document

    if isinstance(result, InputError):
        return document.error_document(result.where, result.message, result.hint)
    return document.to_document(result, base, settings.lang, explain=options.explain, experience=recall())
