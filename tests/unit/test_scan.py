"""Large logs: the parts that are read, by either detector, from every kind of stream, in bounded memory."""

from __future__ import annotations

import gzip
import io
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.corpus import BLIND, CORPUS, Case, load
from benchmarks.logs import failing, ordinary_lines
from hypothesis import example, given
from hypothesis import strategies as st

from conftest import shared_base
from voicelog import pipeline
from voicelog.ingest.stream import Stream
from voicelog.model import Report
from voicelog.pipeline import analyze_stream
from voicelog.scan import blocks, detector, lines
from voicelog.scan.probes import FAILURE, Probe

QUIET = "".join(ordinary_lines(random.Random(3), 2_000))
CASES = load(CORPUS, without=BLIND)[::30]


def stream(data: bytes) -> Stream:
    return Stream("large.log", io.BytesIO(data).read)


def scanned(data: bytes) -> Report:
    before, pipeline.WHOLE = pipeline.WHOLE, 65536
    try:
        return analyze_stream(stream(data), shared_base())
    finally:
        pipeline.WHOLE = before


def buried(text: str) -> bytes:
    return (QUIET + text.rstrip("\n") + "\n" + QUIET).encode()


@pytest.fixture
def plain_detector(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(lines, "detector", lambda probes, name="": detector.PlainDetector(probes))
    yield


def same(one: Report, other: Report) -> bool:
    """The same answer for the same reasons; facts may be told by lines that only one of them read."""
    first, second = ([(d.id, d.evidence) for d in report.diagnoses[:1]] for report in (one, other))
    return (one.verdict, first, one.failure) == (other.verdict, second, other.failure)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_scanned_log_is_answered_as_one_that_was_read_whole(case: Case) -> None:
    data = buried(case.text)
    assert same(scanned(data), analyze_stream(Stream("x", io.BytesIO(data).read), shared_base(), whole=True))


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES[::8], ids=lambda case: case.name)
@pytest.mark.usefixtures("plain_detector")
def test_without_hyperscan_the_answer_is_the_same(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    data = buried(case.text)
    slow = scanned(data)
    monkeypatch.undo()
    fast = scanned(data)
    assert (slow.verdict, slow.diagnoses, slow.failure) == (fast.verdict, fast.diagnoses, fast.failure)


LITERALS = st.binary(min_size=4, max_size=6).map(lambda data: bytes(97 + byte % 3 for byte in data))


@given(st.lists(LITERALS, min_size=1, max_size=6, unique=True), LITERALS, st.booleans())
@example([b"acbb", b"bbabbb"], b"baba", True)
def test_both_detectors_find_the_same_at_the_same_place(literals: list[bytes], noise: bytes, any_case: bool) -> None:
    hyperscan = pytest.importorskip("hyperscan")
    probes = [Probe((FAILURE,), (literal,), any_case=any_case) for literal in literals]
    probes.append(Probe((1,), pattern=r"a{3}\d"))
    data = b" ".join([noise, noise.upper(), noise + b"1", literals[0]])
    fast, slow = detector.HyperscanDetector(hyperscan, probes), detector.PlainDetector(probes)
    for ignored in (set(), {0}):
        assert fast.all(data, ignored) == slow.all(data, ignored)
        assert fast.first(data, ignored) == slow.first(data, ignored)


@given(st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"").replace(b"\0", b"")), max_size=60))
def test_blocks_and_parts_hold_every_line_once_with_its_number(content: list[bytes]) -> None:
    data = b"\n".join(content)
    before = blocks.SIZE, blocks.PART
    blocks.SIZE, blocks.PART = 128, 48
    try:
        found = [part for block in blocks.blocks(b"", io.BytesIO(data).read) for part in blocks.parts(block)]
    finally:
        blocks.SIZE, blocks.PART = before
    assert b"".join(part.data for part in found) == data
    assert [part.line for part in found] == [data.count(b"\n", 0, part.offset) + 1 for part in found]


def test_repeats_are_folded_with_their_number() -> None:
    once = 'Traceback (most recent call last):\n  File "a.py", line {n}, in f\nRuntimeError: CUDA out of memory. Tried to allocate {n}.00 MiB\n'
    report = scanned("".join(once.format(n=n) for n in range(10_000)).encode())
    assert report.diagnoses[0].id.startswith("gpu.out-of-memory")
    assert report.diagnoses[0].occurrences == 10_000
    assert report.diagnoses[0].evidence[0].line <= 1000


def test_evidence_in_a_wide_encoding_behind_a_mark_has_its_own_line_number() -> None:
    text = QUIET + "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB\n" + QUIET
    report = scanned(text.encode("utf-16"))
    assert [one.line for one in report.diagnoses[0].evidence] == [QUIET.count("\n") + 1]


def test_a_log_in_a_legacy_encoding_is_scanned_in_it() -> None:
    report = scanned(buried("OSError: [WinError 1455] 页面文件太小，无法完成操作。").decode().encode("gb18030"))
    assert report.diagnoses[0].id == "memory.pagefile-too-small"


def test_a_failure_that_nothing_explains_is_unknown_with_its_place() -> None:
    report = scanned(
        buried("Traceback (most recent call last):\n  File \"train.py\", line 3, in f\nKeyError: 'val/pitch'")
    )
    assert report.verdict == "unknown"
    assert report.failure is not None and report.failure.line == QUIET.count("\n") + 3


def run_limited(path: Path, megabytes: int) -> subprocess.CompletedProcess[str]:
    """The installed command with an address space of so many megabytes."""
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({megabytes << 20},) * 2)\n"
    code = limit + f"from voicelog.cli.main import main\nraise SystemExit(main(['analyze', '-q', {str(path)!r}]))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
@pytest.mark.parametrize("kind", ["failures", "one line", "empty lines", "compressed"])
def test_memory_is_bounded_whatever_the_log(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "large.log"
    if kind == "failures":
        failing(path, 20_000_000)
    elif kind == "one line":
        path.write_bytes(b"step 12 is fine " * 3_000_000 + b"CUDA out of memory. Tried to allocate 2.00 GiB")
    elif kind == "empty lines":
        path.write_bytes(b"\n" * 10_000_000)
    else:
        path.write_bytes(gzip.compress((QUIET * 100).encode()))
    shared_base()  # compiled without the limit
    run_limited(path, 4096)
    done = run_limited(path, 600)
    assert done.returncode == 0, done.stderr


def test_nothing_but_nuls_is_no_log(tmp_path: Path) -> None:
    path = tmp_path / "nul.log"
    path.write_bytes(bytes(3_000_000))
    done = run_limited(path, 4096)
    assert done.returncode == 2 and "binary" in done.stderr
