"""Two runs compared: fixed, further, same or worse, by what their output shows and never by the clock alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicelog.model import Source
from voicelog.pipeline import analyze_source
from voicelog.runner.logs import LogWriter
from voicelog.runner.outcome import compare
from voicelog.runner.types import Exit, Run
from voicelog.signatures.base import KnowledgeBase

OOM = "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB"
MISSING = "FileNotFoundError: [Errno 2] No such file or directory: 'in.wav'"


def failing(line: int, message: str, before: int = 2) -> str:
    printed = "".join(f"step {chr(97 + at)}\n" for at in range(before))
    return f'{printed}Traceback (most recent call last):\n  File "/x/infer.py", line {line}, in <module>\n{message}\n'


def run(folder: Path, name: str, text: str, base: KnowledgeBase, code: int = 1, seconds: float = 5.0) -> Run:
    record = folder / name
    record.mkdir()
    log = LogWriter(record)
    log.write(text.encode())
    log.close()
    report = analyze_source(Source(name, text), base)
    return Run(name, ("python", "infer.py"), "/", "", {}, 0.0, record, "ended", seconds, Exit(code), report)


@pytest.mark.parametrize(
    ("before", "after", "code", "seconds", "verdict"),
    [
        (failing(10, OOM), "step a\ndone\n", 0, 5.0, "fixed"),
        (failing(10, OOM), failing(10, OOM), 1, 5.0, "same"),
        (failing(10, OOM), failing(10, OOM), 1, 0.1, "same"),
        (failing(10, OOM), failing(30, OOM), 1, 5.0, "same"),
        (failing(10, OOM), failing(30, MISSING), 1, 5.0, "further"),
        (failing(10, OOM), failing(3, MISSING), 1, 5.0, "worse"),
        (failing(10, OOM), failing(3, OOM), 1, 5.0, "worse"),
        (OOM, f"step a\nstep b\n{MISSING}", 1, 5.0, "further"),
        (f"step a\nstep b\n{OOM}", f"step a\n{MISSING}", 1, 5.0, "worse"),
        (f"step a\n{OOM}", f"step a\n{MISSING}", 1, 0.1, "worse"),
        (failing(10, OOM), failing(10, OOM), 0, 5.0, "same"),
    ],
)
def test_what_a_fix_did(
    before: str, after: str, code: int, seconds: float, verdict: str, tmp_path: Path, base: KnowledgeBase
) -> None:
    one, two = run(tmp_path, "one", before, base), run(tmp_path, "two", after, base, code, seconds)
    assert compare(one, two).verdict == verdict, compare(one, two)
