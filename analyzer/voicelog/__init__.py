"""voicelog reads the log of an AI voice model that will not run and names the cause, with evidence and fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicelog.api import analyze, open_knowledge
    from voicelog.errors import VoicelogError
    from voicelog.model import Diagnosis, Evidence, Report
    from voicelog.runner.library import rerun, run
    from voicelog.runner.rerun import Rerun
    from voicelog.runner.types import Run

__version__ = "0.1.0"
__all__ = [
    "Diagnosis",
    "Evidence",
    "Report",
    "Rerun",
    "Run",
    "VoicelogError",
    "analyze",
    "open_knowledge",
    "rerun",
    "run",
]

_HOME = {
    "analyze": "voicelog.api",
    "open_knowledge": "voicelog.api",
    "VoicelogError": "voicelog.errors",
    "Diagnosis": "voicelog.model",
    "Evidence": "voicelog.model",
    "Report": "voicelog.model",
    "Rerun": "voicelog.runner.rerun",
    "Run": "voicelog.runner.types",
    "rerun": "voicelog.runner.library",
    "run": "voicelog.runner.library",
}


def __getattr__(name: str) -> Any:
    """Import the engine when it is first asked for, so that `voicelog --help` does not pay for it."""
    if name not in _HOME:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
