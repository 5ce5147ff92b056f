"""`voicelog analyze`: read logs, name the cause, give the fixes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from voicelog import api
from voicelog.cli import streams
from voicelog.cli.settings import Settings
from voicelog.cli.streams import ExitCode
from voicelog.errors import ConfigurationError, InputError
from voicelog.ingest.source import read
from voicelog.language import Language, word
from voicelog.model import Report
from voicelog.packs.find import find_packs
from voicelog.pipeline import analyze_source
from voicelog.render import document
from voicelog.signatures.base import KnowledgeBase

if TYPE_CHECKING:
    from voicelog.redact import Redactor

_MOST_PROBLEMS = 5


class Options(NamedTuple):
    """What the command was asked to do."""

    files: tuple[str, ...]
    format: str
    exit_code: bool
    everything: bool
    explain: bool
    quiet: bool
    redact: bool = False


def run(options: Options, settings: Settings) -> ExitCode:
    """Analyze every input in order; one that cannot be read does not stop the others."""
    base = open_knowledge(settings)
    if not options.quiet:
        report_problems(base)
    redactor = _redactor() if options.redact else None
    logs: list[str] = []
    results = _results(options.files, base, redactor, logs if options.format == "html" else None)
    writer = {
        "text": _write_text,
        "json": _write_json,
        "jsonl": _write_jsonl,
        "markdown": _write_markdown,
        "html": _write_page,
    }
    seen = list(writer[options.format](results, base, options, settings, logs))
    if redactor is not None and redactor.counts and not options.quiet:
        streams.write_error(f"voicelog: {redacted_words(redactor.counts, settings.lang)}")
    if any(isinstance(result, InputError) for result in seen):
        return ExitCode.BAD_INPUT
    failed = any(isinstance(result, Report) and result.verdict != "healthy" for result in seen)
    return ExitCode.FOUND if options.exit_code and failed else ExitCode.ANSWERED


def open_knowledge(settings: Settings, *places: Path) -> KnowledgeBase:
    """The bundled base with the folders that the settings name, and beside it the packs.

    Packs are those of the settings, of the projects that `places` (else the current folder) lie in, and the user's.
    """
    for folder in settings.knowledge:
        if not Path(folder).is_dir():
            hint = "correct --knowledge, VOICELOG_KNOWLEDGE or the configuration file"
            raise ConfigurationError("no-knowledge", "is no folder of signatures", where=folder, hint=hint)
    packs = find_packs(settings.packs, places or [Path.cwd()])
    return api.open_knowledge([Path(one) for one in settings.knowledge], packs)


def report_problems(base: KnowledgeBase) -> None:
    """The first signatures that were left out, and why, on standard error."""
    for one in (base, base.beside):
        for problem in one.problems[:_MOST_PROBLEMS] if one is not None else ():
            streams.write_error(f"voicelog: signature skipped or doubtful: {problem}")


Result = Report | InputError


def _redactor() -> Redactor:
    from voicelog.redact import this_machine  # here, because its many patterns cost an answer that does not need them

    return this_machine()


def redacted_words(counts: Mapping[str, int], language: Language) -> str:
    """How many pieces of personal data of each kind were replaced."""
    said = (word(f"redact-{kind}", language, {"count": count}) for kind, count in counts.items())
    return word("redacted", language, {"counts": ", ".join(said)})


def _results(
    files: tuple[str, ...], base: KnowledgeBase, redactor: Redactor | None, logs: list[str] | None
) -> Iterator[Result]:
    """A report for each log, redacted where asked; the texts go into `logs` where that is wanted."""
    for name in files:
        try:
            for source in read(name):
                report = analyze_source(source, base)
                if redactor is not None:
                    redactor.learn(source.text)
                    report = redactor.redact_report(report)
                if logs is not None:
                    logs.append(redactor.redact(source.text) if redactor is not None else source.text)
                yield report
        except InputError as error:
            streams.report_error(error)
            yield error


def _write_text(
    results: Iterator[Result], base: KnowledgeBase, options: Options, settings: Settings, logs: list[str]
) -> Iterator[Result]:
    from voicelog.render.text import TextRenderer

    renderer = TextRenderer(
        base,
        settings.lang,
        columns=streams.columns(),
        color=streams.colored(sys.stdout),
        everything=options.everything,
        explain=options.explain,
        site=settings.site,
    )
    first = True
    for result in results:
        if isinstance(result, Report):
            several = len(options.files) > 1 or "!" in result.source
            streams.write_text(("" if first else "\n") + renderer.render(result, named=several))
            first = False
        yield result


def _write_json(
    results: Iterator[Result], base: KnowledgeBase, options: Options, settings: Settings, logs: list[str]
) -> Iterator[Result]:
    seen = list(results)
    documents = [_document(result, base, options, settings) for result in seen]
    if len(options.files) == 1 and len(documents) == 1:
        streams.write_data(document.dump(documents[0]))
    else:
        streams.write_data(document.dump(documents))
    yield from seen


def _write_jsonl(
    results: Iterator[Result], base: KnowledgeBase, options: Options, settings: Settings, logs: list[str]
) -> Iterator[Result]:
    for result in results:
        streams.write_data(document.dump_line(_document(result, base, options, settings)))
        yield result


def _write_markdown(
    results: Iterator[Result], base: KnowledgeBase, options: Options, settings: Settings, logs: list[str]
) -> Iterator[Result]:
    from voicelog.render.markdown import to_markdown

    for result in results:
        if isinstance(result, Report):
            title = f"## `{result.source}`\n\n" if len(options.files) > 1 else ""
            streams.write_text(title + to_markdown(result, base, settings.lang, settings.site) + "\n")
        yield result


def _write_page(
    results: Iterator[Result], base: KnowledgeBase, options: Options, settings: Settings, logs: list[str]
) -> Iterator[Result]:
    from voicelog.render.page import to_page

    seen = list(results)
    reports = [one for one in seen if isinstance(one, Report)]
    streams.write_data(to_page(reports, base, settings.lang, logs, settings.site))
    yield from seen


def _document(result: Result, base: KnowledgeBase, options: Options, settings: Settings) -> dict[str, object]:
    if isinstance(result, InputError):
        return document.error_document(result.where, result.message, result.hint)
    return document.to_document(result, base, settings.lang, explain=options.explain)
