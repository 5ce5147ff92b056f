"""All that the knowledge base holds: found by group, by words, by filter, and read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, LoadingIndicator, Static

from voicelog.catalog.listing import Choice
from voicelog.errors import VoicelogError
from voicelog.language import word
from voicelog.signatures.types import CATEGORIES, Signature
from voicelog_tui.book import Book, Entry, read_book, read_entry
from voicelog_tui.dialogs.filters import Filters
from voicelog_tui.place import Place
from voicelog_tui.session import Stopped, frame_of
from voicelog_tui.widgets.entry_text import EntryText
from voicelog_tui.widgets.entry_tree import EntryTree
from voicelog_tui.widgets.page import Page
from voicelog_tui.words import WORDS

_MOST = 100
_REST = 0.08
"""Seconds that the cursor or the typing has to rest before something is looked up."""


class Knowledge(Place):
    """The place of the knowledge base: its entries on one side, one of them on the other, or one after the other."""

    PLACE = "knowledge"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "key-search"),
        Binding("o", "group", "key-group"),
        Binding("v", "filter", "key-filter"),
        Binding("c", "copy", "key-copy"),
        Binding("escape", "back", "key-back"),
    ]
    DEFAULT_CSS = """
    Knowledge #choice { width: 100%; }
    Knowledge.-wide #choice { width: 42%; max-width: 76; border-right: vkey $panel; }
    Knowledge #words { border: none; height: 1; padding: 0 1; background: $surface; }
    Knowledge #words:focus { background: $boost; }
    Knowledge #told { padding: 0 1; height: auto; }
    Knowledge #page { display: none; }
    Knowledge.-wide #page, Knowledge.-reading #page { display: block; }
    Knowledge.-reading #choice { display: none; }
    Knowledge.-wide.-reading #choice { display: block; }
    Knowledge LoadingIndicator { height: 1; display: none; }
    Knowledge.-opening LoadingIndicator { display: block; }
    """

    class Opened(Message):
        """The base has been read."""

        def __init__(self, book: Book) -> None:
            super().__init__()
            self.book = book

    class Failed(Message):
        """The base cannot be read."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    def __init__(self) -> None:
        super().__init__()
        self._book: Book | None = None
        self._choice = Choice()
        self._by_category = False
        self._failed = ""
        self._entry: Entry | None = None
        self._text: EntryText | None = None
        self._found: Sequence[Signature] | None = None
        """What the words of the search have found; None where there are none."""

    def body(self) -> ComposeResult:
        with Horizontal():
            with Vertical(id="choice"):
                yield Input(placeholder=self.say("kb-search"), id="words")
                yield Static(id="told", markup=False)
                yield LoadingIndicator()
                yield EntryTree()
            yield Page(id="page")

    def on_mount(self) -> None:
        super().on_mount()
        self.add_class("-opening")
        self.query_one(EntryTree).focus()
        self._open()

    @work(thread=True, group="open")
    def _open(self) -> None:
        try:
            self.post_message(self.Opened(read_book(self.session)))
        except Stopped:
            pass
        except VoicelogError as error:
            self.post_message(self.Failed(str(error)))

    def on_knowledge_opened(self, message: Opened) -> None:
        self._book = message.book
        self.remove_class("-opening")
        self._fill()
        if not self._go_to_wanted():
            self.query_one(EntryTree).first()

    def on_knowledge_failed(self, message: Failed) -> None:
        self._failed = message.reason
        self.remove_class("-opening")
        self._tell()

    def arrive(self) -> None:
        self._go_to_wanted()

    def _go_to_wanted(self) -> bool:
        """Show the entry that the session wants; whether it wanted one."""
        wanted = self.session.wanted_entry
        if self._book is None or not wanted:
            return False
        self.session.wanted_entry = ""
        if wanted not in self.session.base:
            return False
        tree = self.query_one(EntryTree)
        if not tree.go_to(wanted):
            self._choice, self._found = Choice(), None
            with self.prevent(Input.Changed):
                self.query_one(Input).value = ""
            self._fill()
            tree.go_to(wanted)
        self._show(wanted)
        self._read()
        return True

    def _fill(self) -> None:
        book = self._book
        if book is None:
            return
        titles = book.titles[self.session.language]
        self.query_one(EntryTree).fill(dict(self._groups(book)), self._named, titles)
        self._tell()

    def _groups(self, book: Book) -> Iterator[tuple[str, Sequence[Signature]]]:
        if self._found is not None:
            yield "", self._found
            return
        wanted = [one for one in book.signatures if self._choice.takes(one)]
        harmless = [one for one in wanted if one.benign]
        causes = [one for one in wanted if not one.benign]
        if self._by_category:
            names = [name for name in CATEGORIES if any(one.category == name for one in causes)]
            yield from ((name, [one for one in causes if one.category == name]) for name in names)
        else:
            areas = dict.fromkeys(one.id.split(".")[0] for one in causes)
            yield from ((area, [one for one in causes if one.id.startswith(f"{area}.")]) for area in areas)
        if harmless:
            yield "benign", harmless

    def _named(self, group: str) -> str:
        if self._by_category and group != "benign":
            return word(f"category-{group}", self.session.language)
        name = f"area-{group}"
        return f"{group} · {self.say(name)}" if name in WORDS else group

    def _tell(self) -> None:
        """Say what the list below is."""
        told, style = self._told()
        self.query_one("#told", Static).update(Content.styled(told, style))

    def _told(self) -> tuple[str, str]:
        if self._failed:
            return self.say("kb-failed", reason=self._failed), "$error"
        if self._book is None:
            return self.say("kb-opening"), "$muted"
        if self._found is None:
            count = sum(self._choice.takes(one) for one in self._book.signatures)
            parts = [self.say("kb-count", count=count)]
            parts.append(self.say("kb-by-category" if self._by_category else "kb-by-area"))
        else:
            count = len(self._found)
            parts = [self.say("kb-hits" if count else "kb-nothing", count=count)]
        parts += [one for one in (self._status(), self._category(), self._choice.tag) if one]
        return " · ".join(parts), "$muted" if count else "$warning"

    def _status(self) -> str:
        return self.say(f"status-{self._choice.status}") if self._choice.status else ""

    def _category(self) -> str:
        return word(f"category-{self._choice.category}", self.session.language) if self._choice.category else ""

    # Searching

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._search(event.value)

    @work(exclusive=True, group="search")
    async def _search(self, words: str) -> None:
        await asyncio.sleep(_REST)
        if self._book is None:
            return
        if words.strip():
            found = await asyncio.to_thread(self._book.words.find, words, _MOST, self._choice.takes)
            self._found = [one.signature for one in found]
        else:
            self._found = None
        self._fill()
        self.query_one(EntryTree).first()

    @on(Input.Submitted)
    def _searched(self) -> None:
        self.query_one(EntryTree).focus()

    def action_search(self) -> None:
        self.remove_class("-reading")
        self.set_focus(self.query_one(Input))  # at once: what is typed next is for the box

    def action_group(self) -> None:
        self._by_category = not self._by_category
        self._fill()

    def action_filter(self) -> None:
        if self._book is not None:
            self.app.push_screen(Filters(self._choice, self._book.stats), self._narrow)

    def _narrow(self, chosen: Choice | None) -> None:
        if chosen is not None:
            self._choice = chosen
            self._search(self.query_one(Input).value)

    # Reading

    def on_entry_tree_shown(self, message: EntryTree.Shown) -> None:
        self._show(message.identifier)

    def on_entry_tree_chosen(self, message: EntryTree.Chosen) -> None:
        self._show(message.identifier)
        self._read()

    @work(exclusive=True, group="entry")
    async def _show(self, identifier: str) -> None:
        await asyncio.sleep(_REST)
        if self._book is not None:
            entry = await asyncio.to_thread(read_entry, self.session, self._book, identifier)
            self._entry, self._text = entry, EntryText(entry, self.session)
            self.query_one(Page).show(self._text)

    def _read(self) -> None:
        self.add_class("-reading")
        self.query_one(Page).focus()

    def action_back(self) -> None:
        """From the page to the list, from the search to all."""
        search = self.query_one(Input)
        if self.has_class("-reading"):
            self.remove_class("-reading")
        elif search.value:
            search.value = ""
        self.query_one(EntryTree).focus()

    def on_page_chosen(self, event: Page.Chosen) -> None:
        kind, value = event.target
        if kind in ("command", "link"):
            self.copy(value)
        elif kind == "entry":
            frame_of(self).show_entry(value)
        elif kind == "log" and self._entry is not None:
            frame_of(self).show_log(*self._entry.lines[int(value)])

    def action_copy(self) -> None:
        """The command under the cursor, else the first one of the entry."""
        target = self.query_one(Page).target
        if target is not None and target.kind in ("command", "link"):
            self.copy(target.value)
        elif self._text is not None and self._text.commands:
            self.copy(self._text.commands[0])
        else:
            self.notify(self.say("copy-nothing"), markup=False, severity="warning")

    def language_changed(self) -> None:
        self.query_one(Input).placeholder = self.say("kb-search")
        self._fill()
        self.query_one(Page).again()
