"""Tracebacks in every printed form are read to the same exceptions."""

from __future__ import annotations

import pytest

from voicelog.model import Event
from voicelog.parse.events import find_events
from voicelog.parse.records import to_records
from voicelog.parse.tracebacks import module_of

PLAIN = """\
Traceback (most recent call last):
  File "/srv/app/infer.py", line 12, in <module>
    main()
    ~~~~^^
  File "/srv/venv/lib/python3.11/site-packages/librosa/core/audio.py", line 175, in load
    y, sr_native = __soundfile_load(path, offset, duration, dtype)
soundfile.LibsndfileError: Error opening 'a.wav': System error.
"""


def tracebacks(log: str) -> list[Event]:
    return [event for event in find_events(to_records(log)) if event.kind == "traceback"]


def chain(log: str) -> list[tuple[str, str, str]]:
    (event,) = tracebacks(log)
    return [(one.type, one.message.splitlines()[0] if one.message else "", one.relation) for one in event.chain]


EXPECTED = [("LibsndfileError", "Error opening 'a.wav': System error.", "")]


def test_plain() -> None:
    assert chain(PLAIN) == EXPECTED
    (event,) = tracebacks(PLAIN)
    assert [frame.module for frame in event.chain[0].frames] == ["srv.app.infer", "librosa.core.audio"]


@pytest.mark.parametrize(
    "disguise",
    [
        lambda line: f"[rank0]: {line}",
        lambda line: f"2024-05-01T08:00:00.000000001Z stderr F {line}",
        lambda line: f"> {line}",
        lambda line: f"May  1 08:00:00 box tts[12]: {line}",
        lambda line: line.lstrip(),
        lambda line: f"\x1b[31m{line}\x1b[0m",
        lambda line: line + "\r",
    ],
    ids=["rank", "kubernetes", "quote", "journald", "no indentation", "colour", "crlf"],
)
def test_disguised(disguise: object) -> None:
    assert callable(disguise)
    assert chain("\n".join(disguise(line) for line in PLAIN.splitlines())) == EXPECTED


def test_cut_at_the_top() -> None:
    assert chain(PLAIN.split("\n", 2)[2].split("\n", 2)[2]) == EXPECTED


@pytest.mark.parametrize(
    ("marker", "relation"),
    [
        ("During handling of the above exception, another exception occurred:", "context"),
        ("The above exception was the direct cause of the following exception:", "cause"),
    ],
)
def test_chained(marker: str, relation: str) -> None:
    log = (
        PLAIN
        + f"\n{marker}\n\nTraceback (most recent call last):\n"
        + '  File "b.py", line 1, in f\n    g()\nRuntimeError: cannot load\n'
    )
    assert chain(log) == [*EXPECTED, ("RuntimeError", "cannot load", relation)]


def test_message_of_several_lines_belongs_to_its_exception() -> None:
    log = (
        'Traceback (most recent call last):\n  File "a.py", line 1, in f\n'
        'RuntimeError: Error(s) in loading state_dict for Net:\n\tMissing key(s) in state_dict: "a.b".\n\tsize mismatch for c\n'
    )
    (event,) = tracebacks(log)
    assert event.chain[0].message.count("\n") == 2


def test_exception_group() -> None:
    log = """\
  + Exception Group Traceback (most recent call last):
  |   File "serve.py", line 9, in main
  |     raise ExceptionGroup("workers failed", errors)
  | ExceptionGroup: workers failed (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "serve.py", line 4, in work
    |     open(path)
    | FileNotFoundError: [Errno 2] No such file or directory: 'a.wav'
    +------------------------------------
"""
    types = [one.type for event in tracebacks(log) for one in event.chain]
    assert types == ["ExceptionGroup", "FileNotFoundError"]


def test_rich_box() -> None:
    log = """\
╭─────────────────────────────── Traceback (most recent call last) ────────────────────────────────╮
│ /srv/app/cli.py:44 in synthesize                                                                 │
│                                                                                                  │
│   41 │   model = load(path)                                                                      │
│ ❱ 44 │   return model(text)                                                                      │
╰──────────────────────────────────────────────────────────────────────────────────────────────────╯
ValueError: Language en-XX is not supported
"""
    (event,) = tracebacks(log)
    assert (event.chain[0].type, event.chain[0].frames[0].function) == ("ValueError", "synthesize")


def test_jupyter() -> None:
    log = """\
---------------------------------------------------------------------------
ModuleNotFoundError                       Traceback (most recent call last)
Cell In[3], line 1
----> 1 import whisper

ModuleNotFoundError: No module named 'whisper'
"""
    assert chain(log) == [("ModuleNotFoundError", "No module named 'whisper'", "")]


def test_remote_traceback_is_the_cause_of_what_the_parent_raises() -> None:
    log = '''\
multiprocessing.pool.RemoteTraceback:
"""
Traceback (most recent call last):
  File "pool.py", line 125, in worker
    result = (True, func(*args, **kwds))
OSError: [Errno 24] Too many open files
"""

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "prepare.py", line 8, in <module>
    pool.map(work, files)
OSError: [Errno 24] Too many open files
'''
    (event,) = tracebacks(log)
    assert [(one.type, one.relation) for one in event.chain] == [("OSError", ""), ("OSError", "cause")]


def test_two_tracebacks_are_two_events() -> None:
    assert len(tracebacks(PLAIN + "\nretrying in 5 s\n" + PLAIN)) == 2


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("/v/lib/python3.10/site-packages/torch/nn/modules/module.py", "torch.nn.modules.module"),
        (r"D:\tts\runtime\lib\site-packages\gradio\blocks.py", "gradio.blocks"),
        ("/v/lib/python3.10/site-packages/whisper/__init__.py", "whisper"),
        (r"F:\RVC\infer\modules\vc\pipeline.py", "RVC.infer.modules.vc.pipeline"),
    ],
)
def test_module_of_a_path(path: str, module: str) -> None:
    assert module_of(path) == module


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Segmentation fault (core dumped)", "crash"),
        ("Killed", "crash"),
        ("Process finished with exit code -1073741819 (0xC0000005)", "crash"),
        ("进程已结束，退出代码为 137", "exit"),
        ("ERROR: Could not build wheels for pyworld", "error"),
        ("fatal: unable to access 'https://github.com/x/y/'", "error"),
        ("bash: python: command not found", "error"),
        ("错误: 找不到模型", "error"),
        ("UserWarning: careful", "warning"),
        ("sox FAIL remix: too few input channels", "error"),
    ],
)
def test_lines_that_tell_of_failure(line: str, kind: str) -> None:
    (event,) = find_events(to_records(line))
    assert event.kind == kind


@pytest.mark.parametrize(
    "line",
    [
        "0 errors, 3 warnings",
        "Process finished with exit code 0",
        "word error rate: 4.2 %",
        "INFO: retry on error is off",
    ],
)
def test_lines_that_only_mention_failure(line: str) -> None:
    assert not [event for event in find_events(to_records(line)) if event.fatal]


def test_what_hydra_says_instead_of_a_traceback_is_a_failure() -> None:
    log = "Error executing job with overrides: ['model=small']\nwizard 'alto' is asleep\n\nSet HYDRA_FULL_ERROR=1\n"
    assert [event.kind for event in find_events(to_records(log)) if event.fatal]
