"""The dialog that runs something again: all is shown first, a yes starts it, Escape stops it, the outcome is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, OptionList
from tui_records import NEEDS_MEMORY, newest, program, recorded, stand_still
from tui_screens import LARGE, SMALL, assert_golden, drive, session, settled, still, text_of, until

from programs import cleaned, eventually, marked
from voicelog.experience import recall
from voicelog.language import LANGUAGES, Language
from voicelog.runner.store import Store
from voicelog_tui.app import VoicelogApp
from voicelog_tui.dialogs.rerun import RerunDialog

ASLEEP = "print('up', flush=True)\nimport time, sys\nif '--fast' not in sys.argv: time.sleep(600)\nraise MemoryError"


def record_that_will_sleep(folder: Path) -> str:
    """Record a run that failed at once and would sleep if it were run again; gives the mark of its process."""
    mark = str(folder / "marked")
    run = recorded(program(folder, ASLEEP), "--fast", mark)
    text = (run.record / "run.json").read_text(encoding="utf-8").replace('"--fast"', '"--slow"')
    (run.record / "run.json").write_text(text, encoding="utf-8")
    return mark


async def propose(pilot: Pilot[int]) -> str:
    """Go to the newest run and ask for running it again."""
    await pilot.press("3")
    await settled(pilot)
    await pilot.press("r")
    await settled(pilot)
    return text_of(pilot.app)


async def start_as_it_was(pilot: Pilot[int]) -> None:
    """Run the newest run again without any fix."""
    await propose(pilot)
    options = pilot.app.screen.query_one(OptionList)
    options.highlighted = options.option_count - 1
    await settled(pilot)
    await pilot.press("y")


def test_all_is_shown_and_nothing_is_done_without_a_yes(tmp_path: Path) -> None:
    recorded(program(tmp_path, NEEDS_MEMORY))

    async def walk(pilot: Pilot[int]) -> None:
        shown = await propose(pilot)
        for part in ("expandable-segments", "set PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True", "infer.py"):
            assert part in shown, part
        assert "Nothing has been done yet" in shown
        await pilot.press("down")
        await settled(pilot)
        assert "PYTORCH_CUDA_ALLOC_CONF" not in text_of(pilot.app), "without a fix nothing is set"
        await pilot.press("escape", "r")
        await settled(pilot)
        pilot.app.screen.query_one("#no", Button).focus()
        await pilot.press("enter")
        await settled(pilot)
        assert not isinstance(pilot.app.screen, RerunDialog)

    drive(session(), walk, LARGE)
    assert len(Store().ids()) == 1


def test_a_yes_runs_it_and_the_outcome_is_compared(tmp_path: Path) -> None:
    recorded(program(tmp_path, NEEDS_MEMORY))

    async def walk(pilot: Pilot[int]) -> None:
        await propose(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "Fixed" in text_of(pilot.app))
        shown = text_of(pilot.app)
        for part in ("✓ Fixed", "before: gpu.out-of-memory", "now: no failure", "loading 模型 [bold]", "done [/bold]"):
            assert part in shown, part
        assert "2%|###|" in shown and "0%|###|" not in shown, "of a bar the last state stays"
        await pilot.press("escape")
        await settled(pilot)
        assert "Runs: 2" in text_of(pilot.app)

    drive(session(), walk, LARGE)
    again = newest()
    assert again.outcome is not None and again.outcome.verdict == "fixed"
    assert recall()["gpu.out-of-memory", "expandable-segments"] == (1, 1)


def test_what_did_not_help_is_said_with_what_was_taken_back(tmp_path: Path) -> None:
    recorded(program(tmp_path, NEEDS_MEMORY.replace("'expandable' not in", "'never' not in")))

    async def walk(pilot: Pilot[int]) -> None:
        await propose(pilot)
        pilot.app.screen.query_one("#yes", Button).focus()
        await pilot.press("enter")
        await until(pilot, lambda: "The same failure" in text_of(pilot.app))
        assert "Taken back: the environment variables" in text_of(pilot.app)
        await pilot.press("o")
        await settled(pilot)
        app = pilot.app
        assert isinstance(app, VoicelogApp)
        assert app.shown_place == "diagnose"
        assert app.session.logs[-1].name == newest().id

    drive(session(), walk, LARGE)


def test_escape_stops_it_and_all_that_it_started(tmp_path: Path) -> None:
    mark = record_that_will_sleep(tmp_path)

    async def walk(pilot: Pilot[int]) -> None:
        await start_as_it_was(pilot)
        await until(pilot, lambda: "up" in text_of(pilot.app) and bool(marked(mark)))
        assert "Running" in text_of(pilot.app)
        await pilot.press("escape")
        await until(pilot, lambda: "Running" not in text_of(pilot.app) and "Stopping" not in text_of(pilot.app))
        assert not marked(mark)
        await pilot.press("escape")
        await settled(pilot)
        assert not isinstance(pilot.app.screen, RerunDialog)

    with cleaned(mark):
        drive(session(), walk)
    again = newest()
    assert again.exit is not None and again.exit.stopped_by == "user"
    assert recall() == {}, "what was stopped has taught nothing"


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+q"])
def test_leaving_the_interface_leaves_nothing_running(key: str, tmp_path: Path) -> None:
    mark = record_that_will_sleep(tmp_path)

    async def walk(pilot: Pilot[int]) -> None:
        await start_as_it_was(pilot)
        await until(pilot, lambda: bool(marked(mark)))
        await pilot.press(key)

    with cleaned(mark):
        drive(session(), walk)
        assert eventually(lambda: not marked(mark))


def test_much_output_at_once_is_left_out_and_counted(tmp_path: Path) -> None:
    recorded(program(tmp_path, "for at in range(20_000): print(at)\nraise MemoryError"))

    async def walk(pilot: Pilot[int]) -> None:
        await propose(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "outcome" in text_of(pilot.app) or "The same failure" in text_of(pilot.app))
        assert "MemoryError" in await still(pilot)
        log = pilot.app.screen.query_one("RichLog")
        assert len(log.lines) <= 2_000  # type: ignore[attr-defined]
        assert any("lines left out" in line.text for line in log.lines)  # type: ignore[attr-defined]

    drive(session(), walk)


def test_what_cannot_be_run_again_is_said(tmp_path: Path) -> None:
    folder = program(tmp_path / "gone", NEEDS_MEMORY)
    run = recorded(folder)
    (folder / "infer.py").unlink()
    folder.rmdir()

    async def walk(pilot: Pilot[int]) -> None:
        assert "It was not run" in await propose(pilot)
        await pilot.press("y")
        await settled(pilot)
        await pilot.press("escape")
        await settled(pilot)
        (run.record / "end.json").unlink()
        await pilot.press("u")
        await settled(pilot)
        await pilot.press("r")
        await settled(pilot)
        await pilot.press("escape")

    drive(session(), walk)
    assert len(Store().ids()) == 1


def test_a_fix_of_a_diagnosis_is_proposed_for_its_run(tmp_path: Path) -> None:
    run = recorded(program(tmp_path, NEEDS_MEMORY))

    async def walk(pilot: Pilot[int]) -> None:
        app = pilot.app
        assert isinstance(app, VoicelogApp)
        app.rerun(run, "gpu.out-of-memory", "expandable-segments")
        await settled(pilot)
        assert "set PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True" in text_of(app)
        await pilot.press("escape")
        app.rerun(run, "gpu.out-of-memory", "smaller")
        await settled(pilot)
        assert "has to be done by hand" in text_of(app)

    drive(session(), walk)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("size", "name"), [(SMALL, "80x24"), (LARGE, "160x48")])
def test_how_it_looks(
    size: tuple[int, int], name: str, language: Language, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    stand_still(recorded(program(tmp_path, NEEDS_MEMORY)))
    shown: list[str] = []

    async def walk(pilot: Pilot[int]) -> None:
        await propose(pilot)
        shown.append(await still(pilot))

    drive(session(language=language), walk, size)
    lines = [line for line in shown[0].splitlines() if "=" not in line or "PYTORCH" in line]
    assert_golden(f"rerun-{name}-{language}", "\n".join(lines) + "\n", request)
