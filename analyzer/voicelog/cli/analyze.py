"""`voicelog analyze`: read logs, name the cause, give the fixes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from voicelog.cli import streams
from voicelog.cli.knowledge import open_knowledge
from voicelog.cli.settings import Settings
from voicelog.cli.streams import ExitCode
from voicelog.cli.writers import WHOLE, Result, Style, document_of, style_for, writer
from voicelog.errors import InputError
from voicelog.ingest.stream import Stream, open_streams
from voicelog.language import redacted_words
from voicelog.model import EMPTY
from voicelog.packs.find import places_of_logs
from voicelog.parse import parse
from voicelog.pipeline import Analyze, analyze_log, read_stream
from voicelog.signatures.base import KnowledgeBase

if TYPE_CHECKING:
    from voicelog.cli.doctor import Examiner
    from voicelog.redact import Redactor

_MOST_PROBLEMS = 5
_MANY = 40
"""Logs from which an automaton is worth its loading."""
_MOST_TEXT = 2**20
"""Bytes of a log that are read for the names in it, and shown on a page."""

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
    redact: bool = False
    project: Path | None = None
    """Folder of the model's project, whose packs are asked too."""

    @property
    def places(self) -> tuple[Path, ...]:
        """Where projects with packs of their own may be."""
        return (*([self.project] if self.project else []), *places_of_logs(self.files))


def run(options: Options, settings: Settings, examiner: Examiner | None = None) -> ExitCode:
    """Analyze every input in order; one that cannot be read does not stop the others."""
    base = open_knowledge(settings, *options.places)
    if not options.quiet:
        report_problems(base)
    redactor = _redactor() if options.redact else None
    style = style_for(settings, several=len(options.files) > 1, everything=options.everything, explain=options.explain)
    analyze = examiner.analyze if examiner else analyze_log
    code = ExitCode.ANSWERED
    for result in _written(_answers(options, style, base, settings, analyze, redactor), style, base, settings):
        if isinstance(result, InputError):
            code = ExitCode.BAD_INPUT
        elif options.exit_code and result.verdict != "healthy" and code is ExitCode.ANSWERED:
            code = ExitCode.FOUND
    if redactor is not None and redactor.counts and not options.quiet:
        streams.write_error(f"voicelog: {redacted_words(redactor.counts, settings.lang)}")
    return code


def report_problems(base: KnowledgeBase) -> None:
    """The first signatures that were left out, and why, on standard error."""
    for one in (base, base.beside):
        for problem in one.problems[:_MOST_PROBLEMS] if one is not None else ():
            streams.write_error(f"voicelog: signature skipped or doubtful: {problem}")


def _redactor() -> Redactor:
    from voicelog.redact import this_machine  # here, because its many patterns cost an answer that does not need them

    return this_machine()


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


def _answers(
    options: Options,
    style: Style,
    base: KnowledgeBase,
    settings: Settings,
    analyze: Analyze,
    redactor: Redactor | None,
) -> Iterator[Answer]:
    if options.follow:
        from voicelog.cli.follow import follow

        write = writer(style, base, settings)
        reports = follow(options.files[0], base, analyze)
        shown = reports if redactor is None else map(redactor.redact_report, reports)
        return ((report, write(report)) for report in shown)
    jobs = min(options.jobs or os.cpu_count() or 1, len(options.files))
    if redactor is not None:
        jobs = 1  # one value has one stand-in in all answers
    if len(options.files) == 1:
        return iter(_Worker(style, settings, base, redactor, analyze=analyze)(options.files[0]))
    from voicelog.cli.progress import progress

    many = len(options.files) > _MANY
    if jobs > 1:
        from voicelog.cli.parallel import answers

        found: Iterable[list[Answer]] = answers(
            options.files, jobs, _Worker, (style, settings, None, None, many, analyze_log, options.places)
        )
    else:
        found = map(_Worker(style, settings, base, redactor, many, analyze), options.files)
    return (one for some in progress(found, len(options.files), shown=not options.quiet) for one in some)


class _Worker:
    """Answers one name after the other; opens the base itself where none is given."""

    def __init__(
        self,
        style: Style,
        settings: Settings,
        base: KnowledgeBase | None = None,
        redactor: Redactor | None = None,
        many: bool = False,
        analyze: Analyze = analyze_log,
        places: tuple[Path, ...] = (),
    ) -> None:
        self._analyze = analyze
        self._redactor = redactor
        self._page = style.format == "html"
        self._base = base or open_knowledge(settings, *places)
        if many:
            from voicelog.scan.pieces import piece_search

            self._base.piece_search = piece_search(self._base)
        self._write = writer(style, self._base, settings)

    def __call__(self, name: str) -> list[Answer]:
        found: list[Answer] = []
        try:
            for stream in open_streams(name):
                found.append(self._answer(stream))
        except InputError as error:
            found.append((error, self._write(error)))
        return found

    def _answer(self, stream: Stream) -> Answer:
        """The report and what is written of it; for a page, which is written later, the text of the log."""
        text = ""
        if self._redactor is not None or self._page:
            stream, text = _read_ahead(stream)
        report = self._analyze(parse(read_stream(stream, self._base)), self._base, EMPTY)
        if self._redactor is not None:
            self._redactor.learn(text)
            report = self._redactor.redact_report(report)
            text = self._redactor.redact(text) if self._page else ""
        return report, text if self._page else self._write(report)


def _read_ahead(stream: Stream) -> tuple[Stream, str]:
    """A stream that still gives everything, and the text of its log, of a long one its beginning."""
    import io

    from voicelog.ingest.decode import decode

    head = stream.read(_MOST_TEXT)
    first = io.BytesIO(head)

    def read(size: int) -> bytes:
        data = first.read(size)
        return data + stream.read(size - len(data)) if len(data) < size else data

    return Stream(stream.name, read), decode(head)[0]


def _written(answers: Iterator[Answer], style: Style, base: KnowledgeBase, settings: Settings) -> Iterator[Result]:
    """The results, each once it is written."""
    kept: list[Answer] = []
    for result, text in answers:
        if isinstance(result, InputError):
            streams.report_error(result)
        if style.format in WHOLE:
            kept.append((result, text))
        elif style.format == "jsonl":
            streams.write_data(text)
        else:
            streams.write_text(text)
        yield result
    if style.format in WHOLE:
        streams.write_data(document_of(kept, style, base, settings))
