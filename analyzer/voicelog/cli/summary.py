"""What is said of runs on standard error: a failure in at most fifteen lines, a plan, an outcome."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from voicelog.experience import NONE, Experience
from voicelog.language import Language, pick
from voicelog.model import Evidence, Report
from voicelog.render.answer import FixText, describe
from voicelog.render.layout import Layout
from voicelog.render.width import cut
from voicelog.runner.command import Command
from voicelog.runner.edits import difference
from voicelog.runner.plan import Plan, plans
from voicelog.runner.symptoms import signal_name
from voicelog.runner.types import Outcome, Run
from voicelog.signatures.base import KnowledgeBase

_MOST = 15
_CAUSE = 4
_OUTCOME_STYLES = {"fixed": ("✓", "green"), "further": ("→", "yellow"), "same": ("=", "yellow"), "worse": ("✗", "red")}


class RunText(Layout):
    """Lays out what there is to say of runs for one terminal."""

    def __init__(self, base: KnowledgeBase, language: Language, *, columns: int = 80, color: bool = False) -> None:
        super().__init__(language, columns=columns, color=color)
        self._base = base

    def word(self, name: str, **values: object) -> str:
        return self._word(name, **values)

    def style(self, text: str, style: str) -> str:
        return self._style(text, style)

    def wrapped(self, text: str, indent: str = "  ", most: int = 99, first: str | None = None) -> list[str]:
        lines = self._wrapped(text, indent, first)
        if len(lines) > most:
            lines = [*lines[: most - 1], cut(lines[most - 1], self._columns - 2) + " …"]
        return lines

    def failure(self, run: Run, experience: Experience = NONE) -> list[str]:
        """A failed run in at most fifteen lines."""
        return list(self._failure(run, experience))[:_MOST]

    def _failure(self, run: Run, experience: Experience) -> Iterator[str]:
        if run.report is None or run.exit is None:
            return
        if run.report.verdict == "healthy" and run.exit.stopped_by == "time":
            yield self.style(self.word("run-time", ended=self.ended(run)), "yellow")
        elif run.report.diagnoses:
            yield from self._diagnosed(run, run.report, experience)
        else:
            yield self.style(f"? {self.word('unknown')}", "yellow")
            yield "  " + self.style(self.ended(run), "dim")
            if run.report.failure:
                yield self.evidence(run.report.failure)
        yield "  " + self.style(self.word("run-more", id=run.id), "dim")

    def _diagnosed(self, run: Run, report: Report, experience: Experience) -> Iterator[str]:
        top = describe(report.diagnoses[0], report, self._base, self._language, experience)
        sure = self.word("sure", percent=round(top.diagnosis.confidence * 100))
        yield self.style(f"✗ {cut(top.title, self._columns - 2)}", "red")
        yield f"  {self.style(top.diagnosis.id, 'cyan')} {self.style(f'· {sure} · {self.ended(run)}', 'dim')}"
        yield from self.wrapped(top.cause, "  ", _CAUSE)
        yield from (self.evidence(one) for one in top.diagnosis.evidence[:2])
        plan = next((plan for plan in plans(run, self._base, experience) if plan.safe), None)
        named = next((fix for fix in top.fixes if plan and fix.id == plan.fix.id), None)
        fix = named or (top.fixes[0] if top.fixes else None)
        if fix:
            yield from self.wrapped(self.word("run-fix", fix=fix.title) + self.worked(fix), "  ", 2)
        if named:
            yield self.style(f"    $ voicelog rerun --fix {named.id}", "green")
        elif fix and fix.commands:
            yield self.style(f"    $ {fix.commands[0]}", "green")
        elif fix and fix.steps:
            yield from self.wrapped(fix.steps[0], "    ", 2)

    def worked(self, fix: FixText) -> str:
        if not fix.tally.tried:
            return ""
        return " " + self.word("worked", worked=fix.tally.worked, tried=fix.tally.tried)

    def evidence(self, evidence: Evidence) -> str:
        return self.style(f"  {evidence.line:>5}  ", "dim") + self.style(
            cut(evidence.text, self._columns - 9), "yellow"
        )

    def ended(self, run: Run) -> str:
        """How a run ended and after which time."""
        if run.exit is None:
            return self.word("run-lost" if run.state == "lost" else "run-running")
        seconds = f"{run.seconds:.1f}" if run.seconds < 10 else f"{run.seconds:.0f}"
        how = signal_name(run.exit.signal) if run.exit.signal else self.word("run-code", code=run.exit.code)
        return self.word("run-after", how=how, seconds=seconds)

    def plan(self, run: Run, command: Command, chosen: Sequence[Plan]) -> list[str]:
        """Everything that would be done, before anything is."""
        return list(self._plan(run, command, chosen))

    def _plan(self, run: Run, command: Command, chosen: Sequence[Plan]) -> Iterator[str]:
        yield from self.wrapped(self.word("plan", id=run.id, folder=run.folder), "  ", first="")
        for plan in chosen:
            yield f"  {self.style(plan.fix.id, 'bold')}  {pick(plan.fix.title, self._language)}"
            if plan.fix.warning:
                yield from self.wrapped("! " + pick(plan.fix.warning, self._language), "    ")
            yield from (f"    {self.word('plan-set')} {name}={value}" for name, value in plan.env.items())
            for edit in plan.edits:
                yield f"    {self.word('plan-edit')} {edit.path}"
                yield from (f"      {line}" for line in difference(edit))
            yield from (f"    {self.word('plan-first')} {shown(words)}" for words in plan.commands)
        if command.argv != run.argv:
            yield f"    {self.word('plan-was')} {shown(run.argv)}"
        yield self.style(f"    $ {shown(command.argv)}", "green")

    def nothing_to_apply(self, run: Run) -> list[str]:
        return self.wrapped(self.word("no-safe-fix", id=run.id), "  ", first="")

    def difference(self, before: Run, after: Run) -> list[str]:
        """What was given differently to two runs."""
        return list(self._difference(before, after))

    def _difference(self, before: Run, after: Run) -> Iterator[str]:
        for sign, run in (("-", before), ("+", after)):
            yield f"{sign} {run.id}"
            yield f"{sign} $ {shown(run.argv)}"
        names = before.environment.keys() | after.environment.keys()
        for name in sorted(names):
            for sign, run in (("-", before), ("+", after)):
                if before.environment.get(name) != after.environment.get(name) and name in run.environment:
                    yield f"{sign} {name}={run.environment[name]}"

    def outcome(self, before: Run, after: Run, outcome: Outcome, *, keep: bool = True) -> list[str]:
        """What a fix did, and what shows it; with `keep`, how to go on from there."""
        return list(self._outcome(before, after, outcome, keep))

    def _outcome(self, before: Run, after: Run, outcome: Outcome, keep: bool) -> Iterator[str]:
        mark, style = _OUTCOME_STYLES[outcome.verdict]
        yield self.style(f"{mark} {self.word(f'outcome-{outcome.verdict}')}", style)
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
            yield "  " + self.style(self.word("run-more", id=after.id), "dim")

    def _listed(self, kinds: Sequence[str]) -> str:
        return ", ".join(self.word(f"kind-{kind}") for kind in kinds)

    def _keep(self, after: Run) -> Iterator[str]:
        """The command with which it runs without voicelog."""
        settings = {name: value for one in after.applied for name, value in one.env.items()}
        yield from self.wrapped(self.word("keep"))
        yield from (f"    {self.word('plan-set')} {name}={value}" for name, value in settings.items())
        yield self.style(f"    $ {shown(after.argv)}", "green")


def shown(argv: Sequence[str]) -> str:
    """A command line as it can be typed, without control characters."""
    line = shlex.join(argv)
    return line if line.isprintable() else line.encode("unicode_escape").decode()
