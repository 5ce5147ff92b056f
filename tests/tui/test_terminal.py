"""The installed command in a real terminal: read, copy, search, switch, leave; piped logs; the terminal left clean."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tmux_terminal import ROOT, tmux

pytestmark = pytest.mark.slow
SAMPLE = ROOT / "docs" / "sample.log"


def test_a_log_is_opened_read_copied_searched_and_left(tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "train.log")
    with tmux(tmp_path) as terminal:
        terminal.type("voicelog tui train.log")
        text = terminal.shows("no kernel image is available", "% sure", "c Copy command")
        assert "Do this first" in text
        terminal.press("c")
        terminal.shows("Copied: runtime\\python.exe -m pip uninstall")
        assert terminal.run("show-buffer").startswith("runtime\\python.exe -m pip uninstall -y torch")
        terminal.press("l")
        terminal.shows("先这样做", "1 诊断")
        terminal.press("l")
        terminal.shows("Do this first")
        terminal.press("/")
        terminal.press("-l", "text2semantic")
        terminal.shows("1 of 1")
        terminal.press("Escape")
        terminal.shows("c Copy command")
        terminal.press("q")
        assert terminal.exit_code() == 0
        assert terminal.is_restored()


@pytest.mark.parametrize(("keys", "code"), [(("C-c",), 130), (("/", "C-c"), 130), (("e", "C-c"), 130), (("C-q",), 0)])
def test_the_terminal_is_clean_after(keys: tuple[str, ...], code: int, tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "train.log")
    with tmux(tmp_path) as terminal:
        terminal.type("voicelog tui train.log")
        terminal.shows("% sure")
        for key in keys:
            terminal.press(key)
        assert terminal.exit_code() == code
        assert terminal.is_restored()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_terminal_is_clean_after_a_signal(number: int, code: int, tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "train.log")
    with tmux(tmp_path) as terminal:
        terminal.type("sh -c 'echo $$ > pid; exec voicelog tui train.log'")
        terminal.shows("% sure")
        os.kill(int((tmp_path / "pid").read_text()), number)
        assert terminal.exit_code() == code
        assert terminal.is_restored()


def test_a_crash_shows_its_trace_in_a_clean_terminal(tmp_path: Path) -> None:
    """The screen of the log breaks while it draws, as a mistake of ours would make it."""
    shutil.copy(SAMPLE, tmp_path / "train.log")
    (tmp_path / "sitecustomize.py").write_text(
        "import voicelog_tui.widgets.log_view as view\n"
        "def broken(*_):\n    raise RuntimeError('drawn wrongly')\n"
        "view.LogView.action_page = broken\n"
    )
    with tmux(tmp_path, rows=50, PYTHONPATH=str(tmp_path)) as terminal:
        terminal.type("voicelog tui train.log")
        terminal.shows("% sure")
        terminal.press("Tab")
        terminal.shows("enter Fold")
        terminal.press("PageDown")
        terminal.shows("drawn wrongly", "voicelog analyze answers without it")
        assert terminal.exit_code() == 1
        assert terminal.is_restored()


def test_a_log_is_piped_in(tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "train.log")
    with tmux(tmp_path) as terminal:
        terminal.type("cat train.log | voicelog tui")
        terminal.shows("<stdin>", "21 lines", "% sure")
        terminal.press("n")
        terminal.press("q")
        assert terminal.exit_code() == 0
        terminal.type("gzip -c train.log | voicelog tui -")
        terminal.shows("21 lines", "% sure")
        terminal.press("C-c")
        assert terminal.exit_code() == 130
        assert terminal.is_restored()


def test_a_pipe_that_stays_open_is_shown_and_read_on(tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "train.log")
    with tmux(tmp_path) as terminal:
        terminal.type("(echo first line; sleep 2; cat train.log; sleep 600) | voicelog tui -")
        terminal.shows("first line", "more may come")
        terminal.shows("% sure", "22 lines")
        terminal.press("q")
        terminal.left()
        terminal.press("C-c")  # ends the sleep, not the interface, which must be gone by now
        terminal.type("echo ba''ck")
        terminal.shows("back")
        assert terminal.is_restored()


def test_a_pipe_with_nothing_in_it_yet_keeps_nobody_waiting(tmp_path: Path) -> None:
    with tmux(tmp_path) as terminal:
        terminal.type("sleep 600 | voicelog tui")
        terminal.shows("0 lines", "q Quit")
        terminal.press("q")
        terminal.left()
        terminal.press("C-c")
        terminal.type("echo ba''ck")
        terminal.shows("back")
        assert terminal.is_restored()


def test_failures_of_a_pipe_that_stays_open_are_explained_one_after_the_other(tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "one.log")
    shutil.copy(ROOT / "docs" / "unknown.log", tmp_path / "two.log")
    with tmux(tmp_path, rows=60) as terminal:
        terminal.type("(cat one.log; sleep 6; echo; cat two.log; sleep 600) | voicelog tui -")
        terminal.shows("% sure", "more may come")
        terminal.shows("no known cause explains it", "Failures so far", "The card is newer than this build · line 18")
        terminal.press("q")
        terminal.left()


def test_without_colours_there_are_none(tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "train.log")
    with tmux(tmp_path, NO_COLOR="1") as terminal:
        terminal.type("voicelog tui train.log")
        terminal.shows("% sure")
        styles = re.findall(r"\x1b\[([0-9;]*)m", terminal.run("capture-pane", "-p", "-e"))
        assert "7" in "".join(styles)
        assert not [style for style in styles if "8;" in style or re.search(r"(?:^|;)(?:3|4|9)[0-7]\b", style)]
        terminal.press("q")
        terminal.left()


def in_terminal(code: str, given: bytes) -> tuple[str, int]:
    """What a process without a terminal of its own says, its output on one, something piped in."""
    import pty

    master, slave = pty.openpty()
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "analyzer"), str(ROOT / "tui")]),
        "TERM": "xterm",
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=given,
        stdout=slave,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=environment,
        timeout=60,
    )
    os.close(slave)
    os.close(master)
    return done.stderr.decode(), done.returncode


def test_where_no_keys_can_be_read_the_other_command_is_named() -> None:
    code = "import sys; sys.argv[1:] = ['tui', '-']; from voicelog.cli.main import main; sys.exit(main())"
    said, code_of_exit = in_terminal(code, SAMPLE.read_bytes())
    assert said == "voicelog: there is no terminal to read keys from (voicelog analyze answers without one)\n"
    assert code_of_exit == 2


def test_what_is_piped_in_is_kept_and_the_keyboard_takes_its_place() -> None:
    """As on Windows, where the keyboard has a name of its own; here the name of a terminal stands for it."""
    code = (
        "import os, sys; from voicelog_tui import terminal; terminal.KEYBOARD = os.ttyname(1);"
        "piped = terminal.prepare(takes_input=True);"
        "sys.exit(0 if piped.read() == b'one\\ntwo' and os.isatty(0) and os.isatty(2) else 1)"
    )
    assert in_terminal(code, b"one\ntwo")[1] == 0


def test_what_is_piped_in_and_no_log_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "voice.wav").write_bytes(b"RIFF\x00\x00\x00\x00WAVE" + bytes(100))
    with tmux(tmp_path) as terminal:
        terminal.type("cat voice.wav | voicelog tui -")
        terminal.shows("voicelog: <stdin>: is an audio file, not a log")
        assert terminal.exit_code() == 2
