"""The required pieces in one small text by an automaton: worth its loading where many logs are read."""

from __future__ import annotations

import importlib.util
from typing import Any

from voicelog.scan.detector import detector
from voicelog.scan.probes import Probe, fingerprint
from voicelog.signatures.base import KnowledgeBase, PieceSearch


def piece_search(base: KnowledgeBase) -> PieceSearch | None:
    """What finds the pieces of `base` in a text, None where the table of the base is as fast."""
    if importlib.util.find_spec("hyperscan") is None:
        return None
    pieces: list[tuple[str, Any]] = sorted(pair for _, held in base.pieces.items() for pair in held)
    probes = [Probe(rules, (piece.encode("utf-8", "surrogatepass"),), any_case=False) for piece, rules in pieces]
    automaton = detector(probes, fingerprint(probes))
    nothing: frozenset[int] = frozenset()

    def search(text: str) -> list[tuple[str, Any]]:
        return [pieces[number] for number in automaton.all(text.encode("utf-8", "surrogatepass"), nothing)]

    return search
