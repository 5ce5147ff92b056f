"""`voicelog run`: the program behaves as if nobody watched, and its failure is explained."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from programs import PYTHON, OnTerminal, cleaned, command, environment, eventually, marked, start
from voicelog.runner.logs import read_log

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals of Unix")


def run(
    *arguments: str, given: bytes = b"", folder: Path | None = None, **more: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command(*arguments), input=given, capture_output=True, cwd=folder, env=environment(**more), timeout=120
    )


def python(code: str) -> tuple[str, ...]:
    return ("run", "--", PYTHON, "-c", code)


def last_run() -> dict[str, object]:
    shown = run("runs", "show", "--format", "json")
    found: dict[str, object] = json.loads(shown.stdout)
    return found


def test_output_goes_where_it_belongs_byte_for_byte() -> None:
    code = "import os; os.write(1, bytes(range(256))); os.write(2, b'to the other\\n')"
    done = run(*python(code))
    assert done.returncode == 0
    assert done.stdout == bytes(range(256))
    assert done.stderr == b"to the other\n"


def test_a_run_that_goes_well_says_nothing_more() -> None:
    done = run(*python("print('done')"))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"done\n", b"")
    assert last_run()["failed"] is False


def test_standard_input_is_the_users() -> None:
    done = run(*python("import sys; print(sys.stdin.read()[::-1])"), given=b"abc")
    assert done.stdout == b"cba\n"


@pytest.mark.parametrize(("code", "wanted"), [("0", 0), ("3", 3), ("255", 255)])
def test_the_exit_code_is_the_programs(code: str, wanted: int) -> None:
    assert run(*python(f"raise SystemExit({code})")).returncode == wanted


def test_a_signal_is_told_as_a_shell_tells_it() -> None:
    done = run("run", "--", "sh", "-c", "kill -SEGV $$")
    assert done.returncode == 128 + signal.SIGSEGV
    assert b"os.native-crash" in done.stderr


def test_a_failure_is_explained_in_at_most_fifteen_lines() -> None:
    done = run(*python("print('before'); raise RuntimeError('CUDA out of memory. Tried to allocate 2.00 GiB')"))
    assert done.stdout == b"before\n"
    told = done.stderr.decode().split("Tried to allocate 2.00 GiB\n", 1)[1]
    assert "gpu.out-of-memory" in told
    assert "voicelog rerun --fix expandable-segments" in told
    assert len(told.splitlines()) <= 15
    assert all(len(line) <= 80 for line in told.splitlines())


def test_the_answer_speaks_the_users_language() -> None:
    done = run(
        "run",
        "--lang",
        "zh",
        "--",
        PYTHON,
        "-c",
        "raise RuntimeError('CUDA out of memory. Tried to allocate 2.00 GiB')",
    )
    assert "显存不足" in done.stderr.decode()


def test_a_failure_in_the_output_of_a_program_that_exits_well() -> None:
    code = (
        "import traceback\n"
        "try:\n raise RuntimeError('CUDA out of memory. Tried to allocate 2.00 GiB')\n"
        "except RuntimeError: traceback.print_exc()"
    )
    done = run(*python(code))
    assert done.returncode == 0
    assert b"gpu.out-of-memory" in done.stderr


def test_an_exit_without_a_word_is_unknown_and_not_healthy() -> None:
    done = run(*python("raise SystemExit(9)"))
    assert done.returncode == 9
    assert b"no known cause" in done.stderr


def test_quiet_keeps_the_record_and_says_nothing() -> None:
    done = run("run", "--quiet", "--", PYTHON, "-c", "raise SystemExit(5)")
    assert (done.returncode, done.stderr) == (5, b"")
    assert last_run()["failed"] is True


def test_options_of_the_program_are_not_ours() -> None:
    done = run("run", PYTHON, "-c", "import sys; print(sys.argv[1:])", "--quiet", "--lang", "xx")
    assert done.stdout == b"['--quiet', '--lang', 'xx']\n"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run"], 2, ["no command given"]),
        (["run", "--"], 2, ["no command given"]),
        (["run", "--", "no-such-program-here"], 127, ["no-such-program-here", "command not found"]),
        (["run", "--", "./nowhere/program"], 127, ["./nowhere/program", "no such file"]),
        (["run", "--", "/"], 126, ["is a folder"]),
        (["run", "--", "./plain.py"], 126, ["may not be executed", "voicelog run -- python ./plain.py"]),
        (["run", "--", "plain.py"], 127, ["command not found", "python plain.py"]),
        (["run", "--", "./broken"], 126, ["cannot be executed"]),
        (["run", "--timeout", "-1", "--", "true"], 2, ["--timeout"]),
        (["run", "--timeout", "soon", "--", "true"], 2, ["--timeout"]),
        (["rerun", "20000101"], 2, ["20000101", "no such run"]),
        (["rerun"], 2, ["no run in the record has failed"]),
        (["runs", "show", "nothing"], 2, ["no such run"]),
        (["runs", "prune", "--keep", "-3"], 2, ["--keep"]),
    ],
)
def test_bad_input_gets_one_clear_line_and_the_shells_code(
    arguments: list[str], code: int, words: list[str], tmp_path: Path
) -> None:
    (tmp_path / "plain.py").write_text("print()\n")
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF\x02\x01\x01" + b"\0" * 57)
    broken.chmod(0o755)
    done = run(*arguments, folder=tmp_path)
    message = done.stderr.decode()
    assert done.returncode == code, message
    assert done.stdout == b""
    assert message.count("\n") == 1, message
    assert all(word in message for word in words), message
    assert run("runs", "list", "--format", "json").stdout == b"[]\n"


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    inside = tmp_path / "gone"
    inside.mkdir()
    line = f'rmdir "{inside}"; exec "{PYTHON}" -m voicelog run -- true'
    done = subprocess.run(["sh", "-c", line], cwd=inside, capture_output=True, env=environment(), timeout=60)
    assert done.returncode == 2
    assert b"folder" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_script_without_a_first_line_runs_as_in_a_shell(tmp_path: Path) -> None:
    script = tmp_path / "plain"
    script.write_text("echo shell $1\n")
    script.chmod(0o755)
    assert run("run", "--", "./plain", "two", folder=tmp_path).stdout == b"shell two\n"


def test_chinese_and_spaces_in_paths(tmp_path: Path) -> None:
    folder = tmp_path / "语音 模型"
    folder.mkdir()
    (folder / "推理.py").write_text("import sys; print(sys.argv[1]); raise SystemExit(4)", encoding="utf-8")
    done = run("run", "--", PYTHON, "推理.py", "你好 世界", folder=folder)
    assert done.returncode == 4
    assert done.stdout.decode() == "你好 世界\n"
    assert last_run()["folder"] == str(folder)


def test_a_terminal_stays_a_terminal() -> None:
    code = "import os, sys; print([os.isatty(n) for n in range(3)], os.get_terminal_size()); raise SystemExit(7)"
    screen = OnTerminal(*python(code))
    assert screen.wait() == 7
    assert b"[True, True, True] os.terminal_size" in screen.shown


def test_keys_reach_the_program() -> None:
    screen = OnTerminal(*python("print('name?'); print('hello', input())"))
    screen.read_until(b"name?")
    screen.type(b"Mei\n")
    assert screen.wait() == 0
    assert b"hello Mei" in screen.shown


def test_control_c_is_the_programs_own() -> None:
    code = "import time\nprint('ready', flush=True)\ntry: time.sleep(60)\nexcept KeyboardInterrupt: print('caught'); raise SystemExit(44)"
    screen = OnTerminal(*python(code))
    screen.read_until(b"ready")
    screen.type(b"\x03")
    assert screen.wait() == 44
    assert b"caught" in screen.shown


def test_control_z_stops_and_continues_both() -> None:
    mark = f"mark-{uuid.uuid4().hex}"
    with cleaned(mark):
        shell = f'set -m; "{PYTHON}" -m voicelog run -- "{PYTHON}" -c "input(); print(\'went on\')" {mark}; fg; echo ended $?'
        import pty

        pid, terminal = pty.fork()
        if pid == 0:
            os.execvpe("bash", ["bash", "--norc", "-c", shell], environment())
        screen = OnTerminal.__new__(OnTerminal)
        screen.pid, screen.terminal, screen.shown = pid, terminal, b""
        assert eventually(lambda: any("-c input()" in " ".join(one.cmdline()) for one in marked(mark)))
        time.sleep(1)
        screen.type(b"\x1a")
        screen.read_until(b"voicelog run", 30)
        time.sleep(1)
        screen.type(b"\n")
        screen.read_until(b"ended 0", 30)
        assert b"went on" in screen.shown
        screen.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGUSR1])
def test_signals_reach_the_whole_tree(number: signal.Signals) -> None:
    mark = f"mark-{uuid.uuid4().hex}"
    with cleaned(mark):
        inner = f"{PYTHON} -c 'import time; time.sleep(60)' {mark}"
        program = start("run", "--", "sh", "-c", f"echo ready; {inner}; true")
        assert program.stdout is not None
        assert program.stdout.readline() == b"ready\n"
        assert eventually(lambda: len(marked(mark)) >= 2)
        program.send_signal(number)
        assert program.wait(30) == 128 + number
        assert eventually(lambda: not marked(mark))


def test_closing_the_terminal_ends_the_program_and_keeps_the_record() -> None:
    mark = f"mark-{uuid.uuid4().hex}"
    with cleaned(mark):
        screen = OnTerminal("run", "--", PYTHON, "-c", "import time; print('ready', flush=True); time.sleep(60)", mark)
        screen.read_until(b"ready")
        screen.close()
        assert screen.reap() in (128 + signal.SIGHUP, 1)
        assert eventually(lambda: not marked(mark))
        found = last_run()
        assert found["state"] == "ended"
        assert found["exit"]["signal"] == signal.SIGHUP  # type: ignore[index]


def test_a_program_that_ignores_the_closed_terminal_goes_on_and_is_recorded() -> None:
    mark = f"mark-{uuid.uuid4().hex}"
    code = (
        "import os, signal, time\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\nprint('ready', flush=True)\n"
        "time.sleep(2)\nopen('after.txt', 'w').write('went on')\n"
    )
    with cleaned(mark):
        folder = Path(os.environ["VOICELOG_STATE"])
        screen = OnTerminal("run", "--", PYTHON, "-c", code, mark, folder=folder)
        screen.read_until(b"ready")
        screen.close()
        screen.reap()
        assert (folder / "after.txt").read_text() == "went on"
        assert last_run()["exit"]["code"] == 0  # type: ignore[index]


def test_a_child_that_detaches_is_not_waited_for() -> None:
    mark = f"mark-{uuid.uuid4().hex}"
    code = (
        "import subprocess, sys\n"
        f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(50)', '{mark}'], start_new_session=True)\n"
        "print('started')"
    )
    with cleaned(mark):
        before = time.monotonic()
        done = run(*python(code))
        assert time.monotonic() - before < 40
        assert (done.returncode, done.stdout) == (0, b"started\n")
        assert marked(mark), "a program that detached lives on, as it would have without voicelog"


def test_a_child_that_detaches_dies_with_a_killed_voicelog() -> None:
    mark = f"mark-{uuid.uuid4().hex}"
    code = (
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(50)', '{mark}'], start_new_session=True)\n"
        "print('started', flush=True); time.sleep(50)"
    )
    with cleaned(mark):
        program = start(*python(code))
        assert program.stdout is not None
        assert program.stdout.readline() == b"started\n"
        assert eventually(lambda: bool(marked(mark)))
        program.kill()
        program.wait()
        assert eventually(lambda: not marked(mark))


def test_a_child_that_ignores_sigterm_ends_with_its_time() -> None:
    code = (
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf', flush=True)\ntime.sleep(100)"
    )
    done = run("run", "--timeout", "2", "--", PYTHON, "-c", code)
    assert done.returncode == 128 + signal.SIGKILL
    assert b"time was over" in done.stderr
    assert last_run()["exit"]["stopped_by"] == "time"  # type: ignore[index]


def test_binary_output_is_passed_on_and_never_a_crash() -> None:
    done = run(*python("import os, sys; sys.stdout.buffer.write(os.urandom(300000)); raise SystemExit(3)"))
    assert done.returncode == 3
    assert len(done.stdout) == 300000
    assert b"Traceback" not in done.stderr


def test_a_flood_on_standard_error_alone() -> None:
    done = run(*python("import sys\nfor n in range(200000): sys.stderr.write(f'line {n}\\n')"))
    assert done.returncode == 0
    assert done.stderr.splitlines() == [f"line {n}".encode() for n in range(200000)]


def test_a_reader_that_goes_away_is_felt_by_the_program() -> None:
    line = f'"{PYTHON}" -m voicelog run -q -- yes | head -1; exit "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", line], capture_output=True, env=environment(), timeout=60)
    assert done.stdout == b"y\n"
    assert done.returncode in (128 + signal.SIGPIPE, 1)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_standard_stream_stays_out_of_reach(closed: str, tmp_path: Path) -> None:
    code = "import os; [os.write(n, b'text') for n in (1, 2)]; raise SystemExit(3)"
    line = f'"{PYTHON}" -m voicelog run -- "{PYTHON}" -c "{code}" {closed}'
    done = subprocess.run(["sh", "-c", line], capture_output=True, env=environment(), timeout=60)
    assert done.returncode == 3
    assert last_run()["exit"]["code"] == 3  # type: ignore[index]
    record = Path(os.environ["VOICELOG_STATE"], "runs", str(last_run()["id"]))
    assert read_log(record) == b"texttext"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_output_that_cannot_be_written_is_felt_by_the_program() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command("run", "-q", "--", "yes"), stdout=full, stderr=subprocess.PIPE, env=environment(), timeout=60
        )
    assert done.returncode in (1, 128 + signal.SIGPIPE)


def test_both_outputs_keep_their_order_where_they_go_to_the_same_place() -> None:
    code = "import os\nfor n in range(300): os.write(1 + n % 2, b'%d\\n' % n)"
    done = subprocess.run(
        command(*python(code)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment(), timeout=60
    )
    assert done.stdout.split() == [str(n).encode() for n in range(300)]


def test_the_record_is_private_and_holds_no_secret() -> None:
    run(
        *python("raise SystemExit(1)"),
        HF_TOKEN="hf_" + "a" * 20,
        HTTPS_PROXY="http://me:secret@10.0.0.1:80",
        CUDA_VISIBLE_DEVICES="3",
    )
    (record,) = (Path(os.environ["VOICELOG_STATE"]) / "runs").iterdir()
    assert stat.S_IMODE(record.stat().st_mode) == 0o700
    text = b"".join(path.read_bytes() for path in record.iterdir())
    assert b"hf_aaa" not in text
    assert b"secret" not in text
    assert last_run()["environment"]["CUDA_VISIBLE_DEVICES"] == "3"  # type: ignore[index]


def test_where_no_record_can_be_kept_the_program_is_not_started(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run(*python("open('ran', 'w')"), folder=tmp_path, VOICELOG_STATE=str(tmp_path / "file"))
    assert done.returncode == 2
    assert b"VOICELOG_STATE" in done.stderr
    assert not (tmp_path / "ran").exists()


def test_samples_tell_of_the_tree() -> None:
    code = "import threading, time; x = bytearray(80 << 20); [threading.Thread(target=time.sleep, args=(2.5,)).start() for _ in range(5)]"
    assert run(*python(code)).returncode == 0
    samples = last_run()["samples"]
    assert isinstance(samples, list)
    assert max(one["threads"] for one in samples) >= 6
    assert max(one["memory"] for one in samples) > 80 << 20
