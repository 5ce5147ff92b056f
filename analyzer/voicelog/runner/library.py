"""The library's doors: run a program, run it again with fixes; nothing is printed and no signal is taken over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from voicelog.api import open_knowledge
from voicelog.errors import InputError
from voicelog.runner.command import prepare
from voicelog.runner.execute import execute
from voicelog.runner.plan import chosen_plans
from voicelog.runner.rerun import Rerun, starting_point
from voicelog.runner.rerun import rerun as rerun_with
from voicelog.runner.store import Store
from voicelog.runner.streams import Streams
from voicelog.runner.types import Run
from voicelog.signatures.base import KnowledgeBase


def run(
    argv: Sequence[str],
    *,
    folder: str | Path | None = None,
    environment: Mapping[str, str] | None = None,
    timeout: float | None = None,
    stdin: int | None = None,
    on_output: Callable[[bytes], None] | None = None,
    knowledge: KnowledgeBase | None = None,
    state: Path | None = None,
) -> Run:
    """Run a program to its end, record it, and explain its failure in `Run.report`.

    `timeout` is in seconds; `stdin` is a file descriptor, none means an empty one; `on_output` gets every piece of
    output from another thread; `state` is the folder of the records. Raises CommandError where the program cannot be
    started, InputError where no record can be kept.
    """
    command = prepare(argv, str(folder) if folder is not None else None, environment)
    return execute(
        command,
        lambda: knowledge or open_knowledge(),
        Streams(stdin, None, None, on_output),
        Store(state),
        limit=timeout,
    )


def rerun(
    run: Run | str,
    fixes: Sequence[str],
    *,
    timeout: float | None = None,
    on_output: Callable[[bytes], None] | None = None,
    knowledge: KnowledgeBase | None = None,
    state: Path | None = None,
) -> Rerun:
    """Run a recorded program again with the named fixes, and say what they did; what did not help is taken back.

    Raises InputError for a run or a fix that is not there, CommandError where the program cannot be started.
    """
    store, base = Store(state), knowledge or open_knowledge()
    start = starting_point(store.find(run) if isinstance(run, str) else run, store)
    if start.state == "running":
        raise InputError("still-running", "is still running", where=start.id, hint="wait for its end")
    chosen = chosen_plans(start, base, fixes)
    return rerun_with(start, chosen, base, Streams(listener=on_output), store, limit=timeout)
