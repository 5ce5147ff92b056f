"""`--follow`: failures are explained while the log grows, over rotation and truncation."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import shared_base
from voicelog.following import Follower
from voicelog.model import Report

MEMORY = "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB\n"
MODULE = "ModuleNotFoundError: No module named 'fairseq'\n"
OWN = "Traceback (most recent call last):\n  File \"train.py\", line 3, in <module>\nKeyError: 'val/pitch'\n"


def ids(reports: list[Report]) -> list[str]:
    return [one.diagnoses[0].id if one.diagnoses else one.verdict for one in reports]


def test_a_failure_is_explained_once_and_the_next_one_too() -> None:
    follower = Follower("x", shared_base())
    assert not list(follower.feed(b"started\n" + MEMORY[:20].encode()))
    assert not list(follower.feed(MEMORY[20:].encode()))
    first = list(follower.rest())
    assert ids(first) == ["gpu.out-of-memory"] and first[0].diagnoses[0].evidence[0].line == 2
    assert not list(follower.feed(b"step 1\n" * 300 + MEMORY.encode())) and not list(follower.rest())
    assert not list(follower.feed(MODULE.encode()))
    second = list(follower.end())
    assert ids(second) == ["deps.module-missing"] and second[0].diagnoses[0].evidence[0].line == 304


def test_a_failure_without_a_cause_waits_for_what_may_explain_it() -> None:
    follower = Follower("x", shared_base())
    assert not list(follower.feed(OWN.encode())) and not list(follower.rest())
    assert ids(list(follower.end())) == ["unknown"]
    follower = Follower("x", shared_base())
    assert not list(follower.feed(OWN.encode())) and not list(follower.rest())
    assert not list(follower.feed(MEMORY.encode()))
    assert ids(list(follower.rest())) == ["gpu.out-of-memory"]


def test_a_program_that_never_pauses_is_answered() -> None:
    follower = Follower("x", shared_base())
    found = [one for _ in range(40) for one in follower.feed(b"step 12 is fine\n" * 10 + MEMORY.encode())]
    assert ids(found) == ["gpu.out-of-memory"]


class Following:
    """The installed command at a file, its answers as they come."""

    def __init__(self, path: Path, answers: Path) -> None:
        self._answers = answers
        command = [sys.executable, "-m", "voicelog", "analyze", "--follow", str(path), "--format", "jsonl"]
        self.process = subprocess.Popen(command, stdout=answers.open("wb"), stderr=subprocess.PIPE)

    def wait(self, done: Callable[[list[str]], bool]) -> list[str]:
        for _ in range(600):
            lines = self._answers.read_text(encoding="utf-8").splitlines(keepends=True)
            found = [json.loads(line)["diagnoses"][0]["id"] for line in lines if line.endswith("\n")]
            if done(found):
                return found
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.1)
        raise AssertionError(found)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="ended by SIGINT")
def test_a_file_is_followed_over_rotation_and_truncation(tmp_path: Path) -> None:
    path = tmp_path / "train.log"
    path.write_text("started\n", encoding="utf-8")
    following = Following(path, tmp_path / "answers")
    with path.open("a", encoding="utf-8") as stream:
        stream.write(MEMORY)
    following.wait(lambda found: found == ["gpu.out-of-memory"])
    path.rename(tmp_path / "train.log.1")
    path.write_text(MODULE, encoding="utf-8")
    following.wait(lambda found: found[1:] == ["deps.module-missing"])
    path.write_text("OSError: [Errno 28] No space left on device\n", encoding="utf-8")
    following.wait(lambda found: found[2:] == ["hardware.disk-full"])
    following.process.send_signal(signal.SIGINT)
    _, errors = following.process.communicate(timeout=30)
    assert following.process.returncode == 130 and not errors


@pytest.mark.slow
def test_a_pipe_that_stays_open_is_answered_while_the_program_goes_on() -> None:
    command = [sys.executable, "-m", "voicelog", "analyze", "--follow", "-", "--format", "jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(MEMORY.encode())
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["diagnoses"][0]["id"] == "gpu.out-of-memory"
        process.stdin.write(OWN.encode())
        process.stdin.close()
        assert json.loads(process.stdout.readline())["verdict"] == "unknown"
    assert process.returncode == 0
