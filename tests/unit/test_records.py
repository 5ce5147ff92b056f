"""Lines as people paste them become lines as the program printed them, with their original numbers."""

from __future__ import annotations

import random

import pytest

from voicelog.model import Level
from voicelog.parse.events import tells_of_failure
from voicelog.parse.prefixes import PREFIXES, level, strip
from voicelog.parse.records import to_records


def texts(log: str) -> list[str]:
    return [record.text for record in to_records(log)]


@pytest.mark.parametrize("prefix", PREFIXES, ids=lambda prefix: prefix.name)
def test_sample_of_each_prefix_is_stripped(prefix: object) -> None:
    sample = getattr(prefix, "sample")  # noqa: B009
    bare = strip(sample)
    assert bare != sample
    assert bare.startswith(("Killed", "Traceback", "NVRM"))


def test_indentation_behind_a_prefix_stays() -> None:
    assert strip('[rank1]:   File "a.py", line 3, in main') == '  File "a.py", line 3, in main'
    assert strip('2024-05-01T08:00:00.1Z stderr F   File "a.py", line 3') == '  File "a.py", line 3'


def test_docker_json_is_unpacked() -> None:
    line = '{"log":"OSError: [Errno 28] No space left on device\\n","stream":"stderr","time":"2024-05-01T08:00:00Z"}'
    assert texts(line) == ["OSError: [Errno 28] No space left on device"]


def test_quotes_within_the_text_of_a_json_field_are_quotes() -> None:
    assert texts('500 {"detail": "\\"addmm\\" not implemented for \'Half\'"}') == [
        '500 {"detail": ""addmm" not implemented for \'Half\'"}'
    ]
    assert texts(r'$ copy "D:\out\"') == [r'$ copy "D:\out\"']


COLUMNS = """\
[11/22/26 22:55:43] INFO     Started server process [8]            worker.py:10
                    INFO     Loading model from                    worker.py:11
                             /srv/models--Systran--faster-whisper-
                             large-v3/model.bin now
                    ERROR    transcribing failed                   worker.py:17
                             Traceback (most recent call last):
                               File "/srv/worker.py", line 15, in
                             <module>
                             RuntimeError: CUDA failed with error
                             out of memory

                             ╭──────── Traceback (most ───────╮
                             │ /srv/worker.py:16 in <module>  │
                             ╰────────────────────────────────╯
                             ValueError: two
[11/22/26 22:55:44] CRITICAL done                                  worker.py:18
                             what no column holds goes on as it is, to the end of the line
"""


@pytest.mark.parametrize("before", ["", "tts-1  | ", "Sep 13 15:50:22 box a63982a0e983[801]: "])
def test_columns_of_rich_are_lines_again(before: str) -> None:
    log = "".join(f"{before}{line}".rstrip() + "\n" for line in COLUMNS.splitlines())
    assert [text.strip() for text in texts(log) if text.strip()] == [
        "INFO     Started server process [8]",
        "INFO     Loading model from /srv/models--Systran--faster-whisper-large-v3/model.bin now",
        "ERROR    transcribing failed",
        "Traceback (most recent call last):",
        'File "/srv/worker.py", line 15, in <module>',
        "RuntimeError: CUDA failed with error out of memory",
        "Traceback (most",
        "/srv/worker.py:16 in <module>",
        "ValueError: two",
        "CRITICAL done",
        "what no column holds goes on as it is, to the end of the line",
    ]
    assert to_records(log)[1].line == 2


def test_the_error_of_a_json_line_stands_behind_its_text() -> None:
    line = '{"level": "error", "msg": "load failed", "error": "No module named \'einx\'"}'
    assert texts(line) == ["load failed: No module named 'einx'"]
    assert texts('{"level": "info", "msg": "saved", "error": null}') == ["saved"]


def test_a_traceback_inside_a_json_line_has_its_lines_back() -> None:
    line = '{"event": "worker died", "exc_info": "Traceback (most recent call last):\\n  File \\"a.py\\", line 3\\nKeyError: 1"}'
    assert [(record.line, record.text) for record in to_records(line)] == [
        (1, "worker died"),
        (1, "Traceback (most recent call last):"),
        (1, '  File "a.py", line 3'),
        (1, "KeyError: 1"),
    ]


def test_colours_and_cursor_codes_go() -> None:
    assert texts("\x1b[1;31mRuntimeError\x1b[0m: \x1b]8;;x\x07boom\x1b[K") == ["RuntimeError: boom"]


def test_a_bar_leaves_its_last_state_and_what_interrupted_it() -> None:
    line = "\r 10%|█         | 1/10\r 20%|██        | 2/10\rRuntimeError: boom"
    assert texts(line) == ["RuntimeError: boom"]


def test_crlf_and_line_numbers() -> None:
    records = to_records("one\r\ntwo\r\n\r\nfour\r\n")
    assert [(record.line, record.text) for record in records if record.text] == [(1, "one"), (2, "two"), (4, "four")]


@pytest.mark.parametrize("width", [80, 100])
def test_lines_cut_at_the_console_width_are_joined(width: int) -> None:
    lines = [
        "Traceback (most recent call last):",
        '  File "/srv/voices/project/inference/pipeline/convert_long_name.py", line 188, in convert_everything_at_once',
        "RuntimeError: Error(s) in loading state_dict for SynthesizerTrnMs768NSFsid: size mismatch for the embedding, "
        "copying a param with shape torch.Size([109, 256]) from checkpoint, the shape in current model is another one.",
    ]
    broken = [line[at : at + width] for line in lines for at in range(0, len(line), width)]
    records = to_records("\n".join(broken))
    assert [record.text for record in records] == lines
    last = records[-1]
    assert broken[last.line_at(last.text.index("copying a param")) - 1] in last.text
    assert last.line_at(0) == broken.index(lines[-1][:width]) + 1


def test_words_wrapped_by_a_console_are_joined_with_a_space() -> None:
    log = (
        "WhisperX processing error: the model has been downloaded but its checksum does\n"
        "not match what the list says. Please retry loading the model from the hub and\n"
        "try again.\n"
    )
    joined = texts(log)[0]
    assert "checksum does not match what the list says" in joined


def test_an_exclamation_mark_tells_of_a_failure() -> None:
    assert tells_of_failure("[Voice Changer] Model Load Error! Check your model is valid.")
    assert tells_of_failure("[Voice Changer] VC PROCESSING EXCEPTION!!! name is not defined")
    assert not tells_of_failure("finished, No Error! 12 clips")


def test_the_columns_of_rich_are_no_broken_lines() -> None:
    log = (
        "[22:21:54] INFO     Creating video                                        app.py:8\n"
        "           WARNING  ffmpeg version is older than recommended              app.py:8\n"
        "           ERROR    Model has been downloaded but the SHA256 checksum    app.py:10\n"
        "                    does not not match. Please retry loading the model.\n"
        "                    \u256d\u2500 Traceback \u2500\u256e\n"
        "                    \u2502 ValueError: x \u2502\n"
        "Done\n"
    )
    records = [record for record in to_records(log) if record.text]
    assert [record.text.split()[0] for record in records] == [
        "INFO",
        "WARNING",
        "ERROR",
        "Traceback",
        "ValueError:",
        "Done",
    ]
    assert records[2].text.endswith("SHA256 checksum does not not match. Please retry loading the model.")
    assert (records[2].level, records[2].line_at(len(records[2].text) - 1)) == (Level.ERROR, 4)


def test_a_line_with_a_source_at_its_end_is_no_column() -> None:
    log = "loading\n[x] see tools/app.py:8\nFile ~/env/lib/configs/xtts_config.py:5\n" + "x" * 80
    assert texts(log)[2] == "File ~/env/lib/configs/xtts_config.py:5"


def test_powershell_noise_around_the_first_line_goes() -> None:
    log = (
        "python : Traceback (most recent call last):\n"
        "At line:1 char:1\n"
        "+ python infer.py --text hello 2> log.txt\n"
        "+ ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "    + CategoryInfo          : NotSpecified: (Traceback (most recent call last)::String) [], RemoteException\n"
        "    + FullyQualifiedErrorId : NativeCommandError\n"
        " \n"
        '  File "infer.py", line 3, in <module>\n'
        "KeyError: 'spk'\n"
    )
    kept = [text for text in texts(log) if text.strip()]
    assert kept == ["Traceback (most recent call last):", '  File "infer.py", line 3, in <module>', "KeyError: 'spk'"]


def test_other_powershell_errors_stay_whole() -> None:
    log = "    + CategoryInfo          : SecurityError: (:) [], PSSecurityException\n    + FullyQualifiedErrorId : UnauthorizedAccess"
    assert len(texts(log)) == 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2024-05-01 08:00:00 | ERROR    | app:main:3 - boom", Level.ERROR),
        ("WARNING:root:careful", Level.WARNING),
        ("INFO:     Started server process [77]", Level.INFO),
        ("[E:onnxruntime:Default, provider.cc:12] boom", Level.ERROR),
        ("E20260102 10:11:12.854435   372 paraformer.cpp:549] boom", Level.ERROR),
        ("E (14549) MQTT: boom", Level.ERROR),
        ("[E OpParamMaker.cpp:273] boom", Level.ERROR),
        ("[10:28:26][E][voice_assistant:693]: boom", Level.ERROR),
        ("E/flutter ( 4806): boom", Level.ERROR),
        ("W0501 08:00:00.123456 77 file.cc:3] careful", Level.WARNING),
        ("/x/y.py:3: FutureWarning: careful", Level.WARNING),
        ("the ERRORS.md file lists them", Level.PLAIN),
        ("CRITICAL - out of disk", Level.FATAL),
    ],
)
def test_level_is_read_from_the_start_of_a_line(line: str, expected: Level) -> None:
    assert level(line) == expected


def test_a_line_of_ten_megabytes_is_cut_in_its_middle() -> None:
    (record,) = to_records("start " + "x" * 10_000_000 + " RuntimeError: end")
    assert len(record.text) < 30_000
    assert record.text.startswith("start ")
    assert record.text.endswith("RuntimeError: end")


@pytest.mark.parametrize("end", ["Segmentation fault (core dumped)", "Killed", "段错误 (核心已转储)", "已杀死"])
def test_what_a_shell_says_of_the_end_is_never_the_rest_of_a_line(end: str) -> None:
    long = "To enable the following instructions: AVX2 FMA, rebuild TensorFlow with the appropriate compiler flags."
    assert texts(f"saved: a\n{long}\n{end}\n")[2] == end


def test_what_uv_indents_below_a_branch_is_one_line() -> None:
    text = (
        "  × No solution found when resolving dependencies:\n"
        "  ╰─▶ Because the current Python version (3.13.2) does not satisfy\n"
        "      Python>=3.10,<3.13, we can conclude that your requirements are\n"
        "      unsatisfiable.\n"
        "\n"
        "      [stderr]"
    )
    lines = to_records(text)
    assert [(record.line, record.text) for record in lines][1:] == [
        (
            2,
            "  ╰─▶ Because the current Python version (3.13.2) does not satisfy Python>=3.10,<3.13, "
            "we can conclude that your requirements are unsatisfiable.",
        ),
        (5, ""),
        (6, "      [stderr]"),
    ]
    assert [line for _, line in lines[1].pieces] == [2, 3, 4]


def test_lines_of_one_length_are_no_wrapped_line() -> None:
    """A training that prints the same line with other numbers, and then what ended it."""
    steps = [
        f"epoch {at} step {at * 7:05} loss 0.123 voice bank {at % 9} is being trained and stored"
        for at in range(100, 200)
    ]
    assert texts("\n".join([*steps, "RuntimeError: widget exploded"])) == [*steps, "RuntimeError: widget exploded"]


def test_one_endless_line_in_pieces_is_put_together() -> None:
    chance = random.Random(3)
    text = "".join(chance.choice("abcdefghij,klmnop") for _ in range(4000))
    pieces = [text[at : at + 100] for at in range(0, len(text), 100)]
    assert texts("\n".join(pieces)) == [text]
