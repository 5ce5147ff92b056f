"""`voicelog doctor`, and the examination that `voicelog analyze --doctor` joins with a log."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from voicelog.cli import streams
from voicelog.cli.parser import DOCTOR_FORMATS
from voicelog.cli.settings import Settings
from voicelog.cli.streams import ExitCode
from voicelog.doctor.baseline import compare_with_baseline, save_baseline
from voicelog.doctor.examine import examine
from voicelog.doctor.join import join
from voicelog.doctor.target import find_target, project_folder
from voicelog.errors import InputError
from voicelog.language import Language, word
from voicelog.model import EMPTY, Comparison, Examination, Log, Report, Target
from voicelog.pipeline import analyze_log
from voicelog.runner.store import Store
from voicelog.signatures.base import KnowledgeBase


class Options(NamedTuple):
    """What the command was asked to do."""

    python: str
    run: str
    project: Path | None
    network: bool
    baseline: str
    everything: bool
    quiet: bool


def to_options(arguments: argparse.Namespace) -> Options:
    """The arguments of the command line in typed form; raises ConfigurationError where a folder is none."""
    return Options(
        python=arguments.python or "",
        run=arguments.run or "",
        project=project_folder(arguments.project),
        network=arguments.network,
        baseline=arguments.baseline or "",
        everything=arguments.everything,
        quiet=arguments.quiet,
    )


def run(options: Options, settings: Settings) -> ExitCode:
    """Examine, and answer, save or compare."""
    from voicelog.cli.knowledge import knowledge_folders
    from voicelog.signatures.direct import open_directly

    base = open_directly(knowledge_folders(settings))
    target = (
        _of_run(options.run)
        if options.run
        else find_target(options.python, recorded=_recorded(options.project), project=options.project)
    )
    progress = None if options.quiet else _Progress(settings.lang)
    examination = _examined(target, options.project, options.network, progress)
    if options.baseline == "save":
        path = save_baseline(examination)
        streams.write_text(word("baseline-saved", settings.lang, {"path": path}) + "\n")
        return ExitCode.ANSWERED
    if options.baseline == "compare":
        comparison = compare_with_baseline(examination)
        _write_comparison(comparison, settings)
        return ExitCode.FOUND if comparison.changes else ExitCode.ANSWERED
    _write(examination, base, options, settings)
    broken = any(finding.status in ("fail", "crashed") for finding in examination.findings)
    return ExitCode.FOUND if broken else ExitCode.ANSWERED


def _of_run(reference: str) -> Target:
    """The interpreter of the run that `reference` names; raises InputError where it ran none, or it is gone."""
    found = Store().find(reference)
    if not found.interpreter:
        raise InputError("no-python", "ran a program that is no Python", where=found.id, hint="name one with --python")
    if not Path(found.interpreter).is_file():
        message = f"was started with {found.interpreter}, which is gone"
        raise InputError("no-python", message, where=found.id, hint="name one with --python")
    return Target(found.interpreter, "run", found.id)


def _recorded(project: Path | None) -> Iterator[tuple[str, str]]:
    """The interpreters of the runs that were started in the project's folder, or in this one."""
    return Store().interpreters(project or Path.cwd())


class Examiner:
    """Looks at the machine while logs are analyzed; each interpreter is examined once."""

    def __init__(self, python: str, project: Path | None, language: Language, *, quiet: bool) -> None:
        self._python = python
        self._project = project
        self._progress = None if quiet else _Progress(language)
        self._known: dict[str, Examination] = {}

    def analyze(self, log: Log, base: KnowledgeBase, told: Mapping[str, str] = EMPTY) -> Report:
        """The report of one log, of which more was `told` before, with what this machine shows counted in."""
        recorded = _recorded(self._project)
        target = find_target(self._python, log=log, recorded=recorded, project=self._project)
        if target.path not in self._known:
            self._known[target.path] = _examined(target, self._project, False, self._progress)
        joined = join(log, self._known[target.path]._replace(target=target), told)
        return joined.complete(analyze_log(log, base, {**told, **joined.facts}), base)


def _examined(target: Target, project: Path | None, online: bool, progress: _Progress | None) -> Examination:
    try:
        return examine(target, project, online=online, progress=progress)
    finally:
        if progress is not None:
            streams.write_progress("")


class _Progress:
    """Names the steps that are under way on one line, and not more often than a person can read."""

    _OFTEN = 0.1

    def __init__(self, language: Language) -> None:
        self._language = language
        self._running: dict[str, None] = {}
        self._written = 0.0

    def __call__(self, step: str, ended: bool) -> None:
        if ended:
            self._running.pop(step, None)
        else:
            self._running[step] = None
        now = time.monotonic()
        if now - self._written >= self._OFTEN and self._running:
            self._written = now
            steps = ", ".join(self._running.copy())
            streams.write_progress(word("doctor-progress", self._language, {"steps": steps}))


def _write(examination: Examination, base: KnowledgeBase, options: Options, settings: Settings) -> None:
    kind = settings.format if settings.format in DOCTOR_FORMATS else "text"
    if kind == "json":
        from voicelog.render.document import dump
        from voicelog.render.examination_document import to_examination_document

        streams.write_data(dump(to_examination_document(examination, base, settings.lang)))
    elif kind == "markdown":
        from voicelog.language import redacted_words
        from voicelog.redact import this_machine
        from voicelog.render.examination_markdown import to_examination_markdown

        redactor = this_machine()
        streams.write_text(redactor.redact(to_examination_markdown(examination, base, settings.lang)))
        if redactor.counts and not options.quiet:
            streams.write_error(f"voicelog: {redacted_words(redactor.counts, settings.lang)}")
    else:
        from voicelog.render.examination_text import ExaminationText

        renderer = ExaminationText(
            base,
            settings.lang,
            columns=streams.columns(),
            color=streams.colored(sys.stdout),
            everything=options.everything,
        )
        streams.write_text(renderer.render(examination))


def _write_comparison(comparison: Comparison, settings: Settings) -> None:
    from voicelog.render.comparison import to_comparison_document, to_comparison_text

    if settings.format == "json":
        from voicelog.render.document import dump

        streams.write_data(dump(to_comparison_document(comparison)))
    else:
        streams.write_text(to_comparison_text(comparison, settings.lang))
