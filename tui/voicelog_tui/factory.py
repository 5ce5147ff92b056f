"""Builds the interface over a session: for the command line, and for tests."""

from __future__ import annotations

from voicelog_tui.app import VoicelogApp
from voicelog_tui.session import Session


def make_app(session: Session) -> VoicelogApp:
    """The app, ready to run."""
    return VoicelogApp(session)
