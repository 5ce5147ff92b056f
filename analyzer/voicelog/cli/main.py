"""Entry point: parse, dispatch, map errors to exit codes."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from voicelog.cli import streams
from voicelog.cli.parser import Parser, build_parser
from voicelog.cli.settings import Settings, load_settings
from voicelog.cli.streams import ExitCode
from voicelog.errors import ConfigurationError, InputError, VoicelogError

if TYPE_CHECKING:
    from voicelog.cli.doctor import Examiner

_COLLECT_AFTER = 100_000
"""Objects after which the collector looks for cycles: we make none, and an answer makes fewer."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code of the process."""
    gc.set_threshold(_COLLECT_AFTER)
    _own_packages_first()
    try:
        return _run(arguments)
    finally:
        gc.freeze()  # the end of the process does not go through everything once more


def _own_packages_first() -> None:
    """What PYTHONPATH names is there for the user's programs: whatever lies in it, ours comes before it."""
    named = {os.path.abspath(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path}  # noqa: PTH100
    ours = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))  # noqa: PTH120
    theirs = [path for path in sys.path if path in named and path != ours]
    if theirs:
        sys.path[:] = [*(path for path in sys.path if path not in theirs), *theirs]


def _run(arguments: Sequence[str] | None) -> int:
    parser = build_parser(complete="_ARGCOMPLETE" in os.environ)
    if "_ARGCOMPLETE" in os.environ:
        import argcomplete

        argcomplete.autocomplete(parser)
    try:
        return int(_dispatch(parser, parser.parse_args(arguments)))
    except VoicelogError as error:
        streams.report_error(error)
        return int(ExitCode.BAD_INPUT)
    except KeyboardInterrupt:
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        streams.silence_broken_pipe()
        return int(ExitCode.ANSWERED)


def _dispatch(parser: Parser, options: argparse.Namespace) -> int:
    if options.version:
        return _version()
    if options.command == "completion":
        return _completion(options.shell)
    if options.command == "analyze":
        return _analyze(parser, options)
    if options.command == "doctor":
        from voicelog.cli import doctor

        return doctor.run(doctor.to_options(options), _settings(options))
    if options.command in ("run", "rerun", "runs", "tui"):
        return _imported(options)
    if options.command == "inspect":
        return _inspect(options)
    if options.command == "kb":
        return _kb(parser, options)
    parser.print_help()
    return ExitCode.ANSWERED


def _analyze(parser: Parser, options: argparse.Namespace) -> ExitCode:
    from voicelog.cli import analyze

    files = tuple(options.files)
    if options.files_from:
        files += analyze.names_from(options.files_from)
    elif not files:
        if sys.stdin is None or sys.stdin.isatty():
            parser.parse_args(["analyze", "--help"])
        files = ("-",)
    if options.follow and (len(files) != 1 or options.format in ("json", "html")):
        parser.error("--follow takes one FILE, and a format that can be written bit by bit")
    if options.doctor and options.jobs != 1:
        parser.error("--doctor examines this machine once for all logs, and so goes without --jobs")
    settings = _settings(options)
    redact = settings.format == "markdown" if options.redact is None else options.redact
    return analyze.run(
        analyze.Options(
            files,
            settings.format,
            exit_code=options.exit_code,
            everything=options.everything,
            explain=options.explain,
            quiet=options.quiet,
            follow=options.follow,
            jobs=options.jobs,
            redact=redact,
            project=_project(options.project),
        ),
        settings,
        _examiner(options, settings),
    )


def _project(name: str | None) -> Path | None:
    """The folder that --project names."""
    if not name:
        return None
    from voicelog.doctor.target import project_folder

    return project_folder(name)


def _examiner(options: argparse.Namespace, settings: Settings) -> Examiner | None:
    """What looks at this machine while logs are analyzed; None where nobody asked for it."""
    if not options.doctor:
        if options.python:
            raise ConfigurationError("no-doctor", "--python needs --doctor", hint="add --doctor")
        return None
    from voicelog.cli.doctor import Examiner
    from voicelog.doctor.target import project_folder

    return Examiner(options.python or "", project_folder(options.project), settings.lang, quiet=options.quiet)


def _imported(options: argparse.Namespace) -> int:
    from importlib import import_module

    command = import_module(f"voicelog.cli.{options.command}")
    return int(command.run(options, _settings(options)))


def _inspect(options: argparse.Namespace) -> ExitCode:
    from voicelog.cli import inspect_models

    settings = _settings(options)
    # a format set once for all commands may be one that only `analyze` has
    form = settings.format if settings.format in inspect_models.FORMATS else "text"
    paths = tuple(options.paths)
    return inspect_models.run(
        inspect_models.Options(paths, form, options.deep, options.sha256, options.everything, options.quiet), settings
    )


def _kb(parser: Parser, options: argparse.Namespace) -> ExitCode:
    if options.action is None:
        parser.parse_args(["kb", "--help"])
    from voicelog.cli.kb import command

    return command.run(options, _settings(options))


def _settings(options: argparse.Namespace) -> Settings:
    try:
        folder = Path.cwd()
    except OSError:
        raise InputError("no-folder", "the current folder is gone", hint="go to one that exists") from None
    settings = load_settings(folder, os.environ)
    for name in ("lang", "format"):
        if value := getattr(options, name, None):
            settings = settings._replace(**{name: value})
    if folders := getattr(options, "knowledge", None):
        settings = settings._replace(knowledge=(*settings.knowledge, *folders))
    return settings


def _version() -> ExitCode:
    from voicelog import __version__
    from voicelog.signatures.load import digest, signature_files
    from voicelog.signatures.location import bundled

    count = sum(1 for _ in signature_files([bundled()]))
    streams.write_text(f"voicelog {__version__}, knowledge base {digest([bundled()])[:12]} with {count} signatures\n")
    return ExitCode.ANSWERED


def _completion(shell: str) -> ExitCode:
    from argcomplete.shell_integration import shellcode

    streams.write_text(shellcode(["voicelog"], shell=shell))
    return ExitCode.ANSWERED


if __name__ == "__main__":
    sys.exit(main())
