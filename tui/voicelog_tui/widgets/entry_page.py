"""One entry of the knowledge base as a page to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from textual.containers import VerticalScroll
from textual.widget import Widget

from voicelog.language import word
from voicelog.render.answer import FixText
from voicelog.render.entry import condition_text, generic_fixes, generic_text, recognised_by
from voicelog.signatures.types import Example, NotExample, Signature
from voicelog_tui.book import Entry
from voicelog_tui.session import OpenLog, say, session_of
from voicelog_tui.widgets.fix import commands_of, fix_paragraphs
from voicelog_tui.widgets.flow import Flow, Paragraph, flow
from voicelog_tui.widgets.item import Item, ToEntry, ToLine

_WAYS = 8
_LONGEST = 600
"""Characters of a pattern that are shown."""


class EntryPage(VerticalScroll):
    """Shows one entry; what can be copied or followed takes the focus."""

    DEFAULT_CSS = """
    EntryPage { padding: 0 1; scrollbar-gutter: stable; }
    EntryPage > .-heading { margin-top: 1; }
    EntryPage > .-fix { margin-bottom: 1; }
    EntryPage > .-quoted { background: $surface; margin-bottom: 1; padding: 0 1; }
    """

    async def show(self, entry: Entry) -> None:
        """Show an entry, from its top."""
        async with self.batch():
            await self.remove_children()
            await self.mount_all(self._parts(entry))
        self.scroll_home(animate=False)

    def say_again(self) -> None:
        """Every text in the language that is chosen now."""
        for part in self.query(Flow):
            part.lay_again()

    def _parts(self, entry: Entry) -> Iterator[Widget]:
        one = entry.signature
        yield flow(partial(self._head, entry))
        if entry.lines:
            yield self._heading(partial(say, self, "kb-session"))
            yield from (Item(partial(self._line, log, at), target=ToLine(log, at)) for log, at in entry.lines)
        for at, fix in enumerate(self._fixes(entry)):
            if at < 2:
                yield self._heading(partial(self._word, "otherwise" if at else "first"))
            yield Item(partial(self._fix, entry, at), copies=commands_of(fix), classes="-fix")
        if one.examples:
            yield self._heading(partial(say, self, "kb-examples"))
            yield from (flow(partial(_example, example), classes="-quoted") for example in one.examples)
        if one.not_examples:
            yield self._heading(partial(say, self, "kb-near-misses"))
            yield from (flow(partial(self._near_miss, miss), classes="-quoted") for miss in one.not_examples)
        if one.match:
            yield self._heading(partial(self._word, "kb-known-by"))
            yield flow(partial(self._ways, one))
        if one.phrases:
            yield self._heading(partial(say, self, "kb-phrases"))
            yield flow(partial(_listed, one.phrases))
        if one.consequences:
            yield self._heading(partial(self._word, "kb-follows"))
            for other in one.consequences:
                known = other in session_of(self).base
                yield Item(partial(_link, other), target=ToEntry(other) if known else None)
        if one.references:
            yield self._heading(partial(self._word, "references"))
            yield from (Item(partial(_address, link), copies=link) for link in one.references)
        if entry.file:
            yield self._heading(partial(self._word, "kb-file"))
            yield flow(partial(_plain, entry.file))

    def _word(self, name: str, **values: object) -> str:
        return word(name, session_of(self).language, values)

    def _heading(self, text: Callable[[], str]) -> Widget:
        return flow(lambda: [Paragraph(text(), "bold $text-primary")], classes="-heading")

    def _head(self, entry: Entry) -> Iterator[Paragraph]:
        one, language = entry.signature, session_of(self).language
        yield Paragraph(generic_text(one.title, one, language), "bold")
        yield Paragraph(one.id, "$text-accent")
        marks = [self._word(f"category-{one.category}"), say(self, f"severity-{one.severity}")]
        marks.append(say(self, f"status-{one.status}"))
        if entry.since:
            marks.append(say(self, "kb-since", day=entry.since))
        yield Paragraph(" · ".join([*marks, *one.tags]), "$muted")
        yield Paragraph("")
        yield Paragraph(generic_text(one.cause, one, language))
        if condition := condition_text(one.when, language):
            yield Paragraph("")
            yield Paragraph(condition, "$muted")

    def _line(self, log: OpenLog, line: int) -> list[Paragraph]:
        text = say(self, "kb-session-line", log=log.name, line=line)
        return [Paragraph(text, "$text-accent", "→ ", verbatim=True)]

    def _fixes(self, entry: Entry) -> list[FixText]:
        session = session_of(self)
        return generic_fixes(entry.signature, session.language, session.experience)

    def _fix(self, entry: Entry, at: int) -> Iterable[Paragraph]:
        return fix_paragraphs(self._fixes(entry)[at], at + 1, session_of(self).language)

    def _near_miss(self, miss: NotExample) -> Iterator[Paragraph]:
        yield Paragraph(miss.text.rstrip(), verbatim=True)
        yield Paragraph(say(self, "kb-why", why=miss.why), "$muted")

    def _ways(self, signature: Signature) -> Iterator[Paragraph]:
        ways = recognised_by(signature)
        yield from (Paragraph(way[:_LONGEST], "", "- ", verbatim=True) for way in ways[:_WAYS])
        if hidden := len(ways[_WAYS:]):
            yield Paragraph(self._word("kb-more", count=hidden), "$muted")


def _example(example: Example) -> Iterator[Paragraph]:
    yield Paragraph(example.text.rstrip(), "$text-warning", verbatim=True)
    yield Paragraph(example.source, "$muted", verbatim=True)


def _listed(texts: Iterable[str]) -> list[Paragraph]:
    return [Paragraph(text, "", "- ", verbatim=True) for text in texts]


def _link(identifier: str) -> list[Paragraph]:
    return [Paragraph(identifier, "$text-accent", "→ ")]


def _address(link: str) -> list[Paragraph]:
    return [Paragraph(link, "$text-accent", verbatim=True)]


def _plain(text: str) -> list[Paragraph]:
    return [Paragraph(text, "$muted", verbatim=True)]
