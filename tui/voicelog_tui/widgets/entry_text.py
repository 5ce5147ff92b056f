"""An entry of the knowledge base as rows of a page."""

from __future__ import annotations

from voicelog.language import word as engine_word
from voicelog.render.answer import FixText
from voicelog.render.entry import condition_text, generic_fixes, generic_text, recognised_by
from voicelog_tui.book import Entry
from voicelog_tui.session import Session
from voicelog_tui.widgets.fix import lay_out_fix
from voicelog_tui.widgets.page import Layout, Target
from voicelog_tui.words import word

_WAYS = 8
_LONGEST = 600
"""Characters of a pattern that are shown."""


class EntryText:
    """Lays out one entry, in the language that the session speaks at the moment."""

    def __init__(self, entry: Entry, session: Session) -> None:
        self._entry = entry
        self._session = session

    @property
    def commands(self) -> list[str]:
        """What can be copied, the first fix first."""
        return [line for fix in self._fixes for line in (*fix.commands, *fix.verify_commands)]

    @property
    def _fixes(self) -> list[FixText]:
        return generic_fixes(self._entry.signature, self._session.language, self._session.experience)

    def _said(self, name: str, **values: object) -> str:
        return engine_word(name, self._session.language, values)

    def _word(self, name: str, **values: object) -> str:
        return word(name, self._session.language, values)

    def __call__(self, layout: Layout) -> None:
        self._head(layout)
        self._explained(layout)
        for number, fix in enumerate(self._fixes, 1):
            if number <= 2:
                layout.heading(self._said("first" if number == 1 else "otherwise"))
            else:
                layout.blank()
            lay_out_fix(layout, fix, number, self._session.language)
        self._quoted(layout)
        self._known_by(layout)
        self._links(layout)

    def _head(self, layout: Layout) -> None:
        one, language = self._entry.signature, self._session.language
        layout.text(generic_text(one.title, one, language), "strong" if one.benign else "title")
        layout.literal(one.id, "link")
        marks = [self._said(f"category-{one.category}"), self._word(f"severity-{one.severity}")]
        marks.append(self._word(f"status-{one.status}"))
        if self._entry.since:
            marks.append(self._word("kb-since", day=self._entry.since))
        layout.text(" · ".join([*marks, *one.tags]), "muted")
        layout.blank()
        layout.text(generic_text(one.cause, one, language))
        if condition := condition_text(one.when, language):
            layout.blank()
            layout.text(condition, "muted")

    def _explained(self, layout: Layout) -> None:
        """Where it stands in the logs that are open."""
        if not self._entry.lines:
            return
        layout.heading(self._word("kb-session"))
        for at, (log, line) in enumerate(self._entry.lines):
            text = self._word("kb-session-line", log=log.name, line=line)
            layout.literal(text, "link", 2, "→ ", Target("log", str(at)))

    def _quoted(self, layout: Layout) -> None:
        one = self._entry.signature
        if one.examples:
            layout.heading(self._word("kb-examples"))
        for at, example in enumerate(one.examples):
            if at:
                layout.blank()
            layout.verbatim(example.text.rstrip(), "evidence", 2)
            layout.literal(example.source, "muted", 2)
        if one.not_examples:
            layout.heading(self._word("kb-near-misses"))
        for at, miss in enumerate(one.not_examples):
            if at:
                layout.blank()
            layout.verbatim(miss.text.rstrip(), "text", 2)
            layout.text(self._word("kb-why", why=miss.why), "muted", 2)

    def _known_by(self, layout: Layout) -> None:
        one = self._entry.signature
        ways = recognised_by(one)
        if ways:
            layout.heading(self._said("kb-known-by"))
        for way in ways[:_WAYS]:
            layout.literal(way[:_LONGEST], "text", 4, "  - ")
        if hidden := len(ways[_WAYS:]):
            layout.text(self._said("kb-more", count=hidden), "muted", 4)
        if one.phrases:
            layout.heading(self._word("kb-phrases"))
        for phrase in one.phrases:
            layout.literal(phrase, "text", 4, "  - ")

    def _links(self, layout: Layout) -> None:
        one = self._entry.signature
        if one.consequences:
            layout.heading(self._said("kb-follows"))
        for other in one.consequences:
            target = Target("entry", other) if other in self._session.base else None
            layout.literal(other, "link" if target else "text", 2, target=target)
        if one.references:
            layout.heading(self._said("references"))
        for link in one.references:
            layout.literal(link, "link", 2, target=Target("link", link))
        if self._entry.file:
            layout.heading(self._said("kb-file"))
            layout.literal(self._entry.file, "muted", 2)
