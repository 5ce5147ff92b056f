"""The interface without a terminal: opened over real logs, driven by keys, read as the text that stands on it."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path

import pytest
from textual.pilot import Pilot

from conftest import KNOWLEDGE
from voicelog.api import open_knowledge
from voicelog.cli.settings import Settings
from voicelog.language import Language
from voicelog.render.width import width
from voicelog.signatures.base import KnowledgeBase
from voicelog_tui.app import VoicelogApp
from voicelog_tui.factory import make_app
from voicelog_tui.logs import OpenLog
from voicelog_tui.session import Session

ROOT = KNOWLEDGE.parent
SMALL = (80, 24)
LARGE = (160, 48)
Walk = Callable[[Pilot[int]], Awaitable[None]]
_TEXT = re.compile(r'<text class="[^"]*-r\d+" x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>')
_CELL = 12.2
"""Width of a character in the picture."""


@lru_cache(maxsize=1)
def shared_base() -> KnowledgeBase:
    """The bundled base as users have it, opened once a process."""
    return open_knowledge()


def session(*logs: Path, language: Language = "en") -> Session:
    """A session over logs, with the bundled base."""
    return Session(Settings(lang=language), shared_base, [OpenLog(path.name, path=str(path)) for path in logs])


def drive(over: Session, walk: Walk, size: tuple[int, int] = SMALL) -> VoicelogApp:
    """Open the interface, let `walk` use it, and give back the app as it was left."""
    app = make_app(over)

    async def use() -> None:
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            await walk(pilot)

    asyncio.run(use())
    return app


async def settled(pilot: Pilot[int]) -> None:
    """Wait until no worker runs and nothing is left to be shown."""
    for _ in range(200):
        await pilot.pause()
        if not any(worker.is_running for worker in pilot.app.workers):
            break
        await asyncio.sleep(0.01)
    await pilot.pause()


async def shows(pilot: Pilot[int], *words: str) -> str:
    """The screen once it has all these words."""
    for _ in range(500):
        text = text_of(pilot.app)
        if all(word in text for word in words):
            return text
        await asyncio.sleep(0.02)
        await pilot.pause()
    raise AssertionError(f"{words} never came:\n{text_of(pilot.app)}")


async def until(pilot: Pilot[int], condition: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    for _ in range(600):
        await pilot.pause()
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(text_of(pilot.app))


async def still(pilot: Pilot[int]) -> str:
    """What stands on the screen once it does not change any more."""
    shown, same = "", 0
    while same < 4:
        await settled(pilot)
        await asyncio.sleep(0.05)
        before, shown = shown, text_of(pilot.app)
        same = same + 1 if shown == before else 0
    return shown


def text_of(app: object) -> str:
    """What stands on the screen, line by line, without colours."""
    assert isinstance(app, VoicelogApp)
    rows: dict[float, list[tuple[int, str]]] = {}
    for x, y, text in _TEXT.findall(app.export_screenshot(simplify=True)):
        column = round(float(x) / _CELL)
        rows.setdefault(float(y), []).append((column, html.unescape(text).replace("\xa0", " ")))
    lines = []
    for y in range(app.size.height):
        line = ""
        for column, text in sorted(rows.get(_row_position(rows, y), [])):
            line += " " * (column - width(line)) + text
        lines.append(line.rstrip())
    return "\n".join(lines) + "\n"


def _row_position(rows: dict[float, list[tuple[int, str]]], number: int) -> float:
    first, step = 20.0, 24.4
    wanted = first + number * step
    return min(rows, key=lambda y: abs(y - wanted)) if rows and min(abs(y - wanted) for y in rows) < step / 2 else -1


def assert_golden(name: str, text: str, request: pytest.FixtureRequest) -> None:
    """`text` is what the golden file of that name holds; `--refresh` rewrites it, to be read before a commit."""
    path = Path(__file__).parent / "golden" / f"{name}.txt"
    if request.config.getoption("--refresh"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == text, f"{path} differs: read it, then pytest --refresh"
