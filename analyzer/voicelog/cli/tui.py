"""`voicelog tui`: the terminal interface over the same engine."""

from __future__ import annotations

import argparse
import sys

from voicelog.cli import streams
from voicelog.cli.settings import Settings
from voicelog.signatures.base import KnowledgeBase

_HANDED_OVER_AFTER = 0.001
"""Seconds after which a thread that reads a large log lets the one that answers keys go on."""


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Show the interface until it is left, and return its exit code."""
    from voicelog_tui.factory import make_app, open_session

    streams.open_standard()
    if settings.knowledge:
        from voicelog.cli.knowledge import knowledge_folders

        knowledge_folders(settings)
    names = options.logs or ([] if streams.is_keyboard() else ["-"])

    def open_base() -> KnowledgeBase:
        from voicelog.cli.knowledge import open_knowledge  # what answers is not waited for by what is painted first

        return open_knowledge(settings)

    sys.setswitchinterval(_HANDED_OVER_AFTER)
    app = make_app(open_session(settings, open_base, names))
    code = app.run()
    if code is not None:
        return code
    if app.return_code:
        streams.write_error("voicelog: the interface failed: our mistake (voicelog analyze answers without it)")
    return app.return_code or 0
