"""`voicelog analyze`: read logs, name the cause, give the fixes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from voicelog.cli import streams
from voicelog.cli.knowledge import open_knowledge
from voicelog.cli.settings import Settings
from voicelog.cli.streams import ExitCode
from voicelog.cli.writers import WHOLE, Result, Style, document_of, style_for, writer
from voicelog.errors import InputError
from voicelog.ingest.stream import open_streams
from voicelog.pipeline import analyze_stream
from voicelog.signatures.base import KnowledgeBase

Answer = tuple[Result, str]
"""A result and what is written of it."""


class Options(NamedTuple):
    """What the command was asked to do."""

    files: tuple[str, ...]
    format: str
    exit_code: bool = False
    everything: bool = False
    explain: bool = False
    quiet: bool = False
    follow: bool = False
    jobs: int = 1


def run(options: Options, settings: Settings) -> ExitCode:
    """Analyze every input in order; one that cannot be read does not stop the others."""
    base = open_knowledge(settings)
    if not options.quiet:
        for problem in base.problems[:5]:
            streams.write_error(f"voicelog: signature skipped or doubtful: {problem}")
    style = style_for(settings, several=len(options.files) > 1, everything=options.everything, explain=options.explain)
    code = ExitCode.ANSWERED
    for result in _written(_answers(options, style, base, settings), style, base, settings):
        if isinstance(result, InputError):
            code = ExitCode.BAD_INPUT
        elif options.exit_code and result.verdict != "healthy" and code is ExitCode.ANSWERED:
            code = ExitCode.FOUND
    return code


def names_from(name: str) -> tuple[str, ...]:
    """The names of logs that a file, or standard input for `-`, lists one a line.

    Raises InputError where the list cannot be read.
    """
    if name == "-":
        data = sys.stdin.buffer.read()
    else:
        try:
            data = Path(name).read_bytes()
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError("no-list", f"cannot be read: {reason}", where=name, hint="give a list of names") from None
    return tuple(os.fsdecode(line.rstrip(b"\r")) for line in data.split(b"\n") if line.strip())


def _answers(options: Options, style: Style, base: KnowledgeBase, settings: Settings) -> Iterator[Answer]:
    if options.follow:
        from voicelog.cli.follow import follow

        write = writer(style, base, settings)
        return ((report, write(report)) for report in follow(options.files[0], base))
    jobs = min(options.jobs or os.cpu_count() or 1, len(options.files))
    if len(options.files) == 1:
        return iter(_Worker(style, settings, base)(options.files[0]))
    from voicelog.cli.progress import progress

    if jobs > 1:
        from voicelog.cli.parallel import answers

        found: Iterable[list[Answer]] = answers(options.files, jobs, _Worker, (style, settings))
    else:
        found = map(_Worker(style, settings, base), options.files)
    return (one for some in progress(found, len(options.files), shown=not options.quiet) for one in some)


class _Worker:
    """Answers one name after the other; opens the base itself where none is given."""

    def __init__(self, style: Style, settings: Settings, base: KnowledgeBase | None = None) -> None:
        self._base = base or open_knowledge(settings)
        self._write = writer(style, self._base, settings)

    def __call__(self, name: str) -> list[Answer]:
        found: list[Answer] = []
        try:
            for stream in open_streams(name):
                report = analyze_stream(stream, self._base)
                found.append((report, self._write(report)))
        except InputError as error:
            found.append((error, self._write(error)))
        return found


def _written(answers: Iterator[Answer], style: Style, base: KnowledgeBase, settings: Settings) -> Iterator[Result]:
    """The results, each once it is written."""
    kept: list[Result] = []
    for result, text in answers:
        if isinstance(result, InputError):
            streams.report_error(result)
        if style.format in WHOLE:
            kept.append(result)
        elif style.format == "jsonl":
            streams.write_data(text)
        else:
            streams.write_text(text)
        yield result
    if style.format in WHOLE:
        streams.write_data(document_of(kept, style, base, settings))
