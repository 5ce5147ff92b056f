"""The three looks of the interface."""

from __future__ import annotations

from textual.theme import Theme

THEMES = (
    Theme(
        name="voicelog-dark",
        primary="#7aa2f7",
        secondary="#9d7cd8",
        accent="#e0af68",
        warning="#e0af68",
        error="#f7768e",
        success="#9ece6a",
        foreground="#c8d0e8",
        background="#16181f",
        surface="#1d2029",
        panel="#272b37",
        dark=True,
        variables={"muted": "#838ba7", "decisive": "#3a2430", "cursor": "#2f3b5c"},
    ),
    Theme(
        name="voicelog-light",
        primary="#1d4ed8",
        secondary="#6d28d9",
        accent="#9a5b00",
        warning="#9a5b00",
        error="#b42318",
        success="#1a7f37",
        foreground="#1f2430",
        background="#fbfbfa",
        surface="#f1f1ee",
        panel="#e3e4e0",
        dark=False,
        variables={"muted": "#6b6f7b", "decisive": "#fbe3e0", "cursor": "#cfdcf7"},
    ),
    Theme(
        name="voicelog-contrast",
        primary="#00ffff",
        secondary="#ffffff",
        accent="#ffff00",
        warning="#ffff00",
        error="#ff8080",
        success="#00ff00",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#000000",
        dark=True,
        text_alpha=1.0,
        variables={
            "muted": "#e0e0e0",
            "decisive": "#600000",
            "cursor": "#0000c0",
            "text-muted": "#ffffff",
            "text-disabled": "#c0c0c0",
            "block-cursor-foreground": "#000000",
            "block-cursor-background": "#ffff00",
            "border": "#ffffff",
            "border-blurred": "#ffffff",
        },
    ),
)
