"""One physical line as a terminal would leave it: colours, cursor codes, backspaces and carriage returns gone."""

from __future__ import annotations

import re

LONGEST = 20_000
"""Characters of one line that are read; the middle of a longer one is left out."""

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC: titles, links
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\)?"  # DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]"  # two-character escapes
    r"|\x9b[0-?]*[ -/]*[@-~]"
)
_LOST_ESCAPES = re.compile(r"(?:\u241b|\^\[|\\x1b|\\033|\\e|\\u001b)\[\d{0,3}(?:;\d{1,3})*[mK]")
_OTHER_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u2060\ufeff]")
_PROGRESS = re.compile(r"\d{1,3}%\s*\|| \d+/\d+ \[|\d{1,3}%\|[█▉▊▋▌▍▎▏ #=>-]*|[━╸╺]{4,}|\b(?:it/s|s/it|[kKMG]i?B/s)\b")


def clean(line: str) -> list[str]:
    """The texts that a physical line leaves on a screen, in order; more than one where a bar was overwritten."""
    if len(line) > LONGEST:
        line = f"{line[: LONGEST // 2]} … {line[-LONGEST // 2 :]}"
    if "\x1b" in line or "\x9b" in line:
        line = _ESCAPES.sub("", line)
    if "[" in line and any(mark in line for mark in ("\u241b", "^[", "\\x1b", "\\033", "\\e", "\\u001b")):
        line = _LOST_ESCAPES.sub("", line)
    while "\x08" in line:
        shorter = re.sub(r"[^\x08]\x08", "", line)
        if shorter == line:
            break
        line = shorter
    if "\r" not in line:
        return [_plain(line)]
    pieces = [_plain(piece) for piece in line.split("\r")]
    shown = [piece for piece in pieces if piece.strip()]
    kept = [piece for piece in shown[:-1] if not _PROGRESS.search(piece)]
    return _unique([*kept, *shown[-1:]]) or [""]


def is_progress(text: str) -> bool:
    """Whether `text` is a state of a progress bar."""
    return bool(_PROGRESS.search(text))


def _plain(text: str) -> str:
    return _OTHER_CONTROLS.sub("", text).replace("\xa0", " ").expandtabs(4).rstrip()


def _unique(pieces: list[str]) -> list[str]:
    return list(dict.fromkeys(pieces))
