"""Python tracebacks in every form they are printed: plain, chained, grouped, boxed by rich, from Jupyter or a worker.

A traceback is found by its header or, where the log is cut at the top, by its first frame; indentation is used where
it is there and not needed where it is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from voicelog.model import Event, EventKind, Frame, Raised, Record

_HEADER = re.compile(
    r"Traceback \(most recent call last\)|Traceback \(innermost last\)|Stack \(most recent call last\)"
)
_JUPYTER_HEADER = re.compile(r"^(?P<type>\w+(?:Error|Exception|Interrupt|Exit|\w))\s{3,}Traceback \(most recent")
_CONTEXT = re.compile(r"During handling of the above exception, another exception occurred")
_CAUSE = re.compile(r"The above exception was the direct cause of the following exception")
_IGNORED = re.compile(
    r"^Exception ignored (?:in|while|on)\b|^Error in atexit|--- Logging error ---"
    r"|\bDEBUG\b.*(?:[Ff]ail|[Ee]rror|[Ee]xception|[Cc]ould not)"
)
_FRAMES = (
    re.compile(r"^\s*File [\"“'](?P<path>[^\"”']+)[\"”'], line (?P<line>\d+)(?:, in (?P<function>.+))?"),
    re.compile(r"^\s*File (?P<path>[^\s\"][^\"]*?):(?P<line>\d+)(?:, in (?P<function>[^(]+).*)?$"),
    re.compile(r"^(?P<path>(?:/|~|[A-Za-z]:\\|\.\.?[/\\])\S[^:]*\.pyx?):(?P<line>\d+) in (?P<function>\S+)"),
    re.compile(r"^(?P<path>(?:/|~|[A-Za-z]:\\|<ipython)\S*) in (?P<function>[\w<>]+)\("),
    re.compile(r"^(?P<path>(?:Cell In|Input In) ?\[\d+\]),? (?:line (?P<line>\d+)|in .*)(?P<function>)"),
)
_CARETS = re.compile(r"^[\s~^|]+$")
_CODE_LINE = re.compile(r"^\s*(?:(?:[-=]+>|❱|>)?\s*\d+\b|[│|])")
_EXCEPTION = re.compile(r"^(?P<type>(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)(?::(?: (?P<message>.*))?)?$")
_SUFFIX = re.compile(
    r"(?:Error|Exception|Warning|Interrupt|Exit|Failure|Fault|Timeout|Iteration|NotFound|Closed|Denied|Missing|"
    r"Refused|Expired|Unavailable|Invalid|Mismatch|Abort|Aborted|Group|Received|Full|Empty|"
    r"error|timeout)$"
)
_MARK = re.compile(r"^(?:ERROR|INFO|WARN|WARNING|DEBUG|CRITICAL|File|Cell|Input|Note|note|Hint)$")
_LONGEST_MESSAGE = 80
_LONGEST_GAP = 14
"""Lines that may stand between a frame and the next; more of them where rich or Jupyter shows source and values."""
_SHOWN = re.compile(r"^\s*(?:(?:[-=]+>|❱)\s*)?\d+(?:\s|$)|^\s*[│╭╰]|^$")
_MOST_SHOWN = 400

Relation = Literal["", "cause", "context"]


class _Open:
    """A traceback while it is being read."""

    def __init__(self, first: int, last_frame: int) -> None:
        self.first = first
        self.frames: list[Frame] = []
        self.last_frame = last_frame


def find_tracebacks(records: Sequence[Record]) -> list[Event]:
    """Every traceback with its chain, in order."""
    events: list[Event] = []
    chain: list[Raised] = []
    chain_start = at = 0
    relation: Relation = ""
    while at < len(records):
        text = records[at].text
        opened = _opening(records, at)
        if opened is None:
            if chain and text.strip() and not relation:
                relation = "context" if _CONTEXT.search(text) else "cause" if _CAUSE.search(text) else ""
                if not relation and text.strip() not in ('"""', "'''"):
                    events.append(_event(records, chain, chain_start))
                    chain = []
            at += 1
            continue
        if not chain:
            chain_start = at
        elif not relation:
            events.append(_event(records, chain, chain_start))
            chain, chain_start = [], at
        raised, at = _read(records, at, opened, relation)
        if raised:
            chain.append(raised)
        relation = ""
    if chain:
        events.append(_event(records, chain, chain_start))
    return events


def _event(records: Sequence[Record], chain: list[Raised], first: int) -> Event:
    """A traceback; one that Python ignored while it tidied up is no more than a warning."""
    before = next((records[at].text for at in range(first - 1, max(first - 3, -1), -1) if records[at].text.strip()), "")
    kind: EventKind = "warning" if _IGNORED.search(before) else "traceback"
    return Event(kind, first, chain[-1].last, tuple(chain))


def _opening(records: Sequence[Record], at: int) -> _Open | None:
    text = records[at].text
    if ("Traceback" in text or "Stack (most" in text) and (_JUPYTER_HEADER.match(text) or _HEADER.search(text)):
        return _Open(at, last_frame=at)
    frame = _frame(text)
    if frame and _FRAMES[0].match(text) and "in" in text:
        return _Open(at, last_frame=at - 1)
    return None


def _read(records: Sequence[Record], at: int, opened: _Open, relation: Relation) -> tuple[Raised | None, int]:
    """The exception of the traceback that opens at `at` (nameless where it is cut off), and the record after it."""
    header = records[at].text
    boxed = not _frame(header) and "last):" not in header
    if not _frame(header):
        at += 1
    margin = len(header) - len(header.lstrip()) if _HEADER.search(header) else 0
    passed = 0
    while at < len(records) and at - opened.last_frame - passed <= _LONGEST_GAP:
        text = records[at].text
        if frame := _frame(text):
            opened.frames.append(frame)
            opened.last_frame = at
            passed = 0
        elif boxed and passed < _MOST_SHOWN and _SHOWN.match(text):
            passed += 1
        elif _HEADER.search(text) or _CONTEXT.search(text) or _CAUSE.search(text):
            return None, at
        elif found := _exception(text[margin:] if text[:margin].isspace() else text, bool(opened.frames)):
            return _finish(records, at, found, opened, relation)
        at += 1
    end = max(opened.last_frame + 1, opened.first + 1)
    if not opened.frames:
        return None, end
    return Raised("", "", end - 1, end - 1, tuple(opened.frames), relation), end


def _frame(text: str) -> Frame | None:
    for shape in _FRAMES:
        if found := shape.match(text):
            parts = found.groupdict()
            path = parts["path"]
            return Frame(path, int(parts.get("line") or 0), (parts.get("function") or "").strip(), module_of(path))
    return None


def _exception(text: str, framed: bool) -> re.Match[str] | None:
    """`text` as the line that names the exception, if it can be one."""
    stripped = text.rstrip()
    if not stripped or _CARETS.match(text) or _CODE_LINE.match(text):
        return None
    found = _EXCEPTION.match(stripped.lstrip() if not framed else stripped)
    if not found or _MARK.match(found["type"]):
        return None
    last = found["type"].rsplit(".", 1)[-1]
    if _SUFFIX.search(last):
        return found
    named = ":" in stripped and last[:1].isupper() and framed
    return found if named or ("." in found["type"] and last[:1].isupper() and framed) else None


def _finish(
    records: Sequence[Record], at: int, found: re.Match[str], opened: _Open, relation: Relation
) -> tuple[Raised, int]:
    last = at
    while last + 1 < len(records) and last - at < _LONGEST_MESSAGE and _continues(records[last + 1]):
        last += 1
    lines = [found["message"] or "", *(record.text for record in records[at + 1 : last + 1])]
    name = found["type"].rsplit(".", 1)[-1]
    return Raised(name, "\n".join(lines).strip(), at, last, tuple(opened.frames), relation), last + 1


def _continues(record: Record) -> bool:
    """Whether a line after the exception's own still belongs to its message."""
    text = record.text
    if not text.strip() or record.level or _HEADER.search(text) or _frame(text):
        return False
    if _CONTEXT.search(text) or _CAUSE.search(text) or text.strip() in ('"""', "'''"):
        return False
    found = _EXCEPTION.match(text)
    return not (found and found["message"] and _SUFFIX.search(found["type"]))


def module_of(path: str) -> str:
    """Dotted module path of a source file, from the packages folder on where there is one."""
    parts = [part for part in re.split(r"[\\/]+", path) if part not in ("", ".", "..")]
    for folder in ("site-packages", "dist-packages"):
        if folder in parts:
            parts = parts[len(parts) - parts[::-1].index(folder) :]
            break
    else:
        parts = [part for part in parts if not part.endswith(":")][-5:]
    if parts:
        parts[-1] = re.sub(r"\.pyx?$", "", parts[-1])
    if parts[-1:] == ["__init__"]:
        parts.pop()
    return ".".join(parts)
