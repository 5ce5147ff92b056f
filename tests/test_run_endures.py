"""`voicelog run` under what machines do to it: killed at any moment, flooded, a full disk, many at once."""

from __future__ import annotations

import hashlib
import os
import random
import resource
import signal
import socket
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nvml import build_nvml
from programs import PYTHON, cleaned, command, environment, eventually, marked, start
from voicelog.runner.logs import SEGMENT, LogWriter, read_log
from voicelog.runner.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")]

KILLS = 200
_TOGETHER = 8
_TICKS = "import sys, time\nn = 0\nwhile True:\n print('tick', n, flush=True); n += 1; time.sleep(0.01)"


def _killed(delay: float, *, printed: bool, mark: str) -> float:
    """Kill a run `delay` seconds after its start, or after its program printed; how long the first line took."""
    program = start("run", "--", PYTHON, "-c", _TICKS, mark)
    began, first = time.monotonic(), 0.0
    if printed:
        assert program.stdout is not None
        assert program.stdout.readline() == b"tick 0\n"
        first = time.monotonic() - began
    time.sleep(delay)
    program.kill()
    program.communicate()
    return first


def test_killed_at_any_moment_it_damages_no_record_and_leaves_no_orphan() -> None:
    """200 times: every run that ended before stays as it was, and nothing that was started lives on.

    Half of them are killed while they start, however long that takes on this machine, half while the program prints.
    """
    mark = f"mark-{uuid.uuid4().hex}"
    dice = random.Random(6)
    store = Store()
    finished = subprocess.run(command("run", "--", PYTHON, "-c", "print('earlier')"), env=environment(), timeout=60)
    assert finished.returncode == 0
    starting = 2.0
    with cleaned(mark), ThreadPoolExecutor(_TOGETHER) as pool:
        for _ in range(KILLS // _TOGETHER):
            kills = [
                pool.submit(_killed, dice.uniform(0, 2.5 if printed else starting), printed=printed, mark=mark)
                for printed in (True, False) * (_TOGETHER // 2)
            ]
            starting = max(kill.result() for kill in kills)
            assert eventually(lambda: not marked(mark)), marked(mark)
    records = store.ids()
    assert len(records) > KILLS // 2, "each whose program printed has a record, and so has the first"
    for identifier in records:
        found = store.get(identifier)
        assert found.state in ("ended", "lost")
        whole = found.output.decode().rpartition("\n")[0]  # the kill may have come in the middle of a line
        lines = whole.splitlines()
        wanted = ["earlier"] if found.state == "ended" else [f"tick {n}" for n in range(len(lines))]
        assert lines == wanted
    assert sum(len(store.get(one).output) > 0 for one in records) > KILLS // 20


def test_what_was_printed_more_than_a_second_before_the_kill_is_in_the_record() -> None:
    program = start("run", "--", PYTHON, "-c", "print('kept', flush=True); import time; time.sleep(60)")
    assert program.stdout is not None
    program.stdout.readline()
    time.sleep(3)
    program.kill()
    program.communicate()
    (identifier,) = Store().ids()
    found = Store().get(identifier)
    assert (found.state, found.output) == ("lost", b"kept\n")
    assert found.samples


@pytest.mark.parametrize("stream", [1, 2])
def test_a_flood_is_passed_on_without_loss(stream: int) -> None:
    """A gigabyte as fast as it goes; the record keeps its beginning and its end."""
    size = 1 << 30
    code = (
        "import os, sys\nblock = bytes(range(256)) * 4096\nleft = int(sys.argv[1])\n"
        f"while left > 0: left -= os.write({stream}, block[:left])"
    )
    before = time.monotonic()
    program = start("run", "--quiet", "--", PYTHON, "-c", code, str(size))
    source, other = (program.stdout, program.stderr) if stream == 1 else (program.stderr, program.stdout)
    assert source is not None
    assert other is not None
    digest, count = hashlib.blake2b(), 0
    while data := os.read(source.fileno(), 1 << 20):
        digest.update(data)
        count += len(data)
    assert program.wait() == 0
    assert other.read() == b""
    assert count == size
    assert digest.digest() == hashlib.blake2b(bytes(range(256)) * (size // 256)).digest()
    print(f"{size / (time.monotonic() - before) / 1e6:.0f} MB/s")
    (identifier,) = Store().ids()
    kept = Store().get(identifier).output
    assert kept[:SEGMENT] == bytes(range(256)) * (SEGMENT // 256)
    assert kept.endswith(bytes(range(256)) * 4096)
    assert len(kept) < 5 * SEGMENT


def test_both_streams_flooded_with_a_reader_that_takes_one_after_the_other() -> None:
    """The reader empties standard error first: standard output must not hold it up."""
    code = (
        "import os, threading\nblock = b'x' * 65536\n"
        "def flood(n):\n for _ in range(160): os.write(n, block)\n"
        "one = threading.Thread(target=flood, args=(1,)); one.start(); flood(2); os.close(2); one.join()"
    )
    program = start("run", "--quiet", "--", PYTHON, "-c", code)
    assert program.stdout is not None
    assert program.stderr is not None
    count = 0
    while count < 160 * 65536:
        count += len(os.read(program.stderr.fileno(), 1 << 20))
    assert len(program.stdout.read()) == 160 * 65536
    assert program.wait() == 0


def test_runs_at_the_same_time_have_records_of_their_own() -> None:
    running = [start("run", "--", PYTHON, "-c", f"print('run', {n})") for n in range(12)]
    for program in running:
        program.communicate()
    outputs = sorted(Store().get(one).output for one in Store().ids())
    assert outputs == sorted(f"run {n}\n".encode() for n in range(12))


def test_a_full_disk_costs_the_rest_of_the_log_and_nothing_else(tmp_path: Path) -> None:
    """The size limit of the system stands in for the disk: writing beyond it fails the same way."""
    code = (
        "import os, resource, signal, sys\nfrom pathlib import Path\nfrom voicelog.runner.logs import LogWriter\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000))\n"
        "log = LogWriter(Path(sys.argv[1]))\n"
        "for n in range(40): log.write(os.urandom(20000)); log.flush()\n"
        "log.close(); print(log.complete)"
    )
    done = subprocess.run([PYTHON, "-c", code, str(tmp_path)], capture_output=True, env=environment(), timeout=60)
    assert done.stdout == b"False\n", done.stderr
    kept = len(read_log(tmp_path))
    assert kept >= 200000
    assert kept % 20000 == 0, "a frame is there as a whole or not at all"


def test_a_log_that_breaks_off_loses_its_last_frame_only(tmp_path: Path) -> None:
    log = LogWriter(tmp_path)
    for n in range(20):
        log.write(b"line %d\n" % n)
        log.flush()
    log.close()
    whole = (tmp_path / "output-000000.zst").read_bytes()
    for cut in range(1, len(whole), 7):
        (tmp_path / "output-000000.zst").write_bytes(whole[:-cut])
        lines = read_log(tmp_path).splitlines()
        assert lines == [b"line %d" % n for n in range(len(lines))]
        assert len(lines) >= 19 - cut // 10


@pytest.fixture
def small_group() -> Iterator[Path]:
    """A control group in which 250 MB is all there is; the kernel ends what takes more."""
    for place, name in (("memory", "memory.limit_in_bytes"), ("", "memory.max")):
        group = Path("/sys/fs/cgroup", place, f"voicelog-{uuid.uuid4().hex[:8]}")
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            (group / name).write_text(str(250 << 20))
            yield group
            return
        except OSError:
            continue
        finally:
            group.rmdir()
    pytest.skip("no control group can be made here")


def test_a_program_that_the_kernel_ends_for_its_memory(small_group: Path) -> None:
    """voicelog and the program share the group, as they share a container."""
    code = (
        "import time; print('loading', flush=True); x = bytearray(180 << 20); time.sleep(2.5); y = bytearray(400 << 20)"
    )
    join = f'echo $$ > {small_group}/cgroup.procs; exec "$@"'
    done = subprocess.run(
        ["sh", "-c", join, "sh", *command("run", "--", PYTHON, "-c", code)],
        capture_output=True,
        env=environment(),
        timeout=120,
    )
    assert done.returncode == 128 + signal.SIGKILL, done.stderr.decode()
    assert b"memory.oom-killed" in done.stderr
    (identifier,) = Store().ids()
    report = Store().get(identifier).report
    assert report is not None
    assert any("killed by the kernel with memory at" in one.text for one in report.diagnoses[0].evidence)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 128 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128m", "none", place], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_a_disk_that_fills_up_is_named_though_the_program_says_nothing(small_disk: Path) -> None:
    """The record lies on the full disk as well: what was kept of it stays readable."""
    code = (
        "import os, time\nprint('writing', flush=True)\ntime.sleep(1.5)\n"
        "try:\n with open('features.npy', 'wb', buffering=0) as out:\n  while out.write(bytes(1 << 20)) == 1 << 20: pass\n"
        "except OSError: pass\ntime.sleep(1.5)\nraise SystemExit(1)"
    )
    state = small_disk / "state"
    done = subprocess.run(
        command("run", "--", PYTHON, "-c", code),
        capture_output=True,
        cwd=small_disk,
        env=environment(VOICELOG_STATE=str(state)),
        timeout=120,
    )
    assert done.returncode == 1
    assert b"hardware.disk-full" in done.stderr, done.stderr.decode()
    (identifier,) = Store(state).ids()
    assert Store(state).get(identifier).output == b"writing\n"


def test_a_card_that_idles_while_the_processor_works_is_named(tmp_path: Path) -> None:
    """The driver's library is one of ours, in C; everything else is real."""
    build_nvml(tmp_path)
    code = "import time; end = time.monotonic() + 14\nwhile time.monotonic() < end: pass"
    done = subprocess.run(
        command("run", "--", PYTHON, "-c", code),
        capture_output=True,
        env=environment(LD_LIBRARY_PATH=str(tmp_path)),
        timeout=120,
    )
    assert done.returncode == 0
    (identifier,) = Store().ids()
    found = Store().get(identifier)
    assert {gpu.name: gpu.temperature for gpu in found.samples[-1].gpus}["NVIDIA GeForce RTX 5070 Ti"] == 41
    if statistics.median(sample.cpu for sample in found.samples) < 80 or len(found.samples) < 10:
        pytest.skip("this machine is too busy to give one program a whole core")
    assert b"hardware.slow-cpu-fallback" in done.stderr, done.stderr.decode()
    assert found.report is not None
    assert "NVIDIA GeForce RTX 5070 Ti idles" in found.report.diagnoses[0].evidence[0].text


def test_little_address_space_is_enough_for_the_watcher() -> None:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))

    done = subprocess.run(
        command("run", "--", PYTHON, "-c", "x = bytearray(3 << 30)"),
        capture_output=True,
        env=environment(),
        preexec_fn=limited,
        timeout=60,
    )
    assert done.returncode == 1
    assert b"memory.ram-exhausted" in done.stderr


def test_a_library_call_that_is_interrupted_leaves_nothing_behind() -> None:
    mark = f"mark-{uuid.uuid4().hex}"
    code = f"import voicelog; voicelog.run([{PYTHON!r}, '-c', 'import time; time.sleep(60)', '{mark}'])"
    with cleaned(mark):
        program = subprocess.Popen([PYTHON, "-c", code], env=environment(), stderr=subprocess.PIPE)
        assert eventually(lambda: any("-c import time" in " ".join(one.cmdline()) for one in marked(mark)))
        time.sleep(0.5)
        program.send_signal(signal.SIGINT)
        assert b"KeyboardInterrupt" in program.communicate()[1]
        assert eventually(lambda: not marked(mark))
        (identifier,) = Store().ids()
        assert Store().get(identifier).state == "ended"


def test_a_download_that_stands_still_is_named_though_the_program_says_nothing() -> None:
    """A server that accepts and never answers; nobody but the time limit ends the program."""
    code = (
        "import sys, urllib.request\nprint('Downloading', sys.argv[1], flush=True)\nurllib.request.urlopen(sys.argv[1])"
    )
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/hubert_base.pt"
        done = subprocess.run(
            command("run", "--timeout", "25", "--", PYTHON, "-c", code, address),
            capture_output=True,
            env=environment(),
            timeout=120,
        )
    assert done.returncode == 128 + signal.SIGTERM
    assert b"net.hub-unreachable.stalled" in done.stderr
    (identifier,) = Store().ids()
    report = Store().get(identifier).report
    assert report is not None
    assert "waiting on 1 network connections" in report.diagnoses[0].evidence[0].text
