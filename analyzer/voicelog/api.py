"""The library's one function: a log in any form to a report."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from voicelog.ingest.stream import Stream, open_streams
from voicelog.model import Report, Source
from voicelog.pipeline import analyze_source, analyze_stream
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.cache import open_base, open_packs
from voicelog.signatures.location import areas, bundled


def open_knowledge(folders: Sequence[Path] = (), packs: Sequence[Path] = ()) -> KnowledgeBase:
    """The bundled base with the signatures of further folders, and packs (folders or zips) beside it."""
    base = open_base([bundled(), *folders])
    if packs:
        base.beside = open_packs(packs, areas(bundled()))
    return base


def analyze(
    log: str | bytes | Path | Iterable[str],
    *,
    facts: Mapping[str, str] | None = None,
    knowledge: KnowledgeBase | None = None,
) -> Report:
    """Name the cause of the failure in `log`: its text, its bytes, its path, or its lines.

    Raises InputError where a path or bytes are no log.
    """
    base = knowledge or open_knowledge()
    if isinstance(log, Path):
        streams = open_streams(str(log))
        return analyze_stream(next(streams), base, facts)
    if isinstance(log, bytes):
        return analyze_stream(Stream("<bytes>", io.BytesIO(log).read), base, facts)
    text = log if isinstance(log, str) else "\n".join(line.rstrip("\r\n") for line in log)
    return analyze_source(Source("<text>", text), base, facts)
