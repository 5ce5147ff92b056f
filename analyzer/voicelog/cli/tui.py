"""`voicelog tui`: the terminal interface over the same engine."""

from __future__ import annotations

import argparse
from pathlib import Path

from voicelog.cli.knowledge import open_knowledge
from voicelog.cli.settings import Settings
from voicelog.cli.streams import ExitCode
from voicelog.errors import InputError
from voicelog.runner.store import Store
from voicelog.runner.types import Run


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Show the interface until it is left, and return its exit code."""
    from voicelog_tui.factory import make_app
    from voicelog_tui.logs import OpenLog
    from voicelog_tui.session import Session

    logs: list[OpenLog] = []
    for name in options.logs:
        if Path(name).exists():
            logs.append(OpenLog(name, path=name))
        else:
            found = _run_named(name)
            logs.append(OpenLog(found.id, run=found))
    app = make_app(Session(settings, lambda: open_knowledge(settings), logs))
    return int(app.run() or ExitCode.ANSWERED)


def _run_named(name: str) -> Run:
    try:
        return Store().find(name)
    except InputError:
        raise InputError("no-such-file", "no such file or run", where=name, hint="check its spelling") from None
