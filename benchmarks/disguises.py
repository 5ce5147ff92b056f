"""Ways in which one log reaches us in many shapes: each turns text into bytes and says where its lines went."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import NamedTuple

Lines = list[str]
Origins = list[int]
"""For each line of the disguised log, the line (from 1) of the original that it shows; 0 for what was added."""


class Disguised(NamedTuple):
    """The bytes of a disguised log and the origin of each of its lines."""

    data: bytes
    origins: Origins


Disguise = Callable[[str], "Disguised | None"]
"""None where the log cannot wear it (its characters do not exist in the encoding)."""

_HEALTHY = (
    "2024-05-01 08:00:01,120 - tts.server - INFO - synthesized 120 tokens in 84 ms",
    'INFO:     10.0.0.7:51200 - "POST /v1/audio/speech HTTP/1.1" 200 OK',
    "step 1200: loss=2.310 lr=1.0e-4",
    "loading shard 3 of 8",
)
_MISREAD = {"O": "0", "0": "O", "l": "1", "1": "l", "I": "l", "m": "rn", " ": ""}
_NEAR_TOP = 5
_SHARE = 0.052
"""Of the characters that can be misread, so that it is 1 % of all: they are a fifth of a log."""


def _each(change: Callable[[str], str]) -> Disguise:
    def disguise(text: str) -> Disguised:
        lines = text.split("\n")
        return Disguised("\n".join(map(change, lines)).encode("utf-8", "replace"), list(range(1, len(lines) + 1)))

    return disguise


def _wrapped(columns: int) -> Disguise:
    def disguise(text: str) -> Disguised:
        shown: Lines = []
        origins: Origins = []
        for number, line in enumerate(text.split("\n"), 1):
            pieces = [line[at : at + columns] for at in range(0, len(line), columns)] or [""]
            shown += pieces
            origins += [number] * len(pieces)
        return Disguised("\n".join(shown).encode("utf-8", "replace"), origins)

    return disguise


def _encoded(encoding: str) -> Disguise:
    def disguise(text: str) -> Disguised | None:
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError:
            return None
        return Disguised(data, list(range(1, text.count("\n") + 2)))

    return disguise


def _bars(text: str) -> Disguised:
    shown: Lines = []
    origins: Origins = []
    for number, line in enumerate(text.split("\n"), 1):
        if number % 7 == 1:
            shown.append("\r  0%|          | 0/40 [00:00<?, ?it/s]\r 50%|█████     | 20/40 [00:02<00:02,  9.1it/s]\r")
            origins.append(0)
        shown.append(line)
        origins.append(number)
    return Disguised("\r\n".join(shown).encode("utf-8", "replace"), origins)


def _buried(text: str) -> Disguised:
    before = [_HEALTHY[at % len(_HEALTHY)] for at in range(20_000)]
    lines = text.split("\n")
    shown = [*before, *lines, *before]
    origins = [0] * len(before) + list(range(1, len(lines) + 1)) + [0] * len(before)
    return Disguised("\n".join(shown).encode("utf-8", "replace"), origins)


def _cut(text: str) -> Disguised:
    """The head is lost: to the middle of a traceback that stands near the top, else the first three lines."""
    lines = text.split("\n")
    first = next((at for at, line in enumerate(lines) if "Traceback (most recent" in line), len(lines))
    drop = first + 3 if first <= _NEAR_TOP else 3
    drop = max(0, min(drop, len(lines) // 3))
    return Disguised("\n".join(lines[drop:]).encode("utf-8", "replace"), list(range(drop + 1, len(lines) + 1)))


def _misread(text: str) -> Disguised:
    chance = random.Random(len(text))  # noqa: S311 - the same for every run
    shown = "".join(_MISREAD[char] if char in _MISREAD and chance.random() < _SHARE else char for char in text)
    return Disguised(shown.encode("utf-8", "replace"), list(range(1, text.count("\n") + 2)))


def _docker(line: str) -> str:
    return json.dumps({"log": line + "\n", "stream": "stderr", "time": "2024-05-01T08:00:00.123456789Z"})


DISGUISES: dict[str, Disguise] = {
    "wrapped at 80": _wrapped(80),
    "wrapped at 100": _wrapped(100),
    "coloured": _each(lambda line: "\x1b[2m" + re.sub(r"(\w*Error\b)", "\x1b[1;31m\\1\x1b[22;2m", line) + "\x1b[0m"),
    "journald": _each(lambda line: f"May  1 08:00:00 box tts.service[812]: {line}"),
    "Docker JSON": _each(_docker),
    "Kubernetes": _each(lambda line: f"2024-05-01T08:00:00.123456789Z stderr F {line}"),
    "rank": _each(lambda line: f"[rank0]: {line}"),
    "time stamp": _each(lambda line: f"2024-05-01 08:00:00,123 {line}"),
    "quoted": _each(lambda line: f"> {line}"),
    "no indentation": _each(str.lstrip),
    "bars and CRLF": _bars,
    "GBK": _encoded("gb18030"),
    "UTF-16": _encoded("utf-16"),
    "Shift-JIS": _encoded("shift_jis"),
    "buried in 40,000 lines": _buried,
    "cut at the top": _cut,
    "1 % misread": _misread,
}
