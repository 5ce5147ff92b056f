"""`voicelog runs`: list, show, compare and remove recorded runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

from voicelog.cli import streams
from voicelog.cli.knowledge import deferred_knowledge, open_knowledge
from voicelog.cli.run import kept
from voicelog.cli.settings import Settings
from voicelog.cli.streams import ExitCode
from voicelog.errors import InputError
from voicelog.experience import recall
from voicelog.language import word
from voicelog.packs.find import places_of_command
from voicelog.render.document import dump, to_document
from voicelog.render.spans import Line, Span, printed
from voicelog.render.text import TextRenderer
from voicelog.render.width import cut, width
from voicelog.runner.codec import plain
from voicelog.runner.logs import read_log
from voicelog.runner.outcome import cause_of, compare
from voicelog.runner.plan import plans
from voicelog.runner.retention import Limits, beyond, is_running, size_of
from voicelog.runner.store import Store
from voicelog.runner.summary import MARKS, RunText, shown
from voicelog.runner.symptoms import signal_name, size
from voicelog.runner.types import Run
from voicelog.signatures.base import KnowledgeBase


def run(options: argparse.Namespace, settings: Settings) -> int:
    """One of list, show, compare, prune."""
    return int({"list": _list, "show": _show, "compare": _compare, "prune": _prune}[options.action](options, settings))


def _list(options: argparse.Namespace, settings: Settings) -> ExitCode:
    found = [one for one in Store().all() if one.failed or not options.failed][: options.most]
    if settings.format == "json":
        streams.write_data(dump([_entry(one) for one in found]))
        return ExitCode.ANSWERED
    page = RunText(deferred_knowledge(settings), settings.lang, columns=streams.columns())
    _write([_line(one) for one in found] or page.wrapped(page.word("no-runs"), "", first=""))
    return ExitCode.ANSWERED


def _write(lines: Iterable[Line]) -> None:
    color = streams.colored(sys.stdout)
    streams.write_text("".join(f"{printed(line, color=color)}\n" for line in lines))


def _line(run: Run) -> Line:
    """Id, how it ended, its cause, its command: one line."""
    mark = MARKS[run.outcome.verdict] if run.outcome else " "
    how = "…" if run.exit is None else signal_name(run.exit.signal) if run.exit.signal else str(run.exit.code)
    head = f"{run.id} {mark} {how:>7} {run.seconds:>7.1f} s  "
    cause = cause_of(run) if run.failed and run.report and run.report.diagnoses else ""
    rest = f"{cause}  " if cause else ""
    room = max(10, streams.columns() - width(head) - width(rest))
    return Span(head), Span(rest, "red"), Span(cut(shown([PurePath(word).name or word for word in run.argv]), room))


def _entry(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "state": run.state,
        "argv": list(run.argv),
        "folder": run.folder,
        "interpreter": run.interpreter,
        "environment": dict(run.environment),
        "started": run.started,
        "seconds": run.seconds,
        "exit": plain(run.exit) if run.exit else None,
        "failed": run.failed,
        "cause": cause_of(run),
        "parent": run.parent,
        "applied": [plain(one) for one in run.applied],
        "outcome": plain(run.outcome) if run.outcome else None,
        "log_complete": run.log_complete,
        "bytes": size_of(run.record),
        "record": str(run.record),
    }


def _show(options: argparse.Namespace, settings: Settings) -> ExitCode:
    found = Store().find(options.run)
    if options.log:
        sys.stdout.flush()
        sys.stdout.buffer.write(read_log(found.record))
        sys.stdout.buffer.flush()
        return ExitCode.ANSWERED
    base = open_knowledge(settings, *places_of_command(found.argv, found.folder))
    if settings.format == "json":
        report = to_document(found.report, base, settings.lang, experience=recall()) if found.report else None
        samples = [plain(one) for one in found.samples]
        streams.write_data(dump({**_entry(found), "report": report, "samples": samples}))
        return ExitCode.ANSWERED
    _write(_page(found, RunText(base, settings.lang, columns=streams.columns()), base))
    if found.report and found.failed:
        renderer = TextRenderer(
            base,
            settings.lang,
            columns=streams.columns(),
            color=streams.colored(sys.stdout),
            everything=True,
            experience=recall(),
        )
        streams.write_text("\n" + renderer.render(found.report))
    return ExitCode.ANSWERED


def _page(run: Run, page: RunText, base: KnowledgeBase) -> Iterator[Line]:
    yield from page.head(run)
    yield from page.circumstances(run)
    if run.outcome:
        yield from page.wrapped(page.word(f"outcome-{run.outcome.verdict}"))
    if run.failed:
        for plan in plans(run, base, recall()):
            yield Span("  "), Span(f"$ voicelog rerun {run.id} --fix {plan.fix.id}", "green")
    yield from page.wrapped(page.word("show-log", id=run.id))


def _compare(options: argparse.Namespace, settings: Settings) -> ExitCode:
    store = Store()
    before, after = store.find(options.before), store.find(options.after)
    for one in (before, after):
        if one.state == "running":
            raise InputError("still-running", "is still running", where=one.id, hint="wait for its end")
    outcome = compare(before, after)
    if settings.format == "json":
        documents = {"before": _entry(before), "after": _entry(after), "outcome": plain(outcome)}
        streams.write_data(dump(documents))
        return ExitCode.ANSWERED
    base = open_knowledge(
        settings,
        *places_of_command(before.argv, before.folder),
        *places_of_command(after.argv, after.folder),
    )
    page = RunText(base, settings.lang, columns=streams.columns())
    _write([*page.difference(before, after), *page.outcome(before, after, outcome, keep=False)])
    return ExitCode.ANSWERED


def _prune(options: argparse.Namespace, settings: Settings) -> ExitCode:
    store = Store()
    if options.runs:
        doomed = [store.identify(one) for one in options.runs]
    else:
        limits = Limits(options.keep, options.days, options.mb)
        doomed = list(beyond(store, limits if limits != Limits() else kept(settings)))
    for one in doomed:
        if is_running(store, one):
            raise InputError("still-running", "is still running", where=one, hint="stop it first")
    freed = sum(size_of(store.runs / one) for one in doomed)
    for one in doomed if not options.dry_run else ():
        store.remove(one)
    if settings.format == "json":
        streams.write_data(dump({"removed": doomed, "bytes": freed, "dry_run": options.dry_run}))
    else:
        name = "prune-would" if options.dry_run else "pruned"
        streams.write_text(word(name, settings.lang, {"count": len(doomed), "size": size(freed)}) + "\n")
    return ExitCode.ANSWERED
