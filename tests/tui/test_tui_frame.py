"""The frame: places, language, theme, help, palette, leaving."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from tui_screens import ROOT, drive, session, settled, text_of

from voicelog.render.width import width
from voicelog_tui.app import VoicelogApp
from voicelog_tui.widgets.footer import KeyLine
from voicelog_tui.widgets.header import TabLine
from voicelog_tui.words import WORDS

SAMPLE = ROOT / "docs" / "sample.log"


def test_the_language_changes_at_once() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        assert "1 Diagnose" in text_of(pilot.app)
        await pilot.press("l")
        await pilot.pause()
        assert "1 诊断" in text_of(pilot.app)
        await pilot.press("l")
        await pilot.pause()
        assert "1 Diagnose" in text_of(pilot.app)

    drive(session(SAMPLE), walk)


def test_the_help_names_the_keys_of_the_bottom_line() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        bottom = text_of(pilot.app).splitlines()[-1]
        await pilot.press("question_mark")
        await pilot.pause()
        shown = text_of(pilot.app)
        for label in ("Help", "Quit", "中文"):
            assert label in bottom and label in shown
        await pilot.press("escape")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1

    drive(session(SAMPLE), walk)


def test_the_palette_does_what_the_keys_do() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.press(*"theme", "enter")
        await pilot.pause()
        assert pilot.app.theme == "voicelog-light"

    drive(session(SAMPLE), walk)


@pytest.mark.parametrize(("key", "code"), [("q", 0), ("ctrl+q", 0), ("ctrl+c", 130)])
def test_it_is_left_by(key: str, code: int) -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await pilot.press(key)

    assert drive(session(SAMPLE), walk).return_value == code


def test_every_word_has_both_languages_with_the_same_values() -> None:
    import string

    for name, texts in WORDS.items():
        fields = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in texts]
        assert all(texts), name
        assert fields[0] == fields[1], name


def test_three_looks_one_after_the_other() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        seen = []
        for _ in range(4):
            seen.append(pilot.app.theme)
            await pilot.press("t")
            await pilot.pause()
        assert seen == ["voicelog-dark", "voicelog-light", "voicelog-contrast", "voicelog-dark"]

    drive(session(SAMPLE), walk)


def test_places_are_gone_to_by_key_and_by_click() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        app = pilot.app
        assert isinstance(app, VoicelogApp)
        for key, place in (("2", "knowledge"), ("3", "runs"), ("4", "doctor"), ("1", "diagnose")):
            await pilot.press(key)
            await settled(pilot)
            assert app.shown_place == place
        column = text_of(app).splitlines()[0].index("3 Runs")
        await pilot.click(TabLine, offset=(column, 0))
        await settled(pilot)
        assert app.shown_place == "runs"

    drive(session(SAMPLE), walk)


def test_without_a_log_there_is_no_place_for_one() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        assert "Diagnose" not in text_of(pilot.app)
        await pilot.press("1")
        await settled(pilot)
        assert "2 Knowledge" in text_of(pilot.app)

    drive(session(), walk)


def test_a_click_on_a_key_presses_it() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        column = width(text_of(pilot.app).splitlines()[-1].partition("l 中文")[0])
        await pilot.click(KeyLine, offset=(column + 1, 0))
        await pilot.pause()
        assert "1 诊断" in text_of(pilot.app)

    drive(session(SAMPLE), walk)
