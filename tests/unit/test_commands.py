"""Commands carry values of a log only as one plain argument."""

from __future__ import annotations

import pytest

from voicelog.render.commands import command_lines, values_for

INSTALL = ("{pip} install {module}",)


@pytest.mark.parametrize("module", ["soundfile", "pyworld==0.3.2", "pyannote.audio", "faster-whisper"])
def test_a_plain_name_is_filled_in(module: str) -> None:
    assert command_lines(INSTALL, values_for({}, {"module": module})) == [f"python3 -m pip install {module}"]


@pytest.mark.parametrize(
    "module",
    [
        "--index-url=evil",
        "x --index-url evil",
        "x evil",
        "git+https://example.org/evil",
        "https://example.org/evil.whl",
        "x;reboot",
        "$(reboot)",
        "`reboot`",
        "x|y",
        'x"y',
        "x\ny",
        "",
    ],
)
def test_anything_else_leaves_the_command_out(module: str) -> None:
    assert command_lines(INSTALL, values_for({}, {"module": module})) == []


def test_spaces_pass_where_the_command_quotes_them() -> None:
    values = values_for({}, {"folder": r"D:\My Voices\rvc"})
    assert command_lines(('git add "{folder}"',), values) == [r'git add "D:\My Voices\rvc"']
    assert command_lines(("git add {folder}",), values) == []


def test_a_capture_cannot_pass_for_the_interpreter() -> None:
    values = values_for({}, {"pip": "evil", "python": "evil"})
    assert command_lines(("{pip} list",), values) == ["python3 -m pip list"]
