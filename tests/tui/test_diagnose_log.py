"""The log side of Diagnose: searched, folded, walked, and logs of every kind."""

from __future__ import annotations

import zipfile
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input
from tui_diagnose import HEALTHY, LONG_TRACEBACK, SAMPLE, UNKNOWN, place
from tui_screens import LARGE, drive, session, settled, shows, text_of

from voicelog_tui.widgets.log_view import LogView


def test_words_are_searched_as_they_are_typed() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await pilot.press("slash", *"cuda")
        await settled(pilot)
        view = place(pilot).view
        await shows(pilot, "5 of 8")
        await pilot.press("enter")
        await pilot.pause()
        assert view.has_focus
        seen = [view.cursor]
        for _ in range(3):
            await pilot.press("n")
            seen.append(view.cursor)
        assert len(set(seen)) == 4
        assert all("cuda" in view.document.line(line).lower() for line in seen) if view.document else False
        await pilot.press("p")
        assert view.cursor == seen[-2]
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("n")
        assert view.cursor in (2, 17)

    drive(session(SAMPLE), walk)


def test_words_typed_faster_than_the_focus_moves_are_words() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        for key in ("slash", *"toil"):
            pilot.app.simulate_key(key)
        await settled(pilot)
        assert pilot.app.screen.query_one(Input).value == "toil"
        assert pilot.app.theme == "voicelog-dark" and place(pilot).session.language == "en"

    drive(session(SAMPLE), walk)


def test_what_is_not_there_is_said() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await pilot.press("slash", *"nowhere")
        await settled(pilot)
        assert "nothing found" in text_of(pilot.app)
        await pilot.press("escape")
        await pilot.pause()
        assert not pilot.app.screen.query_one(Input).value

    drive(session(SAMPLE), walk)


def test_keys_typed_into_the_search_do_nothing_else() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await pilot.press("slash", *"qlcent1?")
        await settled(pilot)
        assert pilot.app.is_running
        assert pilot.app.screen.query_one(Input).value == "qlcent1?"
        assert place(pilot).session.language == "en"

    drive(session(SAMPLE), walk)


def test_tracebacks_and_frames_of_libraries_fold() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        view = place(pilot).view
        folded = text_of(pilot.app)
        assert "lines in transformers" in folded
        view.focus()
        await pilot.press("z")
        await pilot.pause()
        assert "lines in transformers" not in text_of(pilot.app)
        view.jump(1)
        await pilot.press("enter")
        await pilot.pause()
        assert "Traceback, 66 lines: OSError" in text_of(pilot.app)
        await pilot.press("enter")
        await pilot.pause()
        assert "Traceback, 66 lines" not in text_of(pilot.app)

    drive(session(LONG_TRACEBACK), walk, LARGE)


def test_the_log_is_walked_by_keys_and_mouse() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await pilot.press("tab")
        view = place(pilot).view
        assert view.has_focus
        for key, line in (("home", 0), ("down", 1), ("j", 2), ("up", 1), ("k", 0), ("end", 20), ("g", 0), ("G", 20)):
            await pilot.press(key)
            assert view.cursor == line, key
        await pilot.press("pageup")
        assert view.cursor < 20
        await pilot.press("home", "right")
        assert view.scroll_offset.x == 8
        await pilot.press("left")
        assert view.scroll_offset.x == 0
        await pilot.click(LogView, offset=(20, 3))
        assert view.cursor == 3

    drive(session(SAMPLE), walk, LARGE)


def test_several_logs_and_members_of_archives_are_gone_through(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(SAMPLE, "sample.log")
        archive.write(UNKNOWN, "unknown.log")
    over = session(path, HEALTHY)

    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        assert "% sure" in text_of(pilot.app)
        await pilot.press("right_square_bracket")
        await settled(pilot)
        assert "No failure in this log" in text_of(pilot.app)
        await pilot.press("right_square_bracket")
        await settled(pilot)
        assert "It failed here" in text_of(pilot.app)
        assert len(over.logs) == 3
        assert [log.name for log, _ in over.explained_by("gpu.arch-unsupported.too-new")] == ["all.zip!sample.log"]

    drive(over, walk)


def test_a_log_that_breaks_off_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "cut.gz"
    data = gzip.compress(b"".join(f"line {at} {at * 7919 % 1000003}\n".encode() for at in range(100_000)))
    path.write_bytes(data[: len(data) * 2 // 3])

    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        shown = text_of(pilot.app)
        assert "could not be read to its end" in shown
        assert "line 0" in shown

    drive(session(path), walk)


def test_what_is_no_log_is_said_and_every_key_still_answers(tmp_path: Path) -> None:
    path = tmp_path / "voice.wav"
    path.write_bytes(b"RIFF\x00\x00\x00\x00WAVE" + bytes(100))

    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        assert "is an audio file, not a log" in text_of(pilot.app)
        for key in ("n", "p", "c", "m", "e", "s", "a", "i", "r", "tab", "enter", "space", "z", "end", "escape"):
            await pilot.press(key)
        await pilot.press("slash", "x", "enter", "escape", "l", "t")
        await settled(pilot)
        assert "是" in text_of(pilot.app) or "没能读完" in text_of(pilot.app)

    drive(session(path, SAMPLE), walk)


def test_markup_in_a_log_is_text(tmp_path: Path) -> None:
    path = tmp_path / "[bold]a[x].log"
    path.write_text("[red]no[/red] [link=x]y[/] {name} %s\nValueError: [/] [bold $error]\n" * 3)

    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        shown = text_of(pilot.app)
        assert "[red]no[/red] [link=x]y[/] {name} %s" in shown
        assert "ValueError: [/] [bold $error]" in shown
        assert "[bold]a[x].log" in shown
        await pilot.press("slash", *"[/]")
        await settled(pilot)
        await pilot.press("escape", "question_mark", "escape", "m")
        await settled(pilot)

    drive(session(path), walk)


def test_an_empty_log_is_said_to_be_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty.log"
    path.write_bytes(b"")

    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        assert "The log is empty" in text_of(pilot.app)
        await pilot.press("n", "p", "c", "a", "tab", "down", "enter", "z", "end", "space", "s", "slash", *"x", "enter")
        await settled(pilot)

    drive(session(path), walk)


def test_logs_are_gone_through_backwards_too() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        for key, words in (
            ("left_square_bracket", "It failed here"),
            ("left_square_bracket", "% sure"),
            ("right_square_bracket", "It failed here"),
        ):
            await settled(pilot)
            await pilot.press(key)
            await shows(pilot, words)

    drive(session(SAMPLE, UNKNOWN), walk)
