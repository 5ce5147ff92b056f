"""The active keys in words: one list from which the bottom line, the help and the palette are made, so they agree."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from voicelog_tui.session import session_of
from voicelog_tui.words import WORDS, word

_SHOWN = {
    "slash": "/",
    "question_mark": "?",
    "escape": "esc",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "pgup",
    "pagedown": "pgdn",
}


class Key(NamedTuple):
    """An action that a key calls now."""

    key: str
    """As Textual names it."""
    shown: str
    label: str
    action: str
    node: DOMNode
    """Where the action is looked up."""
    shows: bool
    """Whether the bottom line has it."""
    everywhere: bool


def active_keys(screen: Screen[object]) -> list[Key]:
    """Every action that has a word of ours with its keys; those of the bottom line first, then the nearest."""
    found: dict[str, Key] = {}
    language = session_of(screen).language
    for key, active in screen.active_bindings.items():
        binding: Binding = active.binding
        if binding.description not in WORDS or not active.enabled:
            continue
        name = binding.key_display or display(key)
        if binding.action in found:
            before = found[binding.action]
            found[binding.action] = before._replace(shown=f"{before.shown} {name}")
            continue
        label = word(binding.description, language)
        everywhere = active.node is screen.app
        found[binding.action] = Key(key, name, label, binding.action, active.node, binding.show, everywhere)
    return sorted(found.values(), key=lambda key: not key.shows)


def display(key: str) -> str:
    """A key as people write it."""
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, _SHOWN.get(last, last)]).replace("ctrl+", "^")
