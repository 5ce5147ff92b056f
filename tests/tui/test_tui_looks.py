"""What stands on the screens of a log, at the smallest size and at a comfortable one, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_screens import LARGE, ROOT, SMALL, assert_golden, drive, session, settled, text_of

from voicelog.language import Language

SCREENS: dict[str, tuple[Path, tuple[str, ...]]] = {
    "diagnosed": (ROOT / "docs" / "sample.log", ()),
    "why": (ROOT / "docs" / "sample.log", ("e",)),
    "search": (ROOT / "docs" / "sample.log", ("slash", "c", "u", "d", "a")),
    "help": (ROOT / "docs" / "sample.log", ("question_mark",)),
    "palette": (ROOT / "docs" / "sample.log", ("ctrl+p",)),
    "causes": (ROOT / "tests" / "corpus" / "modelled-gpu" / "003.log", ("a",)),
    "folded": (ROOT / "tests" / "corpus" / "captured-torch" / "057.log", ("tab",)),
    "unknown": (ROOT / "docs" / "unknown.log", ()),
    "draft": (ROOT / "docs" / "unknown.log", ("s",)),
    "healthy": (ROOT / "tests" / "golden" / "healthy-with-warnings" / "input.log", ()),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("size", "name"), [(SMALL, "80x24"), (LARGE, "160x48")])
@pytest.mark.parametrize("screen", SCREENS)
def test_how_it_looks(
    screen: str, size: tuple[int, int], name: str, language: Language, request: pytest.FixtureRequest
) -> None:
    log, keys = SCREENS[screen]
    shown = ""

    async def walk(pilot: Pilot[int]) -> None:
        nonlocal shown
        for box in pilot.app.query("Input"):
            box.cursor_blink = False  # type: ignore[attr-defined]
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)
        await settled(pilot)
        shown = text_of(pilot.app)

    drive(session(log, language=language), walk, size)
    assert_golden(f"{screen}-{name}-{language}", shown, request)
