"""The line of keys at the bottom, always those that work now."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from voicelog.render.width import width
from voicelog_tui.keys import Key, active_keys


class KeyLine(Widget):
    """Keys with their labels, as many as fit; language, help and quitting always do. A click presses the key."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyLine { dock: bottom; height: 1; background: $panel; color: $foreground; }
    """
    _LAST = ("language", "help", "quit")

    def __init__(self) -> None:
        super().__init__()
        self._spans: list[tuple[int, int, str]] = []
        """(first column, column after the last, key)."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._again)

    def _again(self, _: Screen[object]) -> None:
        self.refresh()

    def render(self) -> Content:
        keys = [key for key in active_keys(self.screen) if key.shows]
        last = [key for key in keys if key.action in self._LAST]
        room = self.size.width - sum(_columns(key) for key in last)
        chosen: list[Key] = []
        for key in keys:
            if key in last:
                continue
            if _columns(key) > room:
                break
            room -= _columns(key)
            chosen.append(key)
        at = 0
        self._spans = []
        parts: list[Content] = []
        for key in [*chosen, *last]:
            self._spans.append((at, at + _columns(key), key.key))
            at += _columns(key)
            parts += [Content.styled(f" {key.shown} ", "bold $text-accent"), Content(f"{key.label} ")]
        return Content("").join(parts)

    def on_click(self, event: events.Click) -> None:
        for first, after, key in self._spans:
            if first <= event.x < after:
                self.app.simulate_key(key)


def _columns(key: Key) -> int:
    return width(key.shown) + width(key.label) + 3
