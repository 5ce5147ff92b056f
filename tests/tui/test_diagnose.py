"""Every key of the place of a log, over real logs and the real engine."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Label
from tui_screens import LARGE, ROOT, drive, session, settled, shows, text_of

from voicelog_tui.document.pipe import Pipe
from voicelog_tui.logs import OpenLog
from voicelog_tui.screens.diagnose import Diagnose
from voicelog_tui.widgets.log_view import LogView
from voicelog_tui.widgets.page import Page, Target

SAMPLE = ROOT / "docs" / "sample.log"
UNKNOWN = ROOT / "docs" / "unknown.log"
HEALTHY = ROOT / "tests" / "golden" / "healthy-with-warnings" / "input.log"
TWO_CAUSES = ROOT / "tests" / "corpus" / "modelled-gpu" / "003.log"
LONG_TRACEBACK = ROOT / "tests" / "corpus" / "captured-torch" / "057.log"


def place(pilot: Pilot[int]) -> Diagnose:
    screen = pilot.app.screen
    assert isinstance(screen, Diagnose)
    return screen


def test_the_answer_and_its_evidence_are_shown() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        shown = text_of(pilot.app)
        for words in ("✗ The card is newer than this build", "% sure", "gpu.arch-unsupported.too-new"):
            assert words in shown
        assert "$ runtime\\python.exe -m pip install torch torchvision torchaudio" in shown
        assert place(pilot).view.cursor == 17

    drive(session(SAMPLE), walk, LARGE)


def test_evidence_is_walked_with_n_and_p() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        lines = []
        for key in "nnpp":
            await pilot.press(key)
            lines.append(place(pilot).view.cursor)
        assert lines == [2, 17, 2, 17]

    drive(session(SAMPLE), walk)


def test_a_command_is_copied_with_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "TMUX", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)

    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await pilot.press("c")
        await settled(pilot)
        assert pilot.app.clipboard == "runtime\\python.exe -m pip uninstall -y torch torchvision torchaudio"
        await shows(pilot, "OSC 52")
        await pilot.press("down", "c")
        assert pilot.app.clipboard.startswith("runtime\\python.exe -m pip install")

    drive(session(SAMPLE), walk)


def test_the_system_clipboard_takes_it_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A program called like the system's own is given the text, exactly."""
    program = tmp_path / "xclip"
    program.write_text(f'#!/bin/sh\nif [ "$*" = "-selection clipboard" ]; then cat > "{tmp_path}/taken"; fi\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("DISPLAY", ":0")
    for name in ("WAYLAND_DISPLAY", "TMUX", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)

    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await pilot.press("c")
        await shows(pilot, "xclip")
        assert (tmp_path / "taken").read_text() == pilot.app.clipboard

    drive(session(SAMPLE), walk)


def test_the_report_is_copied_without_personal_data() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await pilot.press("m")
        await settled(pilot)
        assert pilot.app.clipboard.startswith("### There is a failure here")
        assert "alice" not in pilot.app.clipboard and "bank 'aiko'" in pilot.app.clipboard

    drive(session(UNKNOWN), walk)


def test_why_this_and_not_that() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        shown = text_of(pilot.app)
        assert "Why this and not that" in shown
        assert "gpu.arch-unsupported.too-old: its words are there" in shown
        await pilot.press("escape")
        await pilot.pause()
        place(pilot)

    drive(session(SAMPLE), walk, LARGE)


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


def test_causes_are_ranked_and_chosen() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        screen = place(pilot)
        report = screen.report
        assert report is not None and len(report.diagnoses) == 3
        assert [one.confidence for one in report.diagnoses] == sorted(
            (one.confidence for one in report.diagnoses), reverse=True
        )
        for number in (1, 2, 0):
            await pilot.press("a")
            await pilot.pause()
            assert screen.selected == number
            chosen = report.diagnoses[number]
            assert chosen.id in text_of(pilot.app)
            assert screen.view.cursor == chosen.evidence[0].line - 1
        screen.page.focus()
        await pilot.press("home", "down", "enter")
        await pilot.pause()

    drive(session(TWO_CAUSES), walk, LARGE)


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


def test_unknown_says_where_what_is_near_and_what_to_collect() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        shown = text_of(pilot.app)
        for words in ("It failed here", "Nearest known causes", "What to collect", "Make a signature", "nvidia-smi"):
            assert words in shown, words
        assert "c Copy" not in shown.splitlines()[-1]

    drive(session(UNKNOWN), walk, LARGE)


def test_healthy_says_so_and_explains_what_only_looks_bad() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        shown = text_of(pilot.app)
        assert "✓ No failure in this log." in shown and "Whisper uses full precision" in shown

    drive(session(HEALTHY), walk, LARGE)


def test_a_signature_is_drafted_from_chosen_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        view = place(pilot).view
        view.focus()
        view.jump(8)
        await pilot.press("space", "s")
        await settled(pilot)
        shown = text_of(pilot.app)
        assert "Make a signature" in shown and "of lines 9" in shown and "user names" in shown
        box = pilot.app.screen.query_one(Input)
        box.value = str(tmp_path / "own" / "bank.yaml")
        await pilot.press("enter")
        await settled(pilot)
        text = (tmp_path / "own" / "bank.yaml").read_text(encoding="utf-8")
        assert "BankFormatError" in text or "was made by editor" in text
        assert "alice" not in text
        await pilot.press("s")
        await settled(pilot)
        pilot.app.screen.query_one(Input).value = str(tmp_path / "own" / "bank.yaml")
        await pilot.press("enter")
        await settled(pilot)
        assert "File exists" in str(pilot.app.screen.query_one("#error", Label).content)
        await pilot.press("escape")
        await pilot.pause()
        place(pilot)

    drive(session(UNKNOWN), walk, LARGE)


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


def test_escape_stops_and_the_page_starts_again() -> None:
    """The log comes through a pipe that stays open, so that there is something to be stopped."""
    reading, writing = os.pipe()
    os.write(writing, SAMPLE.read_bytes())
    over = session()
    over.current = OpenLog("<stdin>", pipe=Pipe("<stdin>", open(reading, "rb")))  # noqa: PTH123, SIM115
    over.logs.append(over.current)

    async def walk(pilot: Pilot[int]) -> None:
        await shows(pilot, "21 lines, more may come")
        await pilot.press("escape")
        await shows(pilot, "Stopped before a cause was found")
        os.close(writing)
        screen = place(pilot)
        screen.page.choose_target(Target("action", "start"))
        screen.page.focus()
        await pilot.press("enter")
        await shows(pilot, "% sure", "21 lines ")

    drive(over, walk)


def test_the_language_of_the_answer_changes_without_another_analysis() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        before = place(pilot).report
        await pilot.press("l")
        await pilot.pause()
        shown = text_of(pilot.app)
        assert "先这样做" in shown and "显卡太新" in shown
        assert place(pilot).report is before

    drive(session(SAMPLE), walk)


def test_a_click_chooses_on_the_page() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        rows = text_of(pilot.app).splitlines()
        row = next(at for at, line in enumerate(rows) if "pip install torch" in line)
        await pilot.click(Page, offset=(10, row - 1))
        await settled(pilot)
        assert pilot.app.clipboard.startswith("runtime\\python.exe -m pip install torch")

    drive(session(SAMPLE), walk, LARGE)


def test_the_entry_of_the_cause_is_one_key_away_and_leads_back() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await pilot.press("i")
        await shows(pilot, "It explains in this session", "sample.log, line 18")
        await pilot.press("1")
        await settled(pilot)
        place(pilot)

    drive(session(SAMPLE), walk, LARGE)


def test_the_answer_is_walked_by_keys() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        page = place(pilot).page
        assert page.has_focus
        seen = []
        for key in ("down", "j", "up", "k", "down"):
            await pilot.press(key)
            seen.append(page.target)
        assert seen[0] == seen[2] == seen[3] == Target("entry", "gpu.arch-unsupported.too-new")
        assert seen[1] is not None and seen[1].kind == "command"
        assert seen[4] == seen[1]
        for key, moves in (
            ("end", True),
            ("home", False),
            ("pagedown", True),
            ("pageup", False),
            ("f", True),
            ("b", False),
        ):
            await pilot.press(key)
            await pilot.pause()
            assert (page.scroll_offset.y > 0) is moves, key
        await pilot.press("G", "g")

    drive(session(SAMPLE), walk)


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
