"""The pictures of README.md: `python -m benchmarks.screenshots` opens the interface over real logs and a real run.

What stands on the screen is exported by Textual as SVG. Two things are put right there: wide characters get the room
that they take in a terminal, and no font is fetched from anywhere.
"""

from __future__ import annotations

import asyncio
import html
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.cells import cell_len
from textual.pilot import Pilot

from voicelog.api import open_knowledge
from voicelog.cli.settings import Settings
from voicelog.language import LANGUAGES, Language
from voicelog.runner.store import Store
from voicelog_tui.factory import make_app
from voicelog_tui.logs import OpenLog
from voicelog_tui.session import Session

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "screenshots"
SIZE = (120, 36)
CELL = 12.2
PROGRAM = """
import time
print("loading the voice model", flush=True)
held = []
for chunk in range(16):
    held.append(bytearray(b"x" * (24 * 2**20)))
    print(f"chunk {chunk}: {len(held) * 24} MiB of audio", flush=True)
    time.sleep(0.3)
raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 6.00 GiB total capacity)")
"""
PICTURES: dict[str, tuple[str, tuple[str, ...]]] = {
    "diagnose": ("docs/sample.log", ()),
    "unknown": ("docs/unknown.log", ()),
    "knowledge": ("docs/sample.log", ("i",)),
    "runs": ("last", ("3",)),
}
"""Name of a picture to the log or run that is opened, and the keys that are pressed."""

_TEXT = re.compile(r'(<text [^>]*?)textLength="[\d.]+"([^>]*)>([^<]*)</text>')
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def picture(svg: str) -> str:
    """An exported screen with wide characters at their width, and without fonts from elsewhere."""

    def measured(found: re.Match[str]) -> str:
        columns = cell_len(html.unescape(found[3]))
        return f'{found[1]}textLength="{columns * CELL:.1f}"{found[2]}>{found[3]}</text>'

    return _TEXT.sub(measured, _FONTS.sub("", svg))


async def settled(pilot: Pilot[int]) -> None:
    """Wait until no worker runs and everything is painted."""
    for _ in range(500):
        await pilot.pause(0.05)
        if not any(worker.is_running for worker in pilot.app.workers):
            break
    await pilot.pause(0.3)


def taken(log: OpenLog, keys: tuple[str, ...], language: Language) -> str:
    """The picture of the interface over a log after some keys."""
    app = make_app(Session(Settings(lang=language), open_knowledge, [log]))
    found = ""

    async def use() -> None:
        nonlocal found
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            for key in keys:
                await pilot.press(key)
                await settled(pilot)
            found = picture(app.export_screenshot(title=f"voicelog tui {log.name}"))

    asyncio.run(use())
    return found


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VOICELOG_STATE"] = str(Path(folder) / "state")
        program = Path(folder) / "infer.py"
        program.write_text(PROGRAM, encoding="utf-8")
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(Path(folder) / "venv")], check=True)
        command = [sys.executable, "-m", "voicelog", "run", "--", "python", "infer.py"]
        paths = os.pathsep.join([str(Path(folder) / "venv" / "bin"), os.environ["PATH"]])
        subprocess.run(command, cwd=folder, env={**os.environ, "PATH": paths}, check=False, capture_output=True)
        run = Store().find("last")
        for name, (source, keys) in PICTURES.items():
            for language in LANGUAGES:
                path = ROOT / source
                log = OpenLog("infer.py", run=run) if source == "last" else OpenLog(path.name, path=str(path))
                svg = taken(log, keys, language)
                (FOLDER / f"{name}-{language}.svg").write_text(svg, encoding="utf-8", newline="\n")
                print(FOLDER / f"{name}-{language}.svg")


if __name__ == "__main__":
    main()
