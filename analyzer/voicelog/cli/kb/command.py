"""From the arguments of `voicelog kb` to the module that does it."""

from __future__ import annotations

import argparse

from voicelog.cli.settings import Settings
from voicelog.cli.streams import ExitCode


def run(options: argparse.Namespace, settings: Settings) -> ExitCode:
    """Do one action of `voicelog kb`."""
    if options.action in ("lint", "test"):
        from voicelog.cli.kb import check

        return check.run(options, settings)
    if options.action == "schema":
        from voicelog.cli import streams
        from voicelog.render.document import dump
        from voicelog.signatures.json_schema import signature_schema

        streams.write_data(dump(signature_schema()))
        return ExitCode.ANSWERED
    if options.action in ("install", "update"):
        from voicelog.cli.kb import packs

        return packs.run(options, settings)
    if options.action == "site":
        from voicelog.cli.kb import site

        return site.run(options, settings)
    if options.action == "new":
        from voicelog.cli.kb import new

        return new.run(options, settings)
    from voicelog.cli.kb import browse

    return browse.run(options, settings)
