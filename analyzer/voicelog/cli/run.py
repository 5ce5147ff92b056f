"""`voicelog run`: run a program, watch it, explain its failure, remember the run."""

from __future__ import annotations

import argparse
import os
import sys

from voicelog.cli import streams
from voicelog.cli.settings import Settings
from voicelog.runner.command import CommandError, prepare
from voicelog.runner.execute import execute
from voicelog.runner.retention import Limits, sweep
from voicelog.runner.store import Store
from voicelog.runner.streams import CONSOLE
from voicelog.runner.types import Run


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Run the command and return its own exit code, or the shell's where it cannot be started."""
    from voicelog.cli.analyze import check_folders, open_knowledge
    from voicelog.cli.summary import RunText
    from voicelog.experience import recall

    streams.open_standard()
    argv = options.argv[1:] if options.argv[:1] == ["--"] else options.argv
    try:
        command = prepare(argv)
        check_folders(settings)
        store = Store()
        done = execute(command, lambda: open_knowledge(settings), CONSOLE, store, limit=options.timeout)
    except CommandError as error:
        streams.report_error(error)
        return error.code
    if not options.quiet and worth_telling(done):
        page = RunText(
            open_knowledge(settings), settings.lang, columns=streams.columns(), color=streams.colored(sys.stderr)
        )
        for line in page.failure(done, recall()):
            streams.write_error(line)
    sweep(store, kept(settings))
    return exit_code(done)


def kept(settings: Settings) -> Limits:
    """How much of the past the settings keep."""
    return Limits(settings.keep_runs, settings.keep_days, settings.keep_mb)


def worth_telling(run: Run) -> bool:
    """Whether it failed, other than by being stopped from the keyboard without any other reason."""
    if run.report is None or run.exit is None or not run.failed:
        return False
    return not (run.exit.stopped_by == "user" and run.report.verdict != "diagnosed")


def exit_code(run: Run) -> int:
    """The program's own; Windows keeps 32 bits, of which Python takes the signed reading."""
    code = run.exit.code if run.exit else 1
    return code - 2**32 if os.name == "nt" and code >= 2**31 else code
