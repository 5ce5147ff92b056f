"""voicelog reads the log of an AI voice model that will not run and names the cause, with evidence and fixes."""

from __future__ import annotations

from voicelog.api import analyze, open_knowledge
from voicelog.errors import VoicelogError
from voicelog.model import Diagnosis, Evidence, Report

__version__ = "0.1.0"
__all__ = ["Diagnosis", "Evidence", "Report", "VoicelogError", "analyze", "open_knowledge"]
