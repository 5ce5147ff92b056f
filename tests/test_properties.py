"""Whatever the bytes: a report or a clear refusal, and every quoted line stands where the report says."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import shared_base
from voicelog import analyze
from voicelog.errors import InputError
from voicelog.model import Evidence, Report
from voicelog.render.document import dump, to_document
from voicelog.render.markdown import to_markdown
from voicelog.render.text import TextRenderer
from voicelog.render.width import width, wrap

RELAXED = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))

_PARTS = st.sampled_from(
    [
        "Traceback (most recent call last):",
        '  File "/srv/app/infer.py", line 3, in main',
        "    model(x)",
        "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB",
        "ModuleNotFoundError: No module named 'x'",
        "During handling of the above exception, another exception occurred:",
        "[rank0]: OSError: [WinError 126] 找不到指定的模块。",
        "> > \x1b[31mERROR\x1b[0m: could not load library libcudnn.so.8",
        "\r 10%|█   | 1/10 [00:01<00:09]\rKilled",
        '{"log":"Segmentation fault (core dumped)\\n","stream":"stderr"}',
        "│ /srv/x.py:3 in f │",
        "    + FullyQualifiedErrorId : NativeCommandError",
        "",
        "x" * 80,
        "```",
    ]
)
LOGS = st.lists(st.one_of(_PARTS, st.text(max_size=90)), max_size=25).map("\n".join)


def _quoted(report: Report) -> list[Evidence]:
    found = [evidence for one in report.diagnoses for evidence in one.evidence]
    return found + ([report.failure] if report.failure else [])


def _bare(text: str) -> str:
    """Letters and digits alone: what no cleaning takes away."""
    text = re.sub(r"\x1b\[[0-9;]*[mK]|\\n|\\u[0-9a-f]{4}", "", text)
    return re.sub(r"[\W_]+", "", text)


@RELAXED
@given(data=st.binary(max_size=3000))
def test_any_bytes_give_a_report_or_a_refusal(data: bytes) -> None:
    try:
        report = analyze(data, knowledge=shared_base())
    except InputError as error:
        assert error.hint
        return
    assert report.verdict in ("diagnosed", "unknown", "healthy")


@RELAXED
@given(log=LOGS)
def test_quoted_lines_stand_where_the_report_says(log: str) -> None:
    report = analyze(log, knowledge=shared_base())
    lines = log.split("\n")
    for evidence in _quoted(report):
        assert 1 <= evidence.line <= len(lines)
        assert _bare(evidence.text) in _bare(lines[evidence.line - 1])
    mentioned = [one.line for one in report.consequences] + [one.line for one in report.benign]
    assert all(1 <= line <= len(lines) for line in mentioned)


@RELAXED
@given(log=LOGS)
def test_every_format_renders_in_both_languages(log: str) -> None:
    report = analyze(log, knowledge=shared_base())
    for language in ("en", "zh"):
        assert dump(to_document(report, shared_base(), language))
        assert to_markdown(report, shared_base(), language).strip()
        assert TextRenderer(shared_base(), language).render(report).strip()


@RELAXED
@given(log=LOGS)
def test_verdict_and_lists_agree(log: str) -> None:
    report = analyze(log, knowledge=shared_base())
    assert bool(report.diagnoses) is (report.verdict == "diagnosed")
    assert report.verdict != "unknown" or report.failure is not None
    confidences = [one.confidence for one in report.diagnoses]
    assert all(0 <= one <= 1 for one in confidences)
    assert confidences[:1] == sorted(confidences, reverse=True)[:1]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400), st.integers(10, 120))
def test_wrapping_loses_no_word_and_keeps_the_width(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert width(line) <= columns or len(line.split()) == 1
