"""`voicelog kb lint` and `voicelog kb test`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from voicelog.cli import streams
from voicelog.cli.kb import checkout
from voicelog.cli.settings import Settings
from voicelog.cli.streams import ExitCode
from voicelog.errors import VoicelogError
from voicelog.gates.check import Checked
from voicelog.gates.reach import Reach
from voicelog.gates.session import Session
from voicelog.language import Language, word
from voicelog.render.document import dump
from voicelog.render.width import wrap
from voicelog.signatures.location import bundled
from voicelog.signatures.types import Problem

_PAUSE = 0.3
"""Seconds between two looks at the files that are watched."""


def run(options: argparse.Namespace, settings: Settings) -> ExitCode:
    """Check what is named; 1 where something is wrong."""
    session = Session(options.names, [bundled(), *map(Path, settings.knowledge)])
    if options.watch:
        _watch(session, options, settings)
    return _once(session, options, settings)


def _once(session: Session, options: argparse.Namespace, settings: Settings) -> ExitCode:
    checked = session.check(options.action)
    findings = sum(len(one.problems) for one in checked)
    if options.format == "json":
        streams.write_data(dump([_document(one) for one in checked]))
    elif options.format == "github":
        streams.write_text("".join(f"{_annotation(problem)}\n" for one in checked for problem in one.problems))
    else:
        streams.write_text("".join(f"{line}\n" for one in checked for line in _lines(one, settings.lang)))
    if not options.quiet:
        name = "kb-fine" if not findings else "kb-finding" if findings == 1 else "kb-findings"
        values = {"count": len(checked), "findings": findings}
        streams.write_error(word(name, settings.lang, values))
        if remark := checkout.remark():
            streams.write_error(word(remark, settings.lang))
    return ExitCode.FOUND if findings else ExitCode.ANSWERED


def _watch(session: Session, options: argparse.Namespace, settings: Settings) -> None:
    """Check at each save until interrupted; a name that stops to exist is waited for."""
    streams.write_error(word("kb-watching", settings.lang))
    seen: dict[Path, float] | None = None
    while True:
        try:
            stamps = session.stamps()
            if stamps != seen:
                _once(session, options, settings)
                seen = stamps
        except VoicelogError as error:
            if seen is None:
                raise
            streams.report_error(error)
            seen = {}
        time.sleep(_PAUSE)


def _lines(checked: Checked, language: Language) -> Iterator[str]:
    for problem in checked.problems:
        where = f"{_shown(problem.file)}:{problem.line}:"
        yield f"{_bold(where)} {problem.message}"
        if problem.hint:
            yield from _indented(f"{word('kb-mend', language)}: {problem.hint}")
    if checked.reach is not None:
        yield f"{checked.id}"
        yield from _reach(checked.reach, language)


def _reach(reach: Reach, language: Language) -> Iterator[str]:
    if reach.least:
        yield from _indented(f"{word('kb-reach-least', language)}: {reach.least}")
    if reach.logs:
        values = {"count": len(reach.logs), "searched": reach.searched}
        yield from _indented(f"{word('kb-reach-logs', language, values)}: {_some(reach.logs)}")
    elif reach.searched:
        yield from _indented(word("kb-reach-none", language, {"searched": reach.searched}))
    if reach.taken:
        yield from _indented(f"{word('kb-reach-taken', language)}: {_some(reach.taken)}")
    if reach.examples:
        yield from _indented(f"{word('kb-reach-examples', language)}: {_some(reach.examples)}")


def _some(names: Sequence[str], most: int = 8) -> str:
    return ", ".join(names[:most]) + (f", +{len(names) - most}" if len(names) > most else "")


def _indented(text: str) -> Iterator[str]:
    for line in wrap(text, streams.columns() - 4):
        yield f"    {line}"


def _bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m" if streams.colored(sys.stdout) else text


def _shown(file: str) -> str:
    """A file as seen from here, where it lies below."""
    path = Path(file)
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else file


def _document(checked: Checked) -> dict[str, Any]:
    reach = checked.reach
    return {
        "file": checked.file,
        "id": checked.id,
        "findings": [
            {"file": one.file, "line": one.line, "message": one.message, "hint": one.hint} for one in checked.problems
        ],
        "reach": {name: getattr(reach, name) for name in reach.__slots__} if reach is not None else None,
    }


def _annotation(problem: Problem) -> str:
    """A finding as GitHub's runner reads it from the output of a step (workflow command `error`)."""
    text = problem.message + (f"\n{problem.hint}" if problem.hint else "")
    message = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    file = _shown(problem.file)
    for char, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        file = file.replace(char, code)
    return f"::error file={file},line={problem.line}::{message}"
