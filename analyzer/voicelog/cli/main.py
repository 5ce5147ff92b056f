"""Entry point: parse, dispatch, map errors to exit codes."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from voicelog.cli import streams
from voicelog.cli.parser import Parser, build_parser
from voicelog.cli.settings import Settings, load_settings
from voicelog.cli.streams import ExitCode
from voicelog.errors import InputError, VoicelogError

_COLLECT_AFTER = 100_000
"""Objects after which the collector looks for cycles: we make none, and an answer makes fewer."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code of the process."""
    gc.set_threshold(_COLLECT_AFTER)
    try:
        return _run(arguments)
    finally:
        gc.freeze()  # the end of the process does not go through everything once more


def _run(arguments: Sequence[str] | None) -> int:
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


def _dispatch(parser: Parser, options: argparse.Namespace) -> int:
    if options.version:
        return _version()
    if options.command == "completion":
        return _completion(options.shell)
    if options.command == "analyze":
        return _analyze(parser, options)
    if options.command in ("run", "rerun", "runs"):
        return _runner(options)
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
    )


def _runner(options: argparse.Namespace) -> int:
    from importlib import import_module

    command = import_module(f"voicelog.cli.{options.command}")
    return int(command.run(options, _settings(options)))


def _settings(options: argparse.Namespace) -> Settings:
    try:
        folder = Path.cwd()
    except OSError:
        raise InputError("no-folder", "the current folder is gone", hint="go to one that exists") from None
    settings = load_settings(folder, os.environ)
    if options.lang:
        settings = settings._replace(lang=options.lang)
    if getattr(options, "format", None):
        settings = settings._replace(format=options.format)
    if options.knowledge:
        settings = settings._replace(knowledge=(*settings.knowledge, *options.knowledge))
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
