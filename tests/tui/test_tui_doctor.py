"""The place of the environment checks: live, worst first, with what to do next."""

from __future__ import annotations

from pathlib import Path

import pytest
from doctor_places import install, machine, make_environment
from textual.pilot import Pilot
from textual.widgets import Input, Switch
from tui_screens import LARGE, SMALL, assert_golden, drive, session, settled, still, text_of, until

from voicelog.doctor.answers import Answer
from voicelog.doctor.examine import report
from voicelog.language import LANGUAGES, Language
from voicelog.machine.memory import Memory
from voicelog.model import Examination
from voicelog_tui.app import VoicelogApp
from voicelog_tui.screens.doctor import Doctor
from voicelog_tui.widgets.finding_list import FindingList

pytestmark = pytest.mark.usefixtures("plain_machine")


@pytest.fixture(autouse=True)
def small_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment that is active is a small one, and the folder is nobody's project."""
    python = make_environment(tmp_path / "venv")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "venv"))
    monkeypatch.chdir(tmp_path)
    return python


def show(pilot: Pilot[int], examination: Examination) -> None:
    """Show another machine's examination in the place of this one's."""
    screen = pilot.app.screen
    assert isinstance(screen, Doctor)
    screen.post_message(Doctor.Done(screen.asked, examination))


def broken_machine() -> Examination:
    """A Windows machine on which torch does not import, NumPy neither, and memory is short."""
    failing = {"import": ("OSError", "[WinError 126] The specified module could not be found. Error loading c10.dll")}
    given = machine(
        packages={"torch": "2.1.2+cu118", "numpy": "2.0.0"},
        steps={
            "torch": Answer("done", errors=failing),
            "numpy": Answer("done", errors={"import": ("ImportError", "DLL load failed while importing _multiarray")}),
        },
        memory=Memory(total=8 << 30, available=1 << 30, swap=0, shared=None, limited=False),
    )
    return report(given, 1.5)


def test_checks_are_shown_while_others_still_run(small_environment: Path) -> None:
    install(small_environment, "numpy", "1.26.4", code="import time; time.sleep(600)")

    async def walk(pilot: Pilot[int]) -> None:
        await pilot.press("4")
        await until(pilot, lambda: "now: numpy" in text_of(pilot.app) and "Python:" in text_of(pilot.app))
        shown = text_of(pilot.app)
        assert "imported" not in shown, "that one still runs"
        assert "esc Stop" in shown
        await pilot.press("escape")
        await settled(pilot)
        shown = text_of(pilot.app)
        assert "esc Stop" not in shown and "Python:" in shown

    drive(session(), walk, LARGE)


def test_it_is_checked_once_and_again_when_asked(small_environment: Path) -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await pilot.press("4")
        await until(pilot, lambda: "not checked:" in text_of(pilot.app))
        assert str(small_environment.parent) in text_of(pilot.app).replace("\n ", "")
        install(small_environment, "onnxruntime", "1.17.0")
        install(small_environment, "onnxruntime-gpu", "1.17.0")
        await pilot.press("2", "4")
        await settled(pilot)
        assert "Warnings" not in text_of(pilot.app) and "onnxruntime-gpu" not in text_of(pilot.app)
        await pilot.press("r")
        await until(pilot, lambda: "not checked:" in text_of(pilot.app) and "onnxruntime-gpu" in text_of(pilot.app))

    drive(session(), walk, LARGE)


def test_failures_come_first_with_evidence_cause_and_command() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await pilot.press("4")
        await until(pilot, lambda: "not checked:" in text_of(pilot.app))
        show(pilot, broken_machine())
        await settled(pilot)
        shown = text_of(pilot.app)
        assert "Problems: " in shown
        assert "torch 2.1.2+cu118 does not work with numpy 2.0.0." in shown
        assert "Leads to" in shown and "deps.numpy-abi" in shown
        listed = [line for line in shown.splitlines() if line[:3].strip() in ("✗", "!", "✓", "-")]
        marks = [line.strip()[0] for line in listed]
        assert marks == sorted(marks, key="✗!✓-".index)
        await pilot.press("c")
        await settled(pilot)
        assert pilot.app.clipboard.endswith('-m pip install "numpy<2"')
        await pilot.press("down", "down")
        await settled(pilot)
        assert "WinError 126" in text_of(pilot.app)
        app = pilot.app
        assert isinstance(app, VoicelogApp)
        for keys in (["i"], ["enter", "end", "down", "up", "down", "enter"]):
            await pilot.press("4", *keys)
            await settled(pilot)
            assert app.shown_place == "knowledge", keys

    drive(session(), walk, LARGE)


def test_another_interpreter_and_project_are_chosen(tmp_path: Path) -> None:
    other = make_environment(tmp_path / "别的 env")
    project = tmp_path / "project"
    project.mkdir()
    (project / "requirements.txt").write_text("no-such-thing==1.0\n", encoding="utf-8")

    async def choose(pilot: Pilot[int], python: str, folder: str) -> None:
        await pilot.press("w")
        await pilot.pause()
        dialog = pilot.app.screen
        dialog.query_one("#python", Input).value = python
        dialog.query_one("#project", Input).value = folder
        assert dialog.query_one(Switch).value is False, "nothing leaves the machine unasked"
        dialog.query_one("#examine").focus()
        await pilot.press("enter")

    async def walk(pilot: Pilot[int]) -> None:
        await pilot.press("4")
        await settled(pilot)
        await choose(pilot, str(tmp_path / "别的 env"), str(project))
        await until(pilot, lambda: "no-such-thing" in text_of(pilot.app) and "now:" not in text_of(pilot.app))
        assert "别的 env" in text_of(pilot.app)
        await choose(pilot, str(tmp_path / "nowhere"), "")
        await until(pilot, lambda: "cannot be examined" in text_of(pilot.app))
        assert "there is no such interpreter" in text_of(pilot.app)
        await choose(pilot, str(other), str(tmp_path / "nowhere"))
        await until(pilot, lambda: "is no folder" in text_of(pilot.app))
        await pilot.press("w")
        await pilot.pause()
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(pilot.app.screen, Doctor)

    drive(session(), walk, LARGE)


def test_the_cursor_stays_on_its_finding_while_others_come_in() -> None:
    whole = broken_machine()

    async def walk(pilot: Pilot[int]) -> None:
        await pilot.press("4")
        await until(pilot, lambda: "not checked:" in text_of(pilot.app))
        screen = pilot.app.screen
        fine = [one for one in whole.findings if one.status == "ok"]
        show(pilot, whole._replace(findings=tuple(fine)))
        await settled(pilot)
        await pilot.press("down", "down")
        await settled(pilot)
        listed = screen.query_one(FindingList)
        before = listed.current
        assert before is not None
        show(pilot, whole)
        await settled(pilot)
        assert listed.current is not None
        assert listed.current.finding == before.finding

    drive(session(), walk)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("size", "name"), [(SMALL, "80x24"), (LARGE, "160x48")])
def test_how_it_looks(size: tuple[int, int], name: str, language: Language, request: pytest.FixtureRequest) -> None:
    shown: list[str] = []

    async def walk(pilot: Pilot[int]) -> None:
        await pilot.press("4")
        await until(pilot, lambda: not pilot.app.screen.has_class("-running"))
        show(pilot, broken_machine())
        await settled(pilot)
        shown.append(await still(pilot))
        await pilot.press("w")
        await pilot.pause()
        shown.append(await still(pilot))

    drive(session(language=language), walk, size)
    assert_golden(f"doctor-{name}-{language}", "\n".join(shown), request)
