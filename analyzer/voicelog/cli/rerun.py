"""`voicelog rerun`: run it again with a fix applied, and say what changed."""

from __future__ import annotations

import argparse
import sys
import time

from voicelog.cli import streams
from voicelog.cli.knowledge import open_knowledge
from voicelog.cli.settings import Settings
from voicelog.cli.streams import ExitCode
from voicelog.errors import InputError
from voicelog.packs.find import places_of_command
from voicelog.render.spans import Line, plain, printed
from voicelog.runner.command import CommandError
from voicelog.runner.plan import Plan, chosen_plans
from voicelog.runner.rerun import Rerun, command_of, first_safe, last_failed, next_safe, rerun, starting_point
from voicelog.runner.store import Store
from voicelog.runner.streams import CONSOLE
from voicelog.runner.summary import RunText
from voicelog.runner.types import Run
from voicelog.signatures.base import KnowledgeBase


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Re-run, and return the program's own exit code; 2 where nothing could be done."""
    streams.open_standard()
    store = Store()
    named = store.find(options.run) if options.run else last_failed(store)
    base = open_knowledge(settings, *places_of_command(named.argv, named.folder))
    page = RunText(base, settings.lang, columns=streams.columns())
    if named.state == "running":
        raise InputError("still-running", "is still running", where=named.id, hint="wait for it, or stop it")
    session = _Session(options, store, base, page)
    try:
        return session.work_through(named) if options.attempt else session.once(named)
    except CommandError as error:
        streams.report_error(error)
        return error.code


class _Session:
    """One call of `voicelog rerun`."""

    def __init__(self, options: argparse.Namespace, store: Store, base: KnowledgeBase, page: RunText) -> None:
        self._options = options
        self._store = store
        self._base = base
        self._page = page

    def once(self, named: Run) -> int:
        start = starting_point(named, self._store)
        if self._options.fix:
            chosen = chosen_plans(start, self._base, self._options.fix)
        else:
            chosen = first_safe(start, self._base, self._store)
        if not chosen and not self._options.again:
            self._say(self._page.nothing_to_apply(start))
            return ExitCode.BAD_INPUT
        self._say(self._page.plan(start, command_of(start, chosen), chosen))
        if self._options.dry_run:
            return ExitCode.ANSWERED
        if chosen and not self._agreed():
            return ExitCode.BAD_INPUT
        done = self._rerun(start, chosen, self._options.timeout)
        return done.run.exit.code if done.run.exit else 1

    def work_through(self, named: Run) -> int:
        """The safe fixes in order, each on top of those that led further, until it runs or a bound is reached."""
        start = starting_point(named, self._store)
        deadline = time.monotonic() + self._options.within
        tried: set[tuple[str, str]] = set()
        left = next_safe(start, self._base, self._store, tried)
        if left is None:
            self._say(self._page.nothing_to_apply(start))
            return ExitCode.BAD_INPUT
        self._say(self._page.plan(start, command_of(start, [left]), [left]))
        if self._options.dry_run:
            return ExitCode.ANSWERED
        if not self._agreed():
            return ExitCode.BAD_INPUT
        code = start.exit.code if start.exit else 1
        while left is not None and len(tried) < self._options.most:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                self._say([plain(self._page.word("try-time"))])
                break
            if tried:
                self._say(self._page.plan(start, command_of(start, [left]), [left]))
            tried.add((left.signature, left.fix.id))
            done = self._rerun(start, [left], min(remaining, self._options.timeout or remaining))
            code = done.run.exit.code if done.run.exit else 1
            if done.outcome.verdict == "fixed":
                return code
            if done.run.exit and done.run.exit.stopped_by == "user":
                return code
            if done.outcome.verdict == "further":
                start = done.run
            left = next_safe(start, self._base, self._store, tried)
        self._say([plain(self._page.word("try-over", count=len(tried)))])
        return code

    def _rerun(self, start: Run, chosen: list[Plan], limit: float | None) -> Rerun:
        done = rerun(start, chosen, self._base, CONSOLE, self._store, limit=limit)
        self._say(self._page.outcome(start, done.run, done.outcome))
        return done

    def _agreed(self) -> bool:
        if self._options.yes:
            return True
        if self._options.no_input or not sys.stdin.isatty():
            raise InputError("no-answer", "nothing was done: there is nobody to ask", hint="say yes with --yes")
        streams.write_error(self._page.word("ask"))
        return sys.stdin.readline().strip().lower() in ("y", "yes", "j", "是", "好")

    def _say(self, lines: list[Line]) -> None:
        for line in lines:
            streams.write_error(printed(line, color=streams.colored(sys.stderr)))
