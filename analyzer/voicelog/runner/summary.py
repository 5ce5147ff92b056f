"""What is said of runs: a failure in at most fifteen lines, a plan, an outcome, a page."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Iterator, Sequence

from voicelog.experience import NONE, Experience
from voicelog.language import Language, pick
from voicelog.model import Evidence, Report
from voicelog.render.answer import FixText, describe
from voicelog.render.layout import Layout
from voicelog.render.spans import Line, Span, plain
from voicelog.render.width import cut
from voicelog.runner.command import Command
from voicelog.runner.edits import difference
from voicelog.runner.plan import Plan, plans
from voicelog.runner.symptoms import signal_name, size
from voicelog.runner.types import Outcome, Run
from voicelog.signatures.base import KnowledgeBase

_MOST = 15
_CAUSE = 4
MARKS = {"fixed": "✓", "further": "→", "same": "=", "worse": "✗"}
OUTCOME_STYLES = {"fixed": "green", "further": "yellow", "same": "yellow", "worse": "red"}


class RunText(Layout):
    """Lays out what there is to say of runs for a width and a language."""

    def __init__(self, base: KnowledgeBase, language: Language, *, columns: int = 80) -> None:
        super().__init__(language, columns=columns)
        self._base = base

    def word(self, name: str, **values: object) -> str:
        return self._word(name, **values)

    def wrapped(self, text: str, indent: str = "  ", most: int = 99, first: str | None = None) -> list[Line]:
        lines = self._wrapped(text, indent, first)
        if len(lines) > most:
            lines = [*lines[: most - 1], cut(lines[most - 1], self._columns - 2) + " …"]
        return [plain(line) for line in lines]

    def failure(self, run: Run, experience: Experience = NONE) -> list[Line]:
        """A failed run in at most fifteen lines."""
        return list(self._failure(run, experience))[:_MOST]

    def _failure(self, run: Run, experience: Experience) -> Iterator[Line]:
        if run.report is None or run.exit is None:
            return
        if run.report.verdict == "healthy" and run.exit.stopped_by == "time":
            yield (Span(self.word("run-time", ended=self.ended(run)), "yellow"),)
        elif run.report.diagnoses:
            yield from self._diagnosed(run, run.report, experience)
        else:
            yield (Span(f"? {self.word('unknown')}", "yellow"),)
            yield Span("  "), Span(self.ended(run), "dim")
            if run.report.failure:
                yield self.evidence(run.report.failure)
        yield self._more(run)

    def _diagnosed(self, run: Run, report: Report, experience: Experience) -> Iterator[Line]:
        top = describe(report.diagnoses[0], report, self._base, self._language, experience)
        sure = self.word("sure", percent=round(top.diagnosis.confidence * 100))
        yield (Span(f"✗ {cut(top.title, self._columns - 2)}", "red"),)
        yield Span("  "), Span(top.diagnosis.id, "cyan"), Span(" "), Span(f"· {sure} · {self.ended(run)}", "dim")
        yield from self.wrapped(top.cause, "  ", _CAUSE)
        yield from (self.evidence(one) for one in top.diagnosis.evidence[:2])
        plan = next((plan for plan in plans(run, self._base, experience) if plan.safe), None)
        named = next((fix for fix in top.fixes if plan and fix.id == plan.fix.id), None)
        fix = named or (top.fixes[0] if top.fixes else None)
        if fix:
            yield from self.wrapped(self.word("run-fix", fix=fix.title) + self.worked(fix), "  ", 2)
        if named:
            yield (Span("    "), Span(f"$ voicelog rerun --fix {named.id}", "green"))
        elif fix and fix.commands:
            yield Span("    "), Span(f"$ {fix.commands[0]}", "green")
        elif fix and fix.steps:
            yield from self.wrapped(fix.steps[0], "    ", 2)

    def _more(self, run: Run) -> Line:
        return Span("  "), Span(self.word("run-more", id=run.id), "dim")

    def worked(self, fix: FixText) -> str:
        if not fix.tally.tried:
            return ""
        return " " + self.word("worked", worked=fix.tally.worked, tried=fix.tally.tried)

    def evidence(self, evidence: Evidence) -> Line:
        return Span(f"  {evidence.line:>5}  ", "dim"), Span(cut(evidence.text, self._columns - 9), "yellow")

    def ended(self, run: Run) -> str:
        """How a run ended and after which time."""
        if run.exit is None:
            return self.word("run-lost" if run.state == "lost" else "run-running")
        seconds = f"{run.seconds:.1f}" if run.seconds < 10 else f"{run.seconds:.0f}"
        how = signal_name(run.exit.signal) if run.exit.signal else self.word("run-code", code=run.exit.code)
        return self.word("run-after", how=how, seconds=seconds)

    def head(self, run: Run) -> list[Line]:
        """Which run it is, how it ended, and what ran."""
        return [
            (Span(f"{run.id}  {self.ended(run)}", "bold"),),
            (Span("  "), Span(f"$ {shown(run.argv)}", "green")),
        ]

    def circumstances(self, run: Run) -> list[Line]:
        """Where and when it ran, in which Python, what it used, and which run it repeats with what change."""
        return list(self._circumstances(run))

    def _circumstances(self, run: Run) -> Iterator[Line]:
        started = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(run.started))
        yield from self.wrapped(self.word("show-where", folder=run.folder, started=started))
        if run.interpreter:
            yield from self.wrapped(self.word("show-python", path=run.interpreter))
        if run.samples:
            most = max((sample.memory for sample in run.samples), default=0)
            most = max(most, run.exit.memory if run.exit else 0)
            threads = max(sample.threads for sample in run.samples)
            spent = f"{run.exit.cpu:.1f}" if run.exit else "?"
            yield from self.wrapped(self.word("show-watch", memory=size(most), threads=threads, cpu=spent))
            for gpu in run.samples[-1].gpus:
                used = max(one.memory_used for sample in run.samples for one in sample.gpus if one.number == gpu.number)
                text = self.word("show-gpu", card=gpu.name, used=size(used), total=size(gpu.memory_total))
                yield from self.wrapped(text)
        if run.parent:
            fixes = ", ".join(f"{one.signature}:{one.fix}" for one in run.applied) or "-"
            yield from self.wrapped(self.word("show-parent", parent=run.parent, fixes=fixes))
        if not run.log_complete:
            yield from self.wrapped(self.word("show-cut"))

    def plan(self, run: Run, command: Command, chosen: Sequence[Plan]) -> list[Line]:
        """Everything that would be done, before anything is."""
        return list(self._plan(run, command, chosen))

    def _plan(self, run: Run, command: Command, chosen: Sequence[Plan]) -> Iterator[Line]:
        yield from self.wrapped(self.word("plan", id=run.id, folder=run.folder), "  ", first="")
        for plan in chosen:
            yield Span("  "), Span(plan.fix.id, "bold"), Span(f"  {pick(plan.fix.title, self._language)}")
            if plan.fix.warning:
                yield from self.wrapped("! " + pick(plan.fix.warning, self._language), "    ")
            yield from (plain(f"    {self.word('plan-set')} {name}={value}") for name, value in plan.env.items())
            for edit in plan.edits:
                yield plain(f"    {self.word('plan-edit')} {edit.path}")
                yield from (plain(f"      {line}") for line in difference(edit))
            yield from (plain(f"    {self.word('plan-first')} {shown(words)}") for words in plan.commands)
        for name, value in changed_variables(command, chosen).items():
            yield plain(f"    {self.word('plan-kept')} {name}={value}")
        if command.argv != run.argv:
            yield plain(f"    {self.word('plan-was')} {shown(run.argv)}")
        yield Span("    "), Span(f"$ {shown(command.argv)}", "green")

    def nothing_to_apply(self, run: Run) -> list[Line]:
        return self.wrapped(self.word("no-safe-fix", id=run.id), "  ", first="")

    def difference(self, before: Run, after: Run) -> list[Line]:
        """What was given differently to two runs."""
        return list(self._difference(before, after))

    def _difference(self, before: Run, after: Run) -> Iterator[Line]:
        sides = (("-", before, "red"), ("+", after, "green"))
        yield from ((Span(f"{sign} {run.id}", style),) for sign, run, style in sides)
        if before.argv == after.argv:
            yield plain(f"  $ {shown(before.argv)}")
        else:
            yield from ((Span(f"{sign} $ {shown(run.argv)}", style),) for sign, run, style in sides)
        for name in sorted(before.environment.keys() | after.environment.keys()):
            if before.environment.get(name) != after.environment.get(name):
                for sign, run, style in sides:
                    if name in run.environment:
                        yield (Span(f"{sign} {name}={run.environment[name]}", style),)

    def outcome(self, before: Run, after: Run, outcome: Outcome, *, keep: bool = True) -> list[Line]:
        """What a fix did, and what shows it; with `keep`, how to go on from there."""
        return list(self._outcome(before, after, outcome, keep))

    def _outcome(self, before: Run, after: Run, outcome: Outcome, keep: bool) -> Iterator[Line]:
        said = self.word(f"outcome-{outcome.verdict}")
        yield (Span(f"{MARKS[outcome.verdict]} {said}", OUTCOME_STYLES[outcome.verdict]),)
        yield from self.wrapped(self.word("outcome-before", cause=outcome.before, ended=self.ended(before)))
        yield from self.wrapped(
            self.word("outcome-after", cause=outcome.after or self.word("none"), ended=self.ended(after))
        )
        if outcome.reason in ("later-line", "earlier-line", "more-output", "less-output"):
            first, second = outcome.reached
            yield from self.wrapped(self.word(f"outcome-{outcome.reason}", first=first, second=second))
        if outcome.undone:
            yield from self.wrapped(self.word("undone", what=self._listed(outcome.undone)))
        if outcome.left:
            yield from self.wrapped(self.word("left", what=self._listed(outcome.left)))
        if not keep:
            return
        if outcome.verdict == "fixed":
            yield from self._keep(after)
        else:
            yield self._more(after)

    def _listed(self, kinds: Sequence[str]) -> str:
        return ", ".join(self.word(f"kind-{kind}") for kind in kinds)

    def _keep(self, after: Run) -> Iterator[Line]:
        """The command with which it runs without voicelog."""
        settings = {name: value for one in after.applied for name, value in one.env.items()}
        yield from self.wrapped(self.word("keep"))
        yield from (plain(f"    {self.word('plan-set')} {name}={value}") for name, value in settings.items())
        yield Span("    "), Span(f"$ {shown(after.argv)}", "green")


def changed_variables(command: Command, chosen: Sequence[Plan]) -> dict[str, str]:
    """Variables that the run to be repeated had otherwise than they are now, without those that the fixes set."""
    set_now = {name for plan in chosen for name in plan.env}
    return {
        name: value
        for name, value in command.environment.items()
        if name not in set_now and os.environ.get(name) != value
    }


def shown(argv: Sequence[str]) -> str:
    """A command line as it can be typed, without control characters."""
    line = shlex.join(argv)
    return line if line.isprintable() else line.encode("unicode_escape").decode()
