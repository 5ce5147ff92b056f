"""What varies in a message, told by the line of code that raised it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelog.draft.decisive import find_decisive
from voicelog.draft.pattern import pattern_of_template
from voicelog.draft.template import Part, template_of
from voicelog.linear import compile_pattern
from voicelog.model import Log, Source
from voicelog.parse import parse


def log_of(code: str, folder: Path) -> Log:
    """What a real interpreter prints of a program that ends with `code`."""
    program = folder / "infer.py"
    program.write_text(f"name, size, low = '小雨 two', 7, 3\nclass o: path = 'a/b c.wav'\n{code}\n", encoding="utf-8")
    command = [sys.executable, "-X", "utf8", str(program)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    return parse(Source("x.log", done.stderr))


@pytest.mark.parametrize(
    ("code", "pattern", "captures"),
    [
        ('raise ValueError(f"no voice {name!r} here")', "no voice (?P<name>.{1,200}?) here", {"name": "'小雨 two'"}),
        ('raise ValueError(f"a bank of {len(name)} voices")', r"a bank of (?P<name>-?\d+) voices", {"name": "6"}),
        ("raise ValueError('speaker %s is not in %d' % (name, size))", "", {"value": "小雨 two", "value2": "7"}),
        ("raise ValueError('between {} and {size:.2f}'.format(low, size=size))", "", {"value": "3", "size": "7.00"}),
        ("raise ValueError(f'cannot open \"{o.path}\" now')", '"(?P<path>[^"]+)" now', {"path": "a/b c.wav"}),
        ('raise ValueError(f"a rate of {size} hertz " f"is {low} too low")', "", {"size": "7", "low": "3"}),
        (
            'raise ValueError(f"音色 {size} 不存在，共 {size} 个")',
            r"音色 (?P<size>-?\d+) 不存在，共 -?\d+ 个",
            {"size": "7"},
        ),
    ],
)
def test_the_fields_of_the_code_become_captures(
    code: str, pattern: str, captures: dict[str, str], tmp_path: Path
) -> None:
    decisive = find_decisive(log_of(code, tmp_path))
    assert decisive is not None and decisive.template
    made = pattern_of_template(decisive.template)
    assert made.captures == captures
    assert pattern in made.text
    found = compile_pattern(made.text).search(decisive.lines[0])
    assert found and {key: value for key, value in found.groupdict().items() if value} == captures


@pytest.mark.parametrize(
    "code",
    [
        "raise ValueError('all of it is plain text')",
        "raise ValueError(f'{name}{size}')",
        "text = f'a voice of {size} is odd'\nraise ValueError(text)",
        "open(o.path)",
    ],
)
def test_where_the_code_tells_nothing_the_line_decides(code: str, tmp_path: Path) -> None:
    decisive = find_decisive(log_of(code, tmp_path))
    assert decisive is not None and decisive.template == ()


@given(st.text(alphabet="ab{}%s\"'\\f() .日", max_size=120), st.text(max_size=80))
def test_odd_code_and_odd_messages_are_no_obstacle(code: str, message: str) -> None:
    log = parse(
        Source("x", f'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    {code}\nE: {message}\n')
    )
    for event in log.events:
        for raised in event.chain:
            parts = template_of(log, raised, raised.message.split("\n")[0])
            assert not parts or "".join(one.text for one in parts) == raised.message.split("\n")[0]
            made = pattern_of_template(parts) if parts else None
            assert made is None or compile_pattern(made.text).search(raised.message)


def test_a_long_message_ends_after_the_words_that_tell_it() -> None:
    parts = (Part("loading "), Part("a.pth", "path"), Part(" failed because of " + "w" * 200), Part("7", "size"))
    assert pattern_of_template(parts).captures == {"path": "a.pth"}


def test_a_bare_exception_is_told_by_the_code_that_raised_it(tmp_path: Path) -> None:
    decisive = find_decisive(log_of("voices = []\nassert len(voices) > 0", tmp_path))
    assert decisive is not None
    assert (decisive.exception, decisive.code) == ("AssertionError", "assert len(voices) > 0")
