"""`voicelog run`: run a program, watch it, explain its failure, remember the run."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from voicelog.cli import streams
from voicelog.cli.settings import Settings
from voicelog.runner.command import Command, CommandError, prepare
from voicelog.runner.execute import execute
from voicelog.runner.retention import Limits, sweep
from voicelog.runner.store import Store
from voicelog.runner.streams import CONSOLE
from voicelog.runner.types import Run

if TYPE_CHECKING:
    from voicelog.signatures.base import KnowledgeBase


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Run the command and return its own exit code, or the shell's where it cannot be started."""
    streams.open_standard()
    argv = options.argv[1:] if options.argv[:1] == ["--"] else options.argv
    try:
        command = prepare(argv)
        if settings.knowledge:
            from voicelog.cli.knowledge import knowledge_folders

            knowledge_folders(settings)
        store = Store()
        done = execute(command, lambda: _knowledge(settings, command), CONSOLE, store, limit=options.timeout)
    except CommandError as error:
        streams.report_error(error)
        return error.code
    if not options.quiet and worth_telling(done):
        from voicelog.experience import recall
        from voicelog.render.spans import printed
        from voicelog.runner.summary import RunText

        page = RunText(_knowledge(settings, command), settings.lang, columns=streams.columns())
        for line in page.failure(done, recall()):
            streams.write_error(printed(line, color=streams.colored(sys.stderr)))
    sweep(store, kept(settings))
    return exit_code(done)


def _knowledge(settings: Settings, command: Command) -> KnowledgeBase:
    """Imported here, because the program is not to wait for what explains it."""
    from voicelog.cli.knowledge import open_knowledge
    from voicelog.packs.find import places_of_command

    return open_knowledge(settings, *places_of_command(command.argv, command.folder))


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
