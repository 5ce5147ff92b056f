"""What the screens of all places have in common."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from voicelog_tui.session import Session, say, session_of
from voicelog_tui.widgets.footer import KeyLine
from voicelog_tui.widgets.header import TabLine


class Place(Screen[None]):
    """One of the places behind the keys 1 to 4: tabs above, its own body, its keys below."""

    PLACE: ClassVar[str]
    """Its name in the table of places."""

    AUTO_FOCUS = None

    @property
    def session(self) -> Session:
        return session_of(self)

    def say(self, name: str, /, **values: object) -> str:
        """One of the interface's words in the language that is chosen now."""
        return say(self, name, **values)

    def compose(self) -> ComposeResult:
        yield TabLine()
        yield from self.body()
        yield KeyLine()

    def body(self) -> ComposeResult:
        """What stands between the tabs and the keys."""
        yield Widget()

    def on_mount(self) -> None:
        self._language = self.session.language

    def on_screen_resume(self) -> None:
        self.follow_language()
        self.arrive()

    def arrive(self) -> None:
        """The place was gone to, perhaps for the entry or line that the session wants."""

    def follow_language(self) -> None:
        """Show everything again where the language was changed since it was shown."""
        if self.is_mounted and self._language != self.session.language:
            self._language = self.session.language
            self.query_one(TabLine).refresh()
            self.query_one(KeyLine).refresh()
            self.language_changed()

    def language_changed(self) -> None:
        """The language is another one now: every text that a widget keeps has to be chosen again."""

    def copy(self, text: str, said: str = "") -> None:
        """Put a text onto the clipboard, and say how; `said` is said of it where it is too long to be shown."""
        self.app.copy_to_clipboard(text)
        said = said or self.say("copied", text=text)
        self.run_worker(partial(self._copy_by_system, text, said), group="copy", thread=True)

    def _copy_by_system(self, text: str, said: str) -> None:
        from voicelog_tui import clipboard

        program = clipboard.copy(text)
        how = self.say("copied-by", program=program) if program else self.say("copied-terminal")
        self.app.call_from_thread(self.notify, how, title=said, markup=False)
