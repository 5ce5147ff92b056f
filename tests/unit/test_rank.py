"""Root before surface, readings that facts decide, honest unknown: on logs of a few lines."""

from __future__ import annotations

import pytest

from conftest import shared_base
from voicelog import analyze
from voicelog.model import Report
from voicelog.rank.scorer import contributions, probability

KERNEL = "RuntimeError: CUDA error: no kernel image is available for execution on the device\n"


def ask(log: str, **facts: str) -> Report:
    return analyze(log, facts=facts or None, knowledge=shared_base())


def top(log: str, **facts: str) -> str:
    return ask(log, **facts).diagnoses[0].id


def test_a_missing_ffmpeg_is_the_root_of_the_none_behind_it() -> None:
    report = ask(
        "FileNotFoundError: [Errno 2] No such file or directory: 'ffmpeg'\n"
        "\nDuring handling of the above exception, another exception occurred:\n\n"
        'Traceback (most recent call last):\n  File "a.py", line 3, in f\n'
        "TypeError: cannot unpack non-iterable NoneType object\n"
    )
    assert report.diagnoses[0].id == "audio.ffmpeg-missing"
    assert [(one.id, one.of) for one in report.consequences] == [("api.none-result", "audio.ffmpeg-missing")]


def test_two_independent_failures_are_two_diagnoses() -> None:
    report = ask(
        'Traceback (most recent call last):\n  File "a.py", line 3, in f\n'
        "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB\n\n"
        "epoch 2\nepoch 3\nepoch 4\n\n"
        'Traceback (most recent call last):\n  File "b.py", line 3, in g\n'
        "OSError: [Errno 28] No space left on device\n"
    )
    assert {one.id for one in report.diagnoses[:2]} == {"gpu.out-of-memory", "hardware.disk-full"}


@pytest.mark.parametrize(
    ("arch", "reading"),
    [
        ("12.0", "gpu.arch-unsupported.too-new"),
        ("6.1", "gpu.arch-unsupported.too-old"),
        ("8.6", "gpu.arch-unsupported"),
    ],
)
def test_the_same_words_have_the_reading_that_the_card_decides(arch: str, reading: str) -> None:
    assert top(KERNEL, gpu_arch=arch) == reading


def test_a_missing_fact_is_named() -> None:
    diagnosis = ask(KERNEL).diagnoses[0]
    assert diagnosis.id == "gpu.arch-unsupported"
    assert diagnosis.undecided == ("gpu_arch",)


def test_a_fatal_error_stands_before_a_warning() -> None:
    log = (
        "/x/torch/cuda/__init__.py:118: UserWarning: CUDA initialization: CUDA unknown error - this may be due to an "
        "incorrectly set up environment\n"
        'Traceback (most recent call last):\n  File "a.py", line 3, in f\n'
        "OSError: [Errno 28] No space left on device\n"
    )
    assert top(log) == "hardware.disk-full"


@pytest.mark.parametrize(
    "log",
    [
        "Traceback (most recent call last):\n  File \"mine.py\", line 3, in <module>\nKeyError: 'val/pitch'\n",
        'Traceback (most recent call last):\n  File "mine.py", line 3, in <module>\n    frobnicate(',
        'Exception in thread "main" java.lang.NullPointerException\n\tat com.example.Main.main(Main.java:3)\n',
        "re.error: missing ), unterminated subpattern at position 9\n",
    ],
)
def test_a_bug_of_ones_own_is_unknown(log: str) -> None:
    report = ask(log)
    assert report.verdict == "unknown"
    assert report.failure is not None


@pytest.mark.parametrize(
    "log",
    [
        "",
        "UserWarning: FP16 is not supported on CPU; using FP32 instead\nwrote out.srt, done\n",
        "retrying in 2 s\nretrying in 4 s\nconnected, download complete\n",
        "test_a.py::test_error[CUDA out of memory] PASSED\n1 passed in 0.1s\n",
    ],
)
def test_a_log_without_failure_is_healthy(log: str) -> None:
    assert ask(log).verdict == "healthy"


def test_reasons_add_up_to_the_confidence() -> None:
    diagnosis = ask(KERNEL).diagnoses[0]
    features = {"strength": 0.9, "fatal": 1.0}
    assert probability(features) > probability({**features, "general": 1.0})
    assert set(contributions(features)) == set(features)
    assert diagnosis.reasons
    assert 0.5 < diagnosis.confidence < 1


def test_misread_characters_are_put_right() -> None:
    log = 'Traceback (rnost recent call last):\n  Fi1e "a.py", line 3, in f\nRuntirneError: CUDA 0ut of rnernory. Tried to al1ocate 2.00 GiB\n'
    diagnosis = ask(log).diagnoses[0]
    assert (diagnosis.id, diagnosis.method) == ("gpu.out-of-memory", "repaired")
    assert diagnosis.evidence[0].line == 3
