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


def test_lost_spaces_and_look_alikes_in_one_line_are_read_over() -> None:
    log = (
        "loading the mode1 frorn disk\n"
        'Traceback (rnost recent call last):\n  Fi1e "a.py", line 3, in f\n'
        "ImportError: huggingface-hub>=0.26.0,<1.0 is requiredfor anorma1 functioning of this rnodule, "
        "but found huggingface-hub==0.17.3.\n"
    )
    diagnosis = ask(log).diagnoses[0]
    assert (diagnosis.id, diagnosis.method) == ("deps.huggingface-hub-version", "repaired")
    assert diagnosis.evidence[0].line == 4


FAILURES_ELSEWHERE = (
    "nightly.sh: line 5: syntax error near unexpected token `done'",
    "nightly.sh: line 5: `done'",
    "/usr/bin/ld: main.o: undefined reference to `mixer_gain'",
    "sox FAIL rate: this build lacks the polyphase kernel",
    "Execution failed for task ':app:compileJava'.",
    'npm error Missing script: "build"',
    "app.rb:3:in `mix': undefined method `length' for nil:NilClass (NoMethodError)",
    "no title for take09 in the list at rename.pl line 3.",
    "CONFLICT (content): Merge conflict in config.yaml",
    "Parse error near line 1: no such column: snr_db",
    "blk_update_request: I/O error, dev sdb, sector 168852520",
    "FAILED tests/test_front.py::test_twelve - AssertionError: assert 'one' == 'two'",
    "--- FAIL: TestMix (0.00s)",
    "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
    "tts-0   0/1     CrashLoopBackOff   7    12m",
    "gzip: stdin: not in gzip format",
    "job 17 aborted: licence expired",
)


@pytest.mark.parametrize("line", FAILURES_ELSEWHERE)
def test_a_failure_of_another_world_is_unknown(line: str) -> None:
    assert ask(f"$ ./step\nstarting 3 parts\n{line}\n").verdict == "unknown"


NO_FAILURES = (
    "All sentences synthesised. Failed: 0",
    "queue empty, 4 served, 0 failed",
    "全部任务完成, 成功 3, 失败 0",
    "全部完成: 3 成功, 0 失败",
    "OK (expected failures=1)",
    "test_errors.py::test_messages[CUDA out of memory] PASSED [ 14%]",
    "SKIPPED [1] test_frontend.py:12: could not import 'pyopenjtalk': No module named 'pyopenjtalk'",
    "e7c430f Handle CUDA out of memory",
    "HEAD is now at 281008e Do not crash: exit code 1 on failure",
)


@pytest.mark.parametrize("line", NO_FAILURES)
def test_words_of_failure_are_no_failure(line: str) -> None:
    assert ask(f"$ ./step\nstarting 3 parts\n{line}\n").verdict == "healthy"


@pytest.mark.parametrize(
    "exception",
    [
        "TypeError: 'NoneType' object is not iterable",
        "TypeError: argument of type 'NoneType' is not iterable",
        "AttributeError: 'Namespace' object has no attribute 'speed'",
        "KeyError: 'narrator'",
        "IndexError: index 12 is out of bounds for axis 0 with size 12",
        "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
    ],
)
def test_a_bug_of_ones_own_code_is_unknown(exception: str) -> None:
    log = f'Traceback (most recent call last):\n  File "/home/mara/dub/run.py", line 41, in <module>\n{exception}\n'
    assert ask(log).verdict == "unknown"


def test_a_server_that_stops_in_order_is_not_well_after_a_failed_request() -> None:
    failed = 'Traceback (most recent call last):\n  File "/srv/tts/app.py", line 4, in speak\nKeyError: None\n'
    stop = "INFO:     Shutting down\nINFO:     Application shutdown complete.\nINFO:     Finished server process [7]\n"
    assert ask(f"INFO:     Started server process [7]\n{failed}{stop}").verdict == "unknown"
    assert ask(f"INFO:     Started server process [7]\n{stop}").verdict == "healthy"


MISTAKE = (
    'Traceback (most recent call last):\n  File "/home/kit/sing/main.py", line 12, in <module>\n'
    "    voice = table['cuda']\nKeyError: 'cuda'\n"
)


@pytest.mark.parametrize(
    "hint",
    [
        "No GPU found, using CPU",
        "Could not find TalkNet on address 127.0.0.1:8050",
        '/x/torchaudio/utils.py:74: UserWarning: No audio backend is available.\n  warnings.warn("No audio backend is '
        'available.")',
    ],
)
def test_a_hint_before_a_mistake_in_the_code_is_no_answer(hint: str) -> None:
    assert ask(f"{hint}\nloading\n{MISTAKE}").verdict == "unknown"


def test_sure_words_before_a_mistake_in_the_code_are_an_answer() -> None:
    assert top(f"CUDA out of memory. Tried to allocate 2.00 GiB\n{MISTAKE}") == "gpu.out-of-memory"


def test_what_was_tried_again_and_worked_is_no_failure() -> None:
    refused = (
        "WARNING - Attempt 1/5: TTS failed (403, message='Invalid response status', url='wss://x'). Retrying in 1 s"
    )
    assert ask(f"{refused}\nchapter 1 saved\nAll chapters converted, done.\n").verdict == "healthy"
    assert top(f"{refused}\n{refused.replace('1/5', '5/5')}\ngiving up\n") == "net.speech-service"


@pytest.mark.parametrize(
    "label",
    ["Text: ", "实际输入的目标文本(切句后): ", "You said: ", "INFO:root:Transcription: ", '{"text": "', "识别结果："],
)
def test_words_that_are_spoken_are_no_failure(label: str) -> None:
    said = f"{label}your API key is invalid and the disk is full, no space left on device"
    assert ask(f"model loaded\n{said}\nsaved to out.wav\n").verdict == "healthy"


@pytest.mark.parametrize(
    "line",
    [
        "list index out of range",
        "'str' object has no attribute 'value'",
        "cannot access local variable 'path' where it is not associated with a value",
        "unsupported operand type(s) for +: 'int' and 'str'",
    ],
)
def test_a_message_of_python_printed_alone_is_a_failure(line: str) -> None:
    assert ask(f"Transcription complete!\nSaved out.srt\n{line}\n").verdict == "unknown"


RICH = """\
╭──────────────────── Traceback (most recent call last) ─────────────────────╮
│ /home/kit/sing/eng.py:24 in main                                           │
│                                                                            │
│   21 def main():                                                           │
│   22 │   name = "aiko"                                                     │
│   23 │   print("engine starts")                                            │
│ ❱ 24 │   load("x")                                                         │
│   25 │   print("Address already in use; No space left on device")          │
│   26                                                                       │
│                                                                            │
│ ╭─────────────────────────────── locals ───────────────────────────────╮   │
│ │ hint = 'ffmpeg not found, please install ffmpeg'                      │   │
│ │ name = 'aiko'                                                         │   │
│ ╰───────────────────────────────────────────────────────────────────────╯   │
│                                                                            │
│ /home/kit/sing/eng.py:9 in load                                            │
│                                                                            │
│    8 │   # CUDA out of memory. Tried to allocate 2.00 GiB                  │
│ ❱  9 │   return table[name]                                                │
│   10 │   raise OSError("[Errno 98] Address already in use")                │
╰────────────────────────────────────────────────────────────────────────────╯
"""
JUPYTER = """\
---------------------------------------------------------------------------
KeyError                                  Traceback (most recent call last)
File /home/kit/sing/eng.py:24, in main()
     23 print("engine starts")
---> 24 load("x")
     25 print("Address already in use; No space left on device")

File /home/kit/sing/eng.py:9, in load(name)
      8 # CUDA out of memory. Tried to allocate 2.00 GiB
----> 9 return table[name]

"""
TEST = """\
=================================== FAILURES ===================================
_________________________________ test_speaks __________________________________

    def test_speaks():
        hint = "ffmpeg not found, please install ffmpeg"
>       assert load("x") == 1, "No module named 'torch'"

hint       = 'CUDA out of memory. Tried to allocate 2.00 GiB'
test_eng.py:5:
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _
E       {0}

eng.py:9:
=========================== short test summary info ============================
FAILED test_eng.py::test_speaks
"""


@pytest.mark.parametrize("form", [f"{RICH}{{0}}\n", f"{JUPYTER}{{0}}\n", TEST], ids=["rich", "jupyter", "pytest"])
def test_source_shown_around_a_failure_says_nothing(form: str) -> None:
    assert ask(form.replace("{0}", "KeyError: 'cuda'")).verdict == "unknown"
    assert top(form.replace("{0}", KERNEL.strip())) == "gpu.arch-unsupported"


@pytest.mark.parametrize("exception", ["KeyError: 'k'", "voices.BankError: bank is of version 3", "AssertionError"])
def test_words_in_the_code_that_ran_are_no_cause(exception: str) -> None:
    frame = 'Traceback (most recent call last):\n  File "a.py", line 3, in f\n'
    assert (
        ask(f'{frame}    log.warning("ffmpeg not found, please install ffmpeg") or t["k"]\n{exception}\n').verdict
        == "unknown"
    )


def test_an_indented_traceback_has_its_exception() -> None:
    log = (
        "  × python setup.py egg_info did not run successfully.\n"
        "      Traceback (most recent call last):\n"
        '        File "<string>", line 5, in <module>\n'
        "      ModuleNotFoundError: No module named 'pkg_resources'\n"
        "      [end of output]\n"
    )
    assert top(log) == "python.removed-module"
