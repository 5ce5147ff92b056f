"""The way in which programs are started on Windows, tried here: pipes, threads, the whole tree ended."""

from __future__ import annotations

import os
import sys
import threading
import uuid
from pathlib import Path

import pytest

from programs import PYTHON, cleaned, eventually, marked
from voicelog.runner.command import CommandError, prepare
from voicelog.runner.portable import PortableProgram
from voicelog.runner.streams import Streams
from voicelog.runner.types import Exit


def run(code: str, *, streams: Streams | None = None, limit: float | None = None, mark: str = "") -> tuple[Exit, bytes]:
    pieces: list[bytes] = []
    lock = threading.Lock()

    def listen(data: bytes) -> None:
        with lock:
            pieces.append(data)

    program = PortableProgram(prepare([PYTHON, "-c", code, mark]), streams or Streams(), listen)
    return program.wait(limit), b"".join(pieces)


def test_output_and_exit_code() -> None:
    ended, output = run("import os; os.write(1, b'one\\n'); os.write(2, b'two\\n'); raise SystemExit(3)")
    assert ended.code == 3
    assert sorted(output.split()) == [b"one", b"two"]


def test_output_is_live_and_goes_to_the_right_place(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
        ended, _ = run(
            "import sys; print('o'); print('e', file=sys.stderr)", streams=Streams(None, out.fileno(), err.fileno())
        )
    assert ended.code == 0
    assert ((tmp_path / "out").read_text().strip(), (tmp_path / "err").read_text().strip()) == ("o", "e")
    _, output = run("import os; print(os.environ['PYTHONUNBUFFERED'])")
    assert output.strip() == b"1"


def test_much_output_on_both_streams() -> None:
    code = "import os\nfor _ in range(200): os.write(1, b'a' * 65536); os.write(2, b'b' * 65536)"
    ended, output = run(code)
    assert ended.code == 0
    assert (output.count(b"a"), output.count(b"b")) == (200 * 65536, 200 * 65536)


def test_a_reader_that_is_gone_does_not_stop_the_record() -> None:
    source, target = os.pipe()
    os.close(source)
    ended, output = run("print('x' * 100000)", streams=Streams(None, target, None))
    os.close(target)
    assert ended.code == 0
    assert len(output.strip()) == 100000


@pytest.mark.skipif(sys.platform == "win32", reason="a program that ignores SIGTERM")
def test_a_tree_whose_time_is_over_is_ended_as_a_whole() -> None:
    mark = f"mark-{uuid.uuid4().hex}"
    code = (
        "import signal, subprocess, sys, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)', sys.argv[1]]); time.sleep(60)"
    )
    with cleaned(mark):
        ended, _ = run(code, limit=1.5, mark=mark)
        assert ended.stopped_by == "time"
        assert ended.code == 137
        assert eventually(lambda: not marked(mark))


def test_a_detached_child_that_holds_the_pipe_is_not_waited_for() -> None:
    mark = f"mark-{uuid.uuid4().hex}"
    code = (
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)', sys.argv[1]])"
    )
    with cleaned(mark):
        ended, _ = run(code, mark=mark)
        assert ended.code == 0
        assert marked(mark)


def test_what_cannot_be_executed(tmp_path: Path) -> None:
    broken = tmp_path / "broken.exe"
    broken.write_bytes(b"\x7fELF" + b"\0" * 60)
    broken.chmod(0o755)
    with pytest.raises(CommandError) as caught:
        PortableProgram(prepare([str(broken)]), Streams(), lambda data: None)
    assert caught.value.code == 126
