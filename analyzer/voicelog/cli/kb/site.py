"""`voicelog kb site`: the base as a static site."""

from __future__ import annotations

import argparse
from pathlib import Path

from voicelog.catalog.listing import Choice
from voicelog.cli import streams
from voicelog.cli.settings import Settings
from voicelog.cli.streams import ExitCode
from voicelog.language import word
from voicelog.signatures.load import load
from voicelog.signatures.location import bundled
from voicelog.signatures.packs import load_pack
from voicelog.signatures.types import Signature
from voicelog.site.build import build
from voicelog.site.since import added_days


def run(options: argparse.Namespace, settings: Settings) -> ExitCode:
    """Build the pages of the base, its further folders and the named packs."""
    found: list[Signature] = list(load([bundled(), *map(Path, settings.knowledge)]).signatures)
    for path in settings.packs:
        found += load_pack(Path(path)).loaded.signatures
    chosen = sorted((one for one in found if Choice(area=options.area or "").takes(one)), key=lambda one: one.id)
    out = Path(options.out)
    build(chosen, out, address=settings.site, since=added_days(bundled() / "signatures"))
    if not options.quiet:
        streams.write_error(word("site-built", settings.lang, {"count": len(chosen), "out": out}))
    streams.write_text(f"{out / 'index.html'}\n")
    return ExitCode.ANSWERED
