"""The place of recorded runs: real ones, listed, looked at, compared, opened."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Sparkline
from tui_records import NEEDS_MEMORY, program, recorded, stand_still
from tui_screens import LARGE, SMALL, assert_golden, drive, session, settled, still, text_of

import voicelog
from conftest import shared_base
from programs import PYTHON, command, environment
from voicelog.language import LANGUAGES, Language
from voicelog.runner.store import Store
from voicelog_tui.app import VoicelogApp
from voicelog_tui.dialogs.rerun import RerunDialog


async def to_runs(pilot: Pilot[int]) -> str:
    await pilot.press("3")
    await settled(pilot)
    return text_of(pilot.app)


def test_without_a_record_it_says_how_to_make_one() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        shown = await to_runs(pilot)
        assert "No run is recorded yet" in shown
        assert "$ voicelog run -- python infer.py" in shown
        assert "Run again" not in shown.splitlines()[-1], "no key without something to do"
        await pilot.press("r", "o", "enter", "v", "u", "escape")
        await settled(pilot)

    drive(session(), walk)


def test_what_the_command_recorded_is_listed_and_looked_at(tmp_path: Path) -> None:
    folder = program(tmp_path / "项目 one", NEEDS_MEMORY)
    done = subprocess.run(
        command("run", "--", PYTHON, "infer.py"), cwd=folder, env=environment(), capture_output=True, timeout=120
    )
    assert done.returncode == 1
    voicelog.run([PYTHON, "-c", "print('fine')"], folder=folder, knowledge=shared_base())

    async def walk(pilot: Pilot[int]) -> None:
        shown = await to_runs(pilot)
        assert "Runs: 2" in shown
        fine, failed = (line for line in shown.splitlines() if " s " in line)
        assert "✓" in fine and "✗" in failed and "gpu.out-of-memory" in failed
        await pilot.press("down", "enter")
        await settled(pilot)
        shown = text_of(pilot.app)
        for part in ("exit code 1", "What went wrong", "The graphics card is out of memory", "% sure"):
            assert part in shown, part
        assert "项目one" in "".join(shown.split())
        await pilot.press("escape", "v")
        await settled(pilot)
        shown = text_of(pilot.app)
        assert "Failed runs: 1" in shown and "print" not in shown
        await pilot.press("v")
        await settled(pilot)
        assert "Runs: 2" in text_of(pilot.app)

    drive(session(), walk)


def test_the_page_of_a_run_leads_to_its_cause_its_fix_and_its_log(tmp_path: Path) -> None:
    recorded(program(tmp_path, NEEDS_MEMORY))

    async def walk(pilot: Pilot[int]) -> None:
        await to_runs(pilot)
        await pilot.press("enter", "down", "enter")
        await settled(pilot)
        app = pilot.app
        assert isinstance(app, VoicelogApp)
        assert app.shown_place == "knowledge"
        assert "The graphics card is out of memory" in text_of(app)
        await pilot.press("3")
        await settled(pilot)
        await pilot.press("down", "enter")
        await settled(pilot)
        assert isinstance(app.screen, RerunDialog)
        await pilot.press("escape", "o")
        await settled(pilot)
        assert app.shown_place == "diagnose"
        assert [log.name for log in app.session.logs] == Store().ids()
        await pilot.press("3")
        await settled(pilot)
        await pilot.press("o")
        await settled(pilot)
        assert len(app.session.logs) == 1, "it is opened once"

    drive(session(), walk)


def test_what_a_fix_changed_stands_on_its_page(tmp_path: Path) -> None:
    run = recorded(program(tmp_path, NEEDS_MEMORY))
    voicelog.rerun(run, ["expandable-segments"], knowledge=shared_base())

    async def walk(pilot: Pilot[int]) -> None:
        await to_runs(pilot)
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("end")
        await pilot.pause()
        shown = text_of(pilot.app)
        for part in ("✓ Fixed", f"- {run.id}", "+ PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True"):
            assert part in shown, part

    drive(session(), walk)


def test_records_that_come_and_go_are_followed(tmp_path: Path) -> None:
    folder = program(tmp_path, "print('one')")
    first = recorded(folder)

    async def walk(pilot: Pilot[int]) -> None:
        await to_runs(pilot)
        recorded(folder)
        await pilot.press("u")
        await settled(pilot)
        assert "Runs: 2" in text_of(pilot.app)
        (first.record / "run.json").write_text('{"id": ')
        await pilot.press("f5")
        await settled(pilot)
        assert "left out: 1" in text_of(pilot.app)
        shutil.rmtree(Store().runs)
        await pilot.press("2", "3")
        await settled(pilot)
        assert "No run is recorded yet" in text_of(pilot.app)

    drive(session(), walk)


def test_markup_and_escapes_of_a_program_stay_text(tmp_path: Path) -> None:
    folder = program(tmp_path / "[red]x", "raise RuntimeError('[bold]no[/bold] \\x1b[31mhelp\\x1b[0m')")
    recorded(folder, "[link=x]", "\x1b]0;title\x07")

    async def walk(pilot: Pilot[int]) -> None:
        shown = await to_runs(pilot)
        assert "[link=x]" in shown
        await pilot.press("enter")
        await settled(pilot)
        shown = text_of(pilot.app)
        assert "[red]x" in "".join(shown.split()) and "[bold]no[/bold] help" in shown
        assert "\\x1b]0;title\\x07" in shown

    drive(session(), walk)


def test_memory_is_drawn_for_the_program_and_each_card(tmp_path: Path) -> None:
    stand_still(recorded(program(tmp_path, "print('one')")))

    async def walk(pilot: Pilot[int]) -> None:
        await to_runs(pilot)
        charts = list(pilot.app.screen.query(Sparkline))
        assert [max(chart.data or [0]) for chart in charts] == [9 * 2**28, 3 * 2**31]
        assert "NVIDIA GeForce RTX 3060 in 9 s: at most 6.0 GiB of 12.0 GiB" in text_of(pilot.app)

    drive(session(), walk, LARGE)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("size", "name"), [(SMALL, "80x24"), (LARGE, "160x48")])
def test_how_it_looks(
    size: tuple[int, int],
    name: str,
    language: Language,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    folder = program(tmp_path, NEEDS_MEMORY)
    run = recorded(folder)
    again = voicelog.rerun(run, ["expandable-segments"], knowledge=shared_base())
    stand_still(again.run, 1, stand_still(run))
    shown: list[str] = []

    async def walk(pilot: Pilot[int]) -> None:
        await to_runs(pilot)
        shown.append(await still(pilot))
        if size == SMALL:
            await pilot.press("enter")
            await settled(pilot)
            shown.append(await still(pilot))

    drive(session(language=language), walk, size)
    assert_golden(f"runs-{name}-{language}", "\n".join(shown), request)
