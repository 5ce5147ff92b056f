"""A recorded run as rows of a page: what ran, what became of it, what could be done, what changed."""

from __future__ import annotations

from typing import NamedTuple

from voicelog.language import Language, pick
from voicelog.language import word as engine_word
from voicelog.model import Report
from voicelog.render.answer import title_of
from voicelog.runner.curves import Curve
from voicelog.runner.plan import Plan
from voicelog.runner.summary import RunText
from voicelog.runner.types import Outcome, Run
from voicelog.signatures.base import KnowledgeBase
from voicelog_tui.session import Session
from voicelog_tui.widgets.page import Layout, Target
from voicelog_tui.words import word


class RunView(NamedTuple):
    """A run, and what was looked up for its page."""

    run: Run
    base: KnowledgeBase
    parent: Run | None = None
    outcome: Outcome | None = None
    """What it shows of the change from its parent."""
    plans: tuple[Plan, ...] = ()
    curves: tuple[Curve, ...] = ()


class RunPageText:
    """Lays out one run, in the language that the session speaks at the moment."""

    def __init__(self, view: RunView, session: Session) -> None:
        self._view = view
        self._session = session

    @property
    def _language(self) -> Language:
        return self._session.language

    def __call__(self, layout: Layout) -> None:
        view = self._view
        text = RunText(view.base, self._language, columns=layout.columns)
        layout.lines([*text.head(view.run), *text.circumstances(view.run)])
        if view.run.failed and view.run.report:
            self._cause(layout, text, view.run.report)
        if view.plans:
            layout.heading(word("run-fixes", self._language))
            for plan in view.plans:
                lay_out_plan(layout, plan, self._language)
        if view.parent is not None and view.outcome is not None:
            layout.heading(word("run-changed", self._language))
            layout.lines(text.outcome(view.parent, view.run, view.outcome, keep=False))
            layout.lines(text.difference(view.parent, view.run))

    def _cause(self, layout: Layout, text: RunText, report: Report) -> None:
        if report.diagnoses:
            layout.heading(word("run-cause", self._language))
        elif report.failure:
            layout.heading(engine_word("unknown-where", self._language))
            layout.lines([text.evidence(report.failure)])
        for one in report.diagnoses:
            target = Target("entry", one.id)
            title = title_of(one.id, report, self._view.base, self._language)
            layout.text(title, "strong", 2, "→ ", target)
            sure = engine_word("sure", self._language, {"percent": round(one.confidence * 100)})
            layout.row(("  ", "text"), (one.id, "link"), (f" · {sure}", "muted"), target=target)


def lay_out_plan(layout: Layout, plan: Plan, language: Language) -> None:
    """A fix that can be applied, with what it risks."""
    target = Target("fix", f"{plan.signature}:{plan.fix.id}")
    layout.text(pick(plan.fix.title, language), "strong", 2, "→ ", target)
    risk = engine_word(f"risk-{plan.fix.changes}", language)
    layout.row(("  ", "text"), (f" {risk} ", f"badge-{plan.fix.changes}"), target=target)
