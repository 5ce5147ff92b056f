"""Entry point: parse, dispatch, map errors to exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from voicelog.cli import streams
from voicelog.cli.parser import Parser, build_parser
from voicelog.cli.settings import Settings, load_settings
from voicelog.cli.streams import ExitCode
from voicelog.errors import ConfigurationError, VoicelogError

if TYPE_CHECKING:
    from voicelog.cli.doctor import Examiner


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code of the process."""
    parser = build_parser()
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


def _dispatch(parser: Parser, options: argparse.Namespace) -> ExitCode:
    if options.version:
        return _version()
    if options.command == "completion":
        return _completion(options.shell)
    if options.command == "analyze":
        return _analyze(parser, options)
    if options.command == "doctor":
        from voicelog.cli import doctor

        return doctor.run(doctor.to_options(options), _settings(options))
    parser.print_help()
    return ExitCode.ANSWERED


def _analyze(parser: Parser, options: argparse.Namespace) -> ExitCode:
    files = tuple(options.files)
    if not files:
        if sys.stdin is None or sys.stdin.isatty():
            parser.parse_args(["analyze", "--help"])
        files = ("-",)
    from voicelog.cli import analyze

    settings = _settings(options)
    return analyze.run(
        analyze.Options(files, settings.format, options.exit_code, options.everything, options.explain, options.quiet),
        settings,
        _examiner(options, settings),
    )


def _examiner(options: argparse.Namespace, settings: Settings) -> Examiner | None:
    """What looks at this machine while logs are analyzed; None where nobody asked for it."""
    if not options.doctor:
        if options.python or options.project:
            raise ConfigurationError("no-doctor", "--python and --project need --doctor", hint="add --doctor")
        return None
    from voicelog.cli.doctor import Examiner, project_folder

    return Examiner(options.python or "", project_folder(options.project), settings.lang, quiet=options.quiet)


def _settings(options: argparse.Namespace) -> Settings:
    settings = load_settings(Path.cwd(), os.environ)
    if options.lang:
        settings = replace(settings, lang=options.lang)
    if options.format:
        settings = replace(settings, format=options.format)
    if options.knowledge:
        settings = replace(settings, knowledge=(*settings.knowledge, *options.knowledge))
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
