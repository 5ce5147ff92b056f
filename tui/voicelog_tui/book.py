"""What the places read of the knowledge base in one go, in a worker."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from voicelog.catalog.listing import Stats, count, signatures
from voicelog.catalog.origin import whole_signature
from voicelog.catalog.search import SearchIndex
from voicelog.cli.knowledge import knowledge_places
from voicelog.language import LANGUAGES, Language
from voicelog.render.entry import generic_text
from voicelog.signatures.location import bundled
from voicelog.signatures.types import Signature
from voicelog.site.since import added_days
from voicelog_tui.logs import OpenLog
from voicelog_tui.session import Session


class Book(NamedTuple):
    """The whole base: its signatures, how they are found, what they are called."""

    signatures: tuple[Signature, ...]
    words: SearchIndex
    stats: Stats
    titles: Mapping[Language, Mapping[str, str]]
    since: Mapping[str, str]
    """The day on which each signature was added, where a repository tells it."""


class Entry(NamedTuple):
    """A signature with its examples, and what this session knows of it."""

    signature: Signature
    file: str
    since: str
    """The day on which it was added; empty where nobody can tell."""
    lines: tuple[tuple[OpenLog, int], ...]
    """Lines of this session's logs that it explains."""


def read_book(session: Session) -> Book:
    """Open the base, which takes seconds where it was never compiled; raises VoicelogError."""
    found = tuple(signatures(session.base))
    titles = {language: {one.id: generic_text(one.title, one, language) for one in found} for language in LANGUAGES}
    book = Book(found, SearchIndex(found), count(found), titles, added_days(bundled() / "signatures"))
    gc.freeze()  # it stays to the end, and the collector would stop the screen to go through it again and again
    return book


def read_entry(session: Session, book: Book, identifier: str) -> Entry:
    """One entry with its examples; without them where its file is gone."""
    places = knowledge_places(session.settings)
    signature, file = whole_signature(identifier, places) or (session.base.signature(identifier), "")
    return Entry(signature, _from_here(file), book.since.get(identifier, ""), tuple(_explained(session, identifier)))


def _from_here(file: str) -> str:
    """The path as one would type it here: in a checkout it is shorter than the whole."""
    return str(Path(file).relative_to(Path.cwd())) if file and Path(file).is_relative_to(Path.cwd()) else file


def _explained(session: Session, identifier: str) -> list[tuple[OpenLog, int]]:
    found: list[tuple[OpenLog, int]] = []
    for log, report in session.explained_by(identifier):
        found += [(log, one.evidence[0].line) for one in report.diagnoses if one.id == identifier]
        found += [(log, one.line) for one in report.consequences if one.id == identifier]
        found += [(log, one.line) for one in report.benign if one.id == identifier]
    return list(dict.fromkeys(found))
