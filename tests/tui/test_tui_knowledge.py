"""The place of the knowledge base: groups, search, filters, the entry, and the ways that lead on from it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Select
from tui_screens import LARGE, ROOT, SMALL, assert_golden, drive, session, settled, still, text_of

from voicelog.experience import remember
from voicelog.language import LANGUAGES, Language
from voicelog_tui.app import VoicelogApp
from voicelog_tui.screens.knowledge import Knowledge
from voicelog_tui.widgets.entry_tree import EntryTree

SAMPLE = ROOT / "docs" / "sample.log"


async def search(pilot: Pilot[int], words: str) -> str:
    await pilot.press("slash")
    pilot.app.screen.query_one(Input).value = words
    await settled(pilot)
    return text_of(pilot.app)


def current(pilot: Pilot[int]) -> str:
    return pilot.app.screen.query_one(EntryTree).current


def test_all_entries_stand_in_their_areas_then_in_their_categories() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        shown = text_of(pilot.app)
        assert "by area" in shown and "▶ gpu · Graphics card" in shown
        await pilot.press("o")
        await settled(pilot)
        shown = text_of(pilot.app)
        assert (
            "by category" in shown and "▶ Packages and environment" in shown
        ) or "▼ Packages and environment" in shown
        tree = pilot.app.screen.query_one(EntryTree)
        counted = [len(node.children) for node in tree.root.children]
        assert sum(counted) == int(shown.split("Entries: ")[1].split()[0])

    drive(session(), walk)


def test_keys_open_groups_read_and_go_back() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        tree = pilot.app.screen.query_one(EntryTree)
        await pilot.press("left", "down", "right", "down")
        await settled(pilot)
        assert current(pilot).startswith("audio.")
        assert not pilot.app.screen.has_class("-reading")
        await pilot.press("enter")
        await settled(pilot)
        assert current(pilot) in text_of(pilot.app)
        assert not tree.has_focus
        await pilot.press("escape")
        await pilot.pause()
        assert tree.has_focus
        await pilot.press("left")
        await pilot.pause()
        assert current(pilot) == ""

    drive(session(), walk)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("cuda out of memroy", "gpu.out-of-memory"),
        ("显存不足", "gpu.out-of-memory"),
        ("ffm", "audio.ffmpeg"),
        ("net.port-in-use", "net.port-in-use"),
    ],
)
def test_words_in_both_languages_find_while_they_are_typed(words: str, wanted: str) -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await search(pilot, words)
        assert current(pilot).startswith(wanted)
        await pilot.press("enter", "enter")
        await settled(pilot)
        assert wanted in text_of(pilot.app)
        await pilot.press("escape", "escape")
        await settled(pilot)
        assert pilot.app.screen.query_one(Input).value == ""
        assert "by area" in text_of(pilot.app)

    drive(session(), walk)


def test_typing_is_never_taken_for_keys() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await pilot.press("slash", *"voq1lt?zz")
        await settled(pilot)
        assert pilot.app.screen.query_one(Input).value == "voq1lt?zz"
        assert "Nothing is found" in text_of(pilot.app)

    drive(session(), walk)


def test_filters_narrow_the_groups_and_the_search() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await pilot.press("v")
        await pilot.pause()
        dialog = pilot.app.screen
        dialog.query_one("#category", Select).value = "network"
        dialog.query_one("#tag", Select).value = "download"
        dialog.query_one("#apply").focus()
        await pilot.press("enter")
        await settled(pilot)
        shown = text_of(pilot.app)
        assert "Network and downloads · download" in shown
        tree = pilot.app.screen.query_one(EntryTree)
        assert {one.data for one in tree.root.children} <= {"net", "benign", "model", "deps"}
        await search(pilot, "proxy")
        assert current(pilot).split(".")[0] in ("net", "benign")
        await pilot.press("escape", "v")
        await pilot.pause()
        pilot.app.screen.query_one("#clear").focus()
        await pilot.press("enter")
        await settled(pilot)
        assert " · download" not in text_of(pilot.app)
        await pilot.press("v")
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Knowledge)

    drive(session(), walk)


def test_an_entry_says_everything_and_what_worked_here() -> None:
    remember([("gpu.out-of-memory", "free-memory")], "r1", True)

    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await search(pilot, "gpu.out-of-memory")
        await pilot.press("enter", "enter")
        await settled(pilot)
        seen = ""
        for _ in range(12):
            seen += text_of(pilot.app)
            await pilot.press("pagedown")
            await pilot.pause()
        for part in (
            "The graphics card is out of memory",
            "Do this first",
            "only looks",
            "$ nvidia-smi",
            "What it looks like",
            "Looks alike, but is not it",
            "Known by",
            "More",
            "known since",
        ):
            assert part in seen, part

    drive(session(), walk)


def test_the_command_is_copied_and_links_lead_on() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await search(pilot, "audio.ffmpeg-missing")
        await pilot.press("enter", "c")
        await settled(pilot)
        assert "ffmpeg" in pilot.app.clipboard.lower()
        await pilot.press("enter")
        await settled(pilot)
        page = pilot.app.screen.query_one("#page")
        for _ in range(200):
            await pilot.press("down")
            await pilot.pause()
            target = page.target  # type: ignore[attr-defined]
            if target is not None and target.kind == "link":
                break
        await pilot.press("c")
        for _ in range(100):
            await settled(pilot)
            if pilot.app.clipboard.startswith("https://"):
                break
        assert pilot.app.clipboard.startswith("https://")

    drive(session(), walk, LARGE)


def test_from_an_entry_to_the_log_that_it_explains() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        app = pilot.app
        assert isinstance(app, VoicelogApp)
        report = app.session.logs[0].reports[0]
        first = report.diagnoses[0]
        app.show_entry(first.id)
        for _ in range(100):
            await settled(pilot)
            if first.id in text_of(app):
                break
            await asyncio.sleep(0.05)
        shown = text_of(app)
        assert f"sample.log, line {first.evidence[0].line}" in shown
        await pilot.press("down", "enter")
        await settled(pilot)
        assert app.shown_place == "diagnose"

    drive(session(SAMPLE), walk)


def test_an_entry_that_is_asked_for_is_found_behind_any_search() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await search(pilot, "proxy")
        app = pilot.app
        assert isinstance(app, VoicelogApp)
        app.show_entry("gpu.out-of-memory")
        await settled(pilot)
        assert current(pilot) == "gpu.out-of-memory"
        app.show_entry("no.such-entry")
        await settled(pilot)
        assert current(pilot) == "gpu.out-of-memory"

    drive(session(), walk)


def test_the_language_changes_list_and_page() -> None:
    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await search(pilot, "gpu.out-of-memory")
        await pilot.press("enter", "enter")
        await settled(pilot)
        await pilot.press("l")
        await settled(pilot)
        shown = text_of(pilot.app)
        assert "显存不足" in shown and "先这样做" in shown
        await pilot.press("escape")
        await settled(pilot)
        assert "最相关的在前" in text_of(pilot.app)

    drive(session(), walk)


def test_a_base_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    from voicelog.errors import ConfigurationError
    from voicelog.signatures.base import KnowledgeBase
    from voicelog_tui.session import Session

    def broken() -> KnowledgeBase:
        raise ConfigurationError("no-knowledge", "is no folder of signatures", where="/nowhere")

    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        assert "/nowhere: is no folder of signatures" in text_of(pilot.app)
        await pilot.press("o", "v", "c", "slash", "a", "escape")
        await settled(pilot)

    drive(Session(session().settings, broken), walk)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("size", "name"), [(SMALL, "80x24"), (LARGE, "160x48")])
def test_how_it_looks(
    size: tuple[int, int],
    name: str,
    language: Language,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")  # no git, and so no day on which an entry was added
    shown: list[str] = []

    async def walk(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await search(pilot, "text.espeak-missing")
        await pilot.press("enter")
        await settled(pilot)
        shown.append(await still(pilot))
        if size == SMALL:
            await pilot.press("enter")
            await settled(pilot)
            shown.append(await still(pilot))
            await pilot.press("v")
            await pilot.pause()
            shown.append(await still(pilot))

    drive(session(language=language), walk, size)
    lines = [line for line in "\n".join(shown).splitlines() if str(ROOT) not in line]
    assert_golden(f"knowledge-{name}-{language}", "\n".join(lines) + "\n", request)
