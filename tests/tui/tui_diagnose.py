"""The Diagnose screen of tests, and the logs that they open in it."""

from __future__ import annotations

from textual.pilot import Pilot
from tui_screens import ROOT

from voicelog_tui.screens.diagnose import Diagnose

SAMPLE = ROOT / "docs" / "sample.log"
UNKNOWN = ROOT / "docs" / "unknown.log"
HEALTHY = ROOT / "tests" / "golden" / "healthy-with-warnings" / "input.log"
TWO_CAUSES = ROOT / "tests" / "corpus" / "modelled-gpu" / "003.log"
LONG_TRACEBACK = ROOT / "tests" / "corpus" / "captured-torch" / "057.log"


def place(pilot: Pilot[int]) -> Diagnose:
    screen = pilot.app.screen
    assert isinstance(screen, Diagnose)
    return screen
