"""One recorded run: what ran, what became of it, what changed, what it held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget

from voicelog.language import word
from voicelog.model import Diagnosis
from voicelog.render.answer import title_of
from voicelog.render.spans import Line
from voicelog.runner.curves import Curve, curves_of
from voicelog.runner.plan import Plan
from voicelog.runner.summary import RunText
from voicelog.runner.symptoms import size
from voicelog.runner.types import Outcome, Run
from voicelog.signatures.base import KnowledgeBase
from voicelog_tui.session import say, session_of
from voicelog_tui.widgets.curve import CurveChart
from voicelog_tui.widgets.fix import RISKS
from voicelog_tui.widgets.flow import Flow, Paragraph, flow
from voicelog_tui.widgets.item import Item, ToEntry, ToRerun
from voicelog_tui.widgets.lines import to_content


class RunView(NamedTuple):
    """A run, and what was looked up for its page."""

    run: Run
    base: KnowledgeBase
    parent: Run | None = None
    outcome: Outcome | None = None
    """What it shows of the change from its parent."""
    plans: tuple[Plan, ...] = ()


class RunPage(VerticalScroll):
    """Shows one run; its cause and its fixes lead on."""

    DEFAULT_CSS = """
    RunPage { padding: 0 1; scrollbar-gutter: stable; }
    RunPage > .-heading { margin-top: 1; }
    """

    async def show(self, view: RunView) -> None:
        """Show a run, from its top."""
        async with self.batch():
            await self.remove_children()
            await self.mount_all(self._parts(view))
        self.scroll_home(animate=False)

    def say_again(self) -> None:
        """Every text in the language that is chosen now."""
        for part in self.query(Flow):
            part.lay_again()

    def _parts(self, view: RunView) -> Iterator[Widget]:
        run = view.run
        yield self._lines(view, lambda text: [*text.head(run), *text.circumstances(run)])
        if run.failed and run.report and run.report.diagnoses:
            yield self._heading(partial(say, self, "run-cause"))
            for one in run.report.diagnoses:
                yield Item(partial(self._cause, view, one), target=ToEntry(one.id))
        elif run.failed and run.report and run.report.failure:
            failure = run.report.failure
            yield self._heading(partial(self._word, "unknown-where"))
            yield self._lines(view, lambda text: [text.evidence(failure)])
        if view.plans:
            yield self._heading(partial(say, self, "run-fixes"))
            for plan in view.plans:
                yield Item(partial(self._plan, plan), target=ToRerun(plan.signature, plan.fix.id))
        if view.parent is not None and view.outcome is not None:
            parent, outcome = view.parent, view.outcome
            yield self._heading(partial(say, self, "run-changed"))
            yield self._lines(view, lambda text: text.outcome(parent, run, outcome, keep=False))
            yield self._lines(view, lambda text: text.difference(parent, run))
        for curve in curves_of(run):
            yield CurveChart(curve, partial(self._curve, curve), partial(self._axis, curve))

    def _word(self, name: str, **values: object) -> str:
        return word(name, session_of(self).language, values)

    def _heading(self, text: Callable[[], str]) -> Widget:
        return flow(lambda: [Paragraph(text(), "bold $text-primary")], classes="-heading")

    def _lines(self, view: RunView, lines: Callable[[RunText], Iterable[Line]]) -> Flow:
        def lay(columns: int) -> Content:
            return to_content(lines(RunText(view.base, session_of(self).language, columns=columns)), columns)

        return Flow(lay)

    def _cause(self, view: RunView, one: Diagnosis) -> list[Paragraph]:
        report = view.run.report
        title = title_of(one.id, report, view.base, session_of(self).language) if report else one.id
        sure = self._word("sure", percent=round(one.confidence * 100))
        return [Paragraph(title, "bold", "→ ", after=((one.id, "$text-accent"), (sure, "$muted")))]

    def _plan(self, plan: Plan) -> list[Paragraph]:
        language = session_of(self).language
        title = plan.fix.title.zh if language == "zh" else plan.fix.title.en
        badge = (f" {self._word(f'risk-{plan.fix.risk}')} ", RISKS[plan.fix.risk])
        return [Paragraph(title, "", "→ ", after=(badge,))]

    def _curve(self, curve: Curve) -> str:
        values = {"most": size(curve.highest), "limit": size(curve.limit)}
        return say(self, "run-card", card=curve.card, **values) if curve.card else say(self, "run-memory", **values)

    def _axis(self, curve: Curve) -> str:
        return say(self, "run-axis", seconds=f"{curve.times[-1]:.0f}")
