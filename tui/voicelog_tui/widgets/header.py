"""The line of places at the top, and what is open."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.widget import Widget

from voicelog.render.width import cut, width
from voicelog_tui.session import frame_of, say


class TabLine(Widget):
    """The places with their keys; a click goes there. The name of the open log stands on the right."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    TabLine { dock: top; height: 1; background: $panel; color: $foreground; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._spans: list[tuple[int, int, str]] = []

    def render(self) -> Content:
        app = frame_of(self)
        parts = [Content.styled(" voicelog ", "bold $text-primary")]
        at = width(parts[0].plain)
        self._spans = []
        for name, key in app.places():
            label = f" {key} {say(self, f'place-{name}')} "
            style = "$text"
            if name == app.shown_place:
                colored = "bold $block-cursor-foreground on $block-cursor-background"
                style = "bold reverse" if self.app.no_color else colored
            parts.append(Content.styled(label, style))
            self._spans.append((at, at + width(label), name))
            at += width(label)
        log = app.session.current
        room = self.size.width - at - 2
        if log is not None and app.shown_place != "diagnose" and room > 8:
            name = cut(log.name.replace("\n", " "), room)
            parts.append(Content.styled(" " * (room - width(name) + 1) + name + " ", "$text-muted"))
        return Content("").join(parts)

    def on_click(self, event: events.Click) -> None:
        for first, after, name in self._spans:
            if first <= event.x < after:
                frame_of(self).action_place(name)
