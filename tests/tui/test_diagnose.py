"""Every key of the place of a log, over real logs and the real engine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Label
from tui_diagnose import HEALTHY, SAMPLE, TWO_CAUSES, UNKNOWN, place
from tui_screens import LARGE, drive, session, settled, shows, text_of

from voicelog_tui.document.pipe import Pipe
from voicelog_tui.logs import OpenLog
from voicelog_tui.widgets.page import Page, Target


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
