"""`voicelog runs`: list, show, compare and remove recorded runs."""

from __future__ import annotations

import argparse

from voicelog.cli.settings import Settings


def run(options: argparse.Namespace, settings: Settings) -> int:
    return 0
