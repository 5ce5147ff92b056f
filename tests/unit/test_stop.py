"""A program, or the command of a fix, that somebody stops from another thread."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from programs import PYTHON, cleaned, eventually, marked
from voicelog.runner.command import prepare
from voicelog.runner.execute import start_program
from voicelog.runner.plan import Plan
from voicelog.runner.portable import PortableProgram
from voicelog.runner.rerun import FixError, rerun
from voicelog.runner.store import Store
from voicelog.runner.streams import Streams
from voicelog.runner.types import Run
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.types import Fix, Text

ASLEEP = "import time; print('up'); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + ASLEEP


class Listening:
    """Somebody who reads along, and stops the program once it has said something."""

    def __init__(self) -> None:
        self.heard = b""
        self.stop = threading.Event()

    def __call__(self, data: bytes) -> None:
        self.heard += data
        if b"up" in self.heard:
            self.stop.set()

    def streams(self) -> Streams:
        return Streams(listener=self, stop=self.stop)


@pytest.mark.parametrize("code", [ASLEEP, STUBBORN], ids=["asleep", "stubborn"])
@pytest.mark.parametrize("kind", ["system", "portable"])
def test_it_ends_and_says_who_ended_it(kind: str, code: str, tmp_path: Path) -> None:
    mark, listening = str(tmp_path), Listening()
    command = prepare([PYTHON, "-c", code, mark])
    with cleaned(mark):
        if kind == "portable":
            ended = PortableProgram(command, listening.streams(), listening).wait()
        else:
            ended = start_program(command, listening.streams(), lambda data: None).wait()
        assert ended.stopped_by == "user"
        assert ended.code != 0
        assert eventually(lambda: not marked(mark))
    assert b"up" in listening.heard, "Python fills no pipe while somebody listens"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell command of Unix")
def test_the_command_of_a_fix_is_heard_and_stopped(tmp_path: Path, base: KnowledgeBase) -> None:
    mark, listening, store = str(tmp_path), Listening(), Store(tmp_path / "state")
    fix = Fix("wait", Text("Wait", "等"), "command")
    argv = (PYTHON, "-c", "print('the program')")
    before = Run("before", argv, str(tmp_path), PYTHON, {}, 0.0, tmp_path / "none", state="ended")
    plan = Plan("test.a", fix, argv, commands=((PYTHON, "-u", "-c", ASLEEP, mark),))
    with cleaned(mark), pytest.raises(FixError) as told:
        rerun(before, [plan], base, listening.streams(), store)
    assert "ended with" in str(told.value)
    assert eventually(lambda: not marked(mark))
    assert listening.heard.replace(os.linesep.encode(), b"\n") == b"up\n"
    assert store.ids() == [], "the program itself was not started"
