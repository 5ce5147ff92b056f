"""The frame: places, language, theme, help, palette."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.screen import Screen
from textual.widgets import Input

from voicelog.runner.types import Run
from voicelog_tui.keys import active_keys
from voicelog_tui.logs import OpenLog
from voicelog_tui.place import Place
from voicelog_tui.session import Session, say
from voicelog_tui.themes import THEMES

INTERRUPTED = 130


def _diagnose() -> Place:
    from voicelog_tui.screens.diagnose import Diagnose

    return Diagnose()


def _knowledge() -> Place:
    from voicelog_tui.screens.knowledge import Knowledge

    return Knowledge()


def _runs() -> Place:
    from voicelog_tui.screens.runs import Runs

    return Runs()


def _doctor() -> Place:
    from voicelog_tui.screens.doctor import Doctor

    return Doctor()


PLACES: dict[str, tuple[str, Callable[[], Place]]] = {
    "diagnose": ("1", _diagnose),
    "knowledge": ("2", _knowledge),
    "runs": ("3", _runs),
    "doctor": ("4", _doctor),
}
"""Name of a place to its key and to what makes its screen, which is imported when it is first gone to."""


def _palette() -> type[Provider]:
    from voicelog_tui.palette import Actions

    return Actions


class VoicelogApp(App[int]):
    """The terminal interface over one session."""

    CSS_PATH = "app.tcss"
    TITLE = "voicelog"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar[set[Any]] = {_palette}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - no ClassVar in Textual
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"place('{name}')", f"place-{name}", show=False) for name, (key, _) in PLACES.items()),
        Binding("l", "language", "key-language"),
        Binding("t", "theme", "key-theme", show=False),
        Binding("ctrl+p", "command_palette", "key-palette"),
        Binding("question_mark", "help", "key-help"),
        Binding("q", "quit", "key-quit"),
        Binding("ctrl+c", "interrupt", show=False, priority=True),  # in dialogs too
    ]

    def __init__(self, session: Session) -> None:
        self.session = session
        self.shown_place = next(name for name in PLACES if self.has(name))
        self.DEFAULT_MODE = self.shown_place  # type: ignore[misc]  # which place is first depends on the session
        # NO_COLOR leaves colours out altogether, where Textual alone would turn them into greys
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        for name, (_, make) in PLACES.items():
            self.add_mode(name, make)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(THEMES[0].variables)

    def get_css_variables(self) -> dict[str, str]:
        found = super().get_css_variables()
        if self.no_color:
            found |= {"block-cursor-text-style": "reverse", "block-cursor-blurred-text-style": "reverse"}
        return found

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        return ()

    def has(self, place: str) -> bool:
        """Whether a place has anything to show."""
        return place != "diagnose" or bool(self.session.logs)

    def places(self) -> list[tuple[str, str]]:
        """The places that can be gone to, each with its key."""
        return [(name, key) for name, (key, _) in PLACES.items() if self.has(name)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "place":
            return self.has(str(parameters[0]))
        return super().check_action(action, parameters)

    def action_place(self, name: str) -> None:
        """Go to a place; a dialog that lies over the present one is closed first."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        if name == self.shown_place and isinstance(self.screen, Place):
            self.screen.arrive()
            return
        self.shown_place = name
        self.switch_mode(name)

    def show_entry(self, identifier: str) -> None:
        """Go to the knowledge base, at an entry."""
        self.session.wanted_entry = identifier
        self.action_place("knowledge")

    def show_log(self, log: OpenLog, line: int = 0) -> None:
        """Go to a log of this session, at a line counted from 1."""
        self.session.current, self.session.wanted_line = log, line
        self.action_place("diagnose")

    def rerun(self, run: Run, signature: str = "", fix: str = "") -> None:
        """Propose to run it again, with a fix of a signature applied where one is named."""
        from voicelog_tui.dialogs.rerun import RerunDialog

        self.push_screen(RerunDialog(run, signature, fix))

    def action_language(self) -> None:
        """English or Chinese, at once and everywhere."""
        self.session.language = "zh" if self.session.language == "en" else "en"
        for screen in self.screen_stack:
            if isinstance(screen, Place):
                screen.follow_language()

    def action_theme(self) -> None:
        """The next of the three looks."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
        self.notify(say(self, "theme-now", name=say(self, f"theme-{self.theme}")), markup=False, timeout=2)

    def action_command_palette(self) -> None:
        from textual.command import CommandPalette

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=say(self, "palette-search")))

    def action_help(self) -> None:
        from voicelog_tui.dialogs.help import Help

        self.push_screen(Help(active_keys(self.screen)))

    def on_mount(self) -> None:
        if sys.platform != "win32":  # there the console closes the process
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, self.exit, 128 + number)

    def on_unmount(self) -> None:
        self.session.is_closing = True

    def on_key(self, event: events.Key) -> None:
        """A letter typed before the focus had moved to a box belongs into the box, and is no key of ours."""
        box = self.focused
        if isinstance(box, Input) and event.is_printable and event.character:
            event.prevent_default()
            box.insert_text_at_cursor(event.character)

    async def action_quit(self) -> None:
        self.exit(0)

    def action_interrupt(self) -> None:
        """Ctrl-C leaves at once, as it leaves any command; only marked text is copied instead."""
        box = self.focused
        marked = box.selected_text if isinstance(box, Input) else self.screen.get_selected_text()
        if marked:
            self.copy_to_clipboard(marked)
        else:
            self.exit(INTERRUPTED)
