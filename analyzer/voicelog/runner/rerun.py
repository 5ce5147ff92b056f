"""Run it again with a fix applied, and say what changed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from voicelog.errors import InputError
from voicelog.experience import recall, remember
from voicelog.runner import codec, edits
from voicelog.runner.command import Command, prepare
from voicelog.runner.execute import execute, start_program
from voicelog.runner.outcome import compare
from voicelog.runner.plan import Plan, plans
from voicelog.runner.store import Store, write
from voicelog.runner.streams import Streams
from voicelog.runner.types import Applied, Edit, Outcome, Run
from voicelog.signatures.base import KnowledgeBase


class FixError(InputError):
    """A fix could not be applied; everything that it had changed is as it was."""


@dataclass(frozen=True, slots=True)
class Rerun:
    """A run with a fix, and what the fix did."""

    run: Run
    outcome: Outcome


def starting_point(run: Run, store: Store) -> Run:
    """The run whose command line and environment a re-run begins with: a fix that did not help is not carried on."""
    while run.parent and run.outcome is not None and run.outcome.verdict in ("same", "worse"):
        try:
            run = store.find(run.parent)
        except InputError:
            break
    return run


def last_failed(store: Store) -> Run:
    """The newest run that failed; raises InputError where none did."""
    for run in store.all():
        if run.state != "running" and run.failed:
            return run
    raise InputError("nothing-failed", "no run in the record has failed", hint="voicelog run -- python infer.py")


def first_safe(start: Run, base: KnowledgeBase, store: Store) -> list[Plan]:
    """The safe fix to try first, if there is one: none that was tried from here and did not help."""
    failed = {
        (one.signature, one.fix)
        for run in store.all()
        if run.parent == start.id and run.outcome and run.outcome.verdict in ("same", "worse")
        for one in run.applied
    }
    plan = next_safe(start, base, store, failed)
    return [plan] if plan else []


def next_safe(start: Run, base: KnowledgeBase, store: Store, tried: Set[tuple[str, str]]) -> Plan | None:
    """The most promising safe fix that is not among the (signature, fix) that were tried."""
    found = plans(start, base, recall(store.folder))
    return next((plan for plan in found if plan.safe and (plan.signature, plan.fix.id) not in tried), None)


def environment_of(run: Run, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of now, with what the run had set and what its fixes have set."""
    combined = {**environment, **run.environment}
    for one in run.applied:
        combined |= one.env
    return combined


def command_of(run: Run, chosen: Sequence[Plan], environment: Mapping[str, str] | None = None) -> Command:
    """The command line and environment of `run` with the fixes; raises CommandError where it can no longer start."""
    combined = environment_of(run, os.environ if environment is None else environment)
    for plan in chosen:
        combined |= plan.env
    argv = chosen[-1].argv if chosen else run.argv
    return prepare(argv, run.folder, combined)


def rerun(
    run: Run,
    chosen: Sequence[Plan],
    base: KnowledgeBase,
    streams: Streams,
    store: Store,
    *,
    limit: float | None = None,
) -> Rerun:
    """Apply the fixes, run, compare, take back what did not help, and remember it.

    Raises FixError where a fix cannot be applied, CommandError where the program cannot start.
    """
    command = command_of(run, chosen)
    applied = _apply(chosen, command, streams)
    try:
        together = (*run.applied, *applied)
        after = execute(command, lambda: base, streams, store, limit=limit, applied=together, parent=run.id)
    except BaseException:
        _undo(applied)
        raise
    outcome = compare(run, after)
    if outcome.verdict in ("same", "worse"):
        outcome = _taken_back(outcome, applied)
    after = after._replace(outcome=outcome)
    with contextlib.suppress(OSError):
        write(after.record / "outcome.json", codec.plain(outcome))
        if chosen and not (after.exit and after.exit.stopped_by == "user"):
            worked = outcome.verdict in ("fixed", "further")
            remember(((plan.signature, plan.fix.id) for plan in chosen), after.id, worked, store.folder)
    return Rerun(after, outcome)


def _apply(chosen: Sequence[Plan], command: Command, streams: Streams) -> tuple[Applied, ...]:
    """Edits and commands, in order; where one fails, the edits before it are undone."""
    done: list[Applied] = []
    try:
        for plan in chosen:
            made: list[Edit] = []
            done.append(Applied(plan.signature, plan.fix.id, dict(plan.env), plan.commands, (), plan.arguments))
            for edit in plan.edits:
                made.append(edits.make(edit))
                done[-1] = done[-1]._replace(edits=tuple(made))
            for words in plan.commands:
                _run_command(words, command, streams)
    except BaseException:
        _undo(done)
        raise
    return tuple(done)


def _run_command(words: Sequence[str], command: Command, streams: Streams) -> None:
    prepared = prepare(words, command.folder, command.environment)
    code = _ended_with(prepared, streams) if streams.listener is None else _followed(prepared, streams)
    if code:
        shown = " ".join(words)
        raise FixError("fix-failed", f"ended with {code}", where=shown, hint="read what it printed")


def _ended_with(prepared: Command, streams: Streams) -> int:
    import subprocess

    return subprocess.run(  # noqa: S603 - shown and agreed to
        [prepared.program, *prepared.argv[1:]],
        cwd=prepared.folder,
        env=dict(prepared.environment),
        stdin=subprocess.DEVNULL,
        stdout=streams.stderr if streams.stderr is not None else subprocess.DEVNULL,
        stderr=streams.stderr if streams.stderr is not None else subprocess.DEVNULL,
        check=False,
    ).returncode


def _followed(prepared: Command, streams: Streams) -> int:
    """The exit code of a command whose output somebody listens to, and that may be stopped."""
    program = start_program(prepared, Streams(listener=streams.listener, stop=streams.stop), lambda data: None)
    return program.wait().code


def _undo(applied: Sequence[Applied]) -> list[bool]:
    return [edits.undo(edit) for one in reversed(applied) for edit in reversed(one.edits)]


def _taken_back(outcome: Outcome, applied: Sequence[Applied]) -> Outcome:
    restored = _undo(applied)
    kinds = {
        "env": any(one.env for one in applied),
        "args": any(one.arguments for one in applied),
        "edit": bool(restored) and all(restored),
    }
    left = {"command": any(one.commands for one in applied), "edit": not all(restored)}
    return outcome._replace(
        undone=tuple(kind for kind, there in kinds.items() if there),
        left=tuple(kind for kind, there in left.items() if there),
    )
