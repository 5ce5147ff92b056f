"""`voicelog kb list | show | search | stats`."""

from __future__ import annotations

import argparse
import sys

from voicelog.catalog.listing import Choice, count, identifiers, signatures
from voicelog.catalog.origin import no_such_signature, whole_signature
from voicelog.catalog.search import search
from voicelog.cli import streams
from voicelog.cli.analyze import report_problems
from voicelog.cli.knowledge import knowledge_places, open_knowledge
from voicelog.cli.settings import Settings
from voicelog.cli.streams import ExitCode
from voicelog.experience import recall
from voicelog.language import word
from voicelog.render.document import dump
from voicelog.render.entry import EntryRenderer, entry_document, stats_rows, whole_document
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.types import Signature

_MOST_COUNTS = 40


def run(options: argparse.Namespace, settings: Settings) -> ExitCode:
    """Answer from the base and the packs beside it."""
    base = open_knowledge(settings)
    if not options.quiet:
        report_problems(base)
    action = {"list": _list, "show": _show, "search": _search, "stats": _stats}[options.action]
    action(options, settings, base)
    return ExitCode.ANSWERED


def _renderer(base: KnowledgeBase, settings: Settings) -> EntryRenderer:
    return EntryRenderer(
        base,
        settings.lang,
        columns=streams.columns(),
        color=streams.colored(sys.stdout),
        experience=recall(),
    )


def _list(options: argparse.Namespace, settings: Settings, base: KnowledgeBase) -> None:
    choice = Choice(options.area or "", options.category or "", options.status or "", options.tag or "")
    _write_rows(signatures(base, choice), options, settings, base)


def _search(options: argparse.Namespace, settings: Settings, base: KnowledgeBase) -> None:
    found = search(" ".join(options.words), signatures(base))
    if options.format == "json":
        streams.write_data(
            dump([{**entry_document(one.signature, settings.lang), "score": one.score} for one in found])
        )
    else:
        _write_rows([one.signature for one in found], options, settings, base)


def _write_rows(found: list[Signature], options: argparse.Namespace, settings: Settings, base: KnowledgeBase) -> None:
    if options.format == "json":
        streams.write_data(dump([entry_document(one, settings.lang) for one in found]))
        return
    streams.write_text(_renderer(base, settings).rows(found))
    if not options.quiet:
        streams.write_error(word("kb-found", settings.lang, {"count": len(found)}))


def _show(options: argparse.Namespace, settings: Settings, base: KnowledgeBase) -> None:
    found = whole_signature(options.id, knowledge_places(settings))
    if found is None:
        raise no_such_signature(options.id, identifiers(base))
    signature, file = found
    if options.format == "json":
        streams.write_data(dump({**whole_document(signature, settings.lang, recall()), "file": file}))
    else:
        streams.write_text(_renderer(base, settings).page(signature, file))


def _stats(options: argparse.Namespace, settings: Settings, base: KnowledgeBase) -> None:
    counted = count(signatures(base))
    if options.format == "json":
        streams.write_data(dump({name: getattr(counted, name) for name in counted.__slots__}))
        return
    totals = [
        (word(f"kb-{name}", settings.lang), getattr(counted, name))
        for name in ("signatures", "benign", "alternatives", "phrases", "fixes", "references")
    ]
    groups = [(word("kb-totals", settings.lang), totals)]
    for name in ("areas", "categories", "statuses", "tags"):
        groups.append((word(f"kb-{name}", settings.lang), list(getattr(counted, name).items())[:_MOST_COUNTS]))
    streams.write_text("\n".join(stats_rows(groups, streams.columns())).lstrip("\n") + "\n")
