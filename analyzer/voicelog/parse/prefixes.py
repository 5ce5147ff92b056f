"""What collectors and loggers put before a line, as a table; the text behind keeps its indentation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from voicelog.linear import compile_pattern, either, holds
from voicelog.model import Level

_DATE = r"\d{4}[-/.]\d\d[-/.]\d\d"
_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d+)?"
_ZONE = r"(?:Z| ?[+-]\d\d:?\d\d)?"


class Prefix(NamedTuple):
    """A shape of prefix, the class of characters that it begins with, and a line that has it."""

    name: str
    begins: str
    pattern: str
    sample: str


PREFIXES = (
    Prefix("markdown quote", ">", r"(?:> ?)+(?![\w$:]*>)", "> > Traceback (most recent call last):"),
    Prefix(
        "container runtime",
        r"\d",
        rf"{_DATE}T{_CLOCK}{_ZONE} (?:stdout|stderr) [FP] ?",
        "2024-05-01T08:00:00.123456789Z stderr F Killed",
    ),
    Prefix(
        "syslog",
        "[<A-Z]",
        rf"(?:<\d{{1,3}}>)?[A-Z][a-z]{{2}} {{1,2}}\d{{1,2}} {_CLOCK} [\w.-]+ [^\s:\[\]]+(?:\[\d+\])?: ?",
        "May  1 08:00:00 box tts.service[812]: Killed",
    ),
    Prefix(
        "journal with zone",
        r"\d",
        rf"{_DATE}T{_CLOCK}{_ZONE} [\w.-]+ [^\s:\[\]]+\[\d+\]: ?",
        "2024-05-01T08:00:00+0800 box tts[812]: Killed",
    ),
    Prefix(
        "syslog 5424",
        "<",
        rf"<\d{{1,3}}>\d {_DATE}T{_CLOCK}{_ZONE} \S+ \S+ \S+ \S+ (?:-|\[[^\]]*\]) ?",
        "<11>1 2024-05-01T08:00:00Z box tts 812 - - Killed",
    ),
    Prefix("compose", r"[\w.]", r"[\w.]+(?:[-_][\w.]+)*[-_]\d+ +\| ?", "tts-server-1  | Killed"),
    Prefix("kubernetes", r"\[", r"\[pod/[\w./-]+\] ?", "[pod/tts-0/server] Killed"),
    Prefix("rank", r"\[", r"\[(?:rank|default|local_rank)_?\d+\]: ?", "[rank0]: Killed"),
    Prefix("mpi", r"\[", r"\[\d+,\d+\]<std(?:err|out)>: ?", "[1,0]<stderr>: Killed"),
    Prefix("ray", r"\(", r"\([\w.-]+ pid=\d+(?:, ip=[\d.]+)?\) ?", "(Worker pid=77) Killed"),
    Prefix(
        "date and time",
        r"[\[(\d]",
        rf"[\[(]?{_DATE}[T _-]{_CLOCK}{_ZONE}[\])]?(?: ?[|] ?| - | ?: (?=\S)|:(?=\S))? ?",
        "2024-05-01 08:00:00,123 - Killed",
    ),
    Prefix("time", r"[\[(\d]", rf"[\[(]?{_CLOCK}[\])]?(?: ?[|] ?| - )? ?", "[08:00:00] Killed"),
    Prefix(
        "day and time",
        r"[\[\d]",
        rf"\[?\d\d[-/]\d\d(?:[-/]\d{{2,4}})? {_CLOCK}\]?(?: ?[|] ?| - )? ?",
        "05-01 08:00:00 Killed",
    ),
    Prefix("elapsed", r"\[", r"\[ *\d+\.\d{6}\] ", "[  812.044211] NVRM: Xid (PCI:0000:01:00): 79"),
)
_LEVEL = compile_pattern(
    r"(?:^|[^\w./\\-])(?:(?P<fatal>CRITICAL|FATAL|SEVERE|PANIC|EMERG)|(?P<error>ERROR|ERR|ERRO|EROR)"
    r"|\[(?P<lower_error>error|crit|alert|emerg)\]|\[(?P<lower_warning>warn)\]"
    r"|(?P<warning>WARNING|WARN|WRN)|(?P<info>INFO|DEBUG|TRACE|NOTICE|INF|DBG))(?:[^\w./\\-]|$)"
)
_GLOG = compile_pattern(r"^(?P<letter>[IWEF])(?:\d{4}){1,2} \d\d:\d\d:\d\d\.\d+ |^(?P<board>[IWEDV]) \(\d+\) [\w.-]+: ")
_ONE_LETTER = compile_pattern(
    r"\[(?P<letter>[IWEFDC]) (?:\d{6} |\d{4}-|[A-Za-z]*:|[\w./\\:-]+\.(?:cpp|cc|cu|h):\d+\])"
    r"|\[(?P<onnx>[IWEFV]):onnxruntime|\]\[(?P<board>[IWEDV])\]\[[\w.]+:"
    r"|(?:^| )(?P<phone>[VDIWEF])/[\w.:-]+ *\( *\d+\): "
)
_PYTHON_WARNING = compile_pattern(r"<warn(?:ing)?>|\b[A-Z]\w*Warning: |^\s*[Ww]arning[:!]|^警告[:：]|^\s*(?:\[!\]|⚠)")
_SPOKEN = compile_pattern(r"^\s*\[?[\dOolI]{1,2}:[\dOolI]{2}(?::[\dOolI]{2})?[.,][\dOolI]{2,3} *--> ?")
"""A line of a transcript, the digits as a screenshot shows them too: what somebody said is no word of the program's."""
_TEXT = compile_pattern(
    r"^[\s>|*-]*(?:\[?(?:INFO|DEBUG)\]?[ :|-]+(?:[\w.]+[ :-]+)?)?(?:"
    r"(?:[Yy]ou said|YOU SAID|[Rr]ecogni[sz]ed(?: text)?|[Tt]ranscript(?:ion)?|[Tt]ranscribed(?: text)?|[Ss]peaking"
    r"|[Ss]ynthesi[sz]ing|(?:[Ii]nput|[Tt]arget|[Pp]rompt|[Rr]ef(?:erence)?|[Gg]en(?:erated)?|[Ff]inal|[Pp]artial"
    r"|[Ss]ource|[Tt]ranslated)[ _][Tt]ext|[Tt]ext(?: after normalization)?|[Ss]entence"
    r"|[Gg]enerating (?:audio|speech) for|Actual Input (?:Reference|Target) Text(?: \([\w ]+\))?"
    r"|Processed text from the frontend \([\w ]+\)|You|User|Human|Assistant"
    r"|实际输入的(?:参考|目标)文本(?:\([^)]*\))?|前端处理后的文本(?:\([^)]*\))?|识别(?:结果|文本|内容)|合成文本|输入文本"
    r"|目标文本|参考文本|字幕|转写结果|翻译结果|認識結果|音声認識結果|用户|助手) ?[:：]"
    r"|synthesis text |gen_text \d+ |ref_text  "
    r"|\{? ?\"(?:text|transcript|partial)\" ?: ?\"|\[['\"].*['\"]\]$)"
)
"""What is spoken or was heard, under the names that voice programs give it."""
_TITLE = compile_pattern(
    r"^[*|/\\ ]{0,8}(?P<hash>[0-9a-f]{7,12}) (?:\([^)]*\) )?[A-Z][a-z]"
    r"|^(?:HEAD is now at|Applying:|Merge pull request) "
)
"""The title of a change, as git shows it."""
_TEST_RUN = compile_pattern(r"^\S+\.py::test|^(?:PASSED|SKIPPED|XFAIL)\b|\.\.\. (?:ok|skipped)\b")
_TEST_PASSED = compile_pattern(
    r"^\S+\.py::\w+(?:\[[^\]]*\])?$|\.py::.*(?:PASSED|SKIPPED|XFAIL|XPASS)\b|^(?:PASSED|SKIPPED|XFAIL|XPASS)\b"
)
"""What a test says of itself that did not fail: its name often is a failure's."""
_QUOTED = either(_TITLE, _TEST_PASSED, _TEXT)
_TEST_FAILED = compile_pattern(r"\.py::test.* (?:FAILED|ERROR)\b")
_SPEAKS = either(_SPOKEN, _TITLE, _TEXT, _LEVEL, _GLOG, _ONE_LETTER, _PYTHON_WARNING, _TEST_RUN)
"""Any of them: most lines say nothing of their level, and one search is enough to know."""
_LETTER_LEVEL = {
    "I": Level.INFO,
    "D": Level.INFO,
    "V": Level.INFO,
    "W": Level.WARNING,
    "E": Level.ERROR,
    "C": Level.FATAL,
    "F": Level.FATAL,
}
_JSON_TEXT = ("log", "message", "msg", "MESSAGE", "text", "event")
_JSON_ERROR = ("exc_info", "exception", "traceback", "stacktrace", "stack_trace", "stack", "error", "err")


def strip(line: str) -> str:
    """`line` without the prefixes of collectors; nested ones go too."""
    for _ in range(4):
        if line.startswith('{"'):
            line = _unpack(line)
        found = next((hit for prefix in _beginning_with(line[:1]) if (hit := prefix.match(line))), None)
        if found is None or found.end() == 0:
            return line
        line = line[found.end() :]
    return line


@lru_cache(maxsize=256)
def _beginning_with(character: str) -> tuple[re.Pattern[str], ...]:
    """The shapes that a line can have that starts so."""
    return tuple(re.compile(prefix.pattern) for prefix in PREFIXES if re.match(prefix.begins, character))


def _unpack(line: str) -> str:
    """The text inside a JSON log line, as Docker's json-file driver and structured loggers write it."""
    text, error = _entry(line)
    if text is None:
        return line
    first = text.split("\n", 1)[0]
    return f"{first}: {error}" if error and "\n" not in error else first


def below(line: str) -> list[str]:
    """The further lines of a JSON log line whose text or error has several: a traceback, mostly."""
    if not line.startswith('{"') or "\\n" not in line:
        return []
    text, error = _entry(line)
    lines = text.split("\n")[1:] if text is not None else []
    return lines + (error.split("\n") if error and "\n" in error else [])


def _entry(line: str) -> tuple[str | None, str]:
    """The text and the error of a JSON log line; no text where it is none."""
    import json

    try:
        entry = json.loads(line)
    except ValueError:
        return None, ""
    if not isinstance(entry, dict):
        return None, ""
    text = next((entry[key] for key in _JSON_TEXT if _is_message(entry, key)), None)
    error = next((entry[key] for key in _JSON_ERROR if isinstance(entry.get(key), str)), "")
    return text.rstrip("\n") if text is not None else None, error.strip("\n")


def _is_message(entry: Mapping[str, object], key: str) -> bool:
    """Whether the field holds what was logged; a `text` alone is what a voice program speaks or has heard."""
    return isinstance(entry.get(key), str) and (key != "text" or bool(entry.keys() & {"record", "level"}))


def is_spoken(line: str) -> bool:
    """Whether a line is what somebody said or wrote, shown by the program."""
    if "-->" in line and _SPOKEN.search(line):
        return True
    if not holds(_QUOTED, line):
        return False
    title = _TITLE.search(line)
    if title and not (title["hash"] or "").isdigit():
        return True
    return holds(_TEST_PASSED, line) or holds(_TEXT, line)


def level(line: str) -> Level:
    """How loudly the start of a line speaks."""
    if not holds(_SPEAKS, line[:400]):
        return Level.PLAIN
    head = line[:120]
    if is_spoken(head):
        return Level.INFO
    if found := _LEVEL.search(head):
        if found.start() > 70:
            return Level.PLAIN
        kind = (found.lastgroup or "").removeprefix("lower_")
        return {"fatal": Level.FATAL, "error": Level.ERROR, "warning": Level.WARNING}.get(kind, Level.INFO)
    if found := _GLOG.match(head) or _ONE_LETTER.search(head):
        letter = next(value for value in found.groups() if value)
        return _LETTER_LEVEL.get(letter, Level.PLAIN)
    if _PYTHON_WARNING.search(line[:400]):
        return Level.WARNING
    return Level.INFO if _TEST_RUN.search(head) and not _TEST_FAILED.search(head) else Level.PLAIN
