"""The programs that take text onto the clipboard, on each system."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from voicelog_tui import clipboard


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No session of anybody, and programs only where a test puts them."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "TMUX", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder: Path, name: str, code: int = 0) -> None:
    path = folder / name
    path.write_text(f'#!/bin/sh\nprintf "%s " "$@" > "{folder}/asked"\n/bin/cat > "{folder}/taken"\nexit {code}\n')
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("variable", "name", "asked"),
    [
        ("WAYLAND_DISPLAY", "wl-copy", " "),
        ("DISPLAY", "xclip", "-selection clipboard "),
        ("DISPLAY", "xsel", "--clipboard --input "),
        ("WSL_DISTRO_NAME", "clip.exe", " "),
        ("TMUX", "tmux", "load-buffer -w - "),
    ],
)
def test_the_program_of_the_session_is_given_the_text(
    variable: str, name: str, asked: str, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, ":0")
    program(bare, name)
    text = "pip install torch  # 显卡 ✓"
    assert clipboard.copy(text) == name
    encoding = "utf-16-le" if name == "clip.exe" else "utf-8"
    assert (bare / "taken").read_bytes() == text.encode(encoding)
    assert (bare / "asked").read_text() == asked


def test_the_next_program_is_asked_where_one_fails(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("DISPLAY", ":0")
    program(bare, "wl-copy", code=1)
    program(bare, "xclip")
    assert clipboard.copy("text") == "xclip"


def test_where_no_program_is_there_nothing_took_it(bare: Path) -> None:
    assert clipboard.copy("text") == ""


def test_windows_and_macos_have_one_program_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("SYSTEMROOT", r"D:\Windows")
    (only,) = clipboard.programs()
    assert (only.argv, only.name, only.encoding) == ((r"D:\Windows\System32\clip.exe",), "clip.exe", "utf-16-le")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert [one.name for one in clipboard.programs()] == ["pbcopy"]
