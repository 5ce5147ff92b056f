"""What a scan of many bytes looks for in place of a required piece.

An automaton is the quicker the fewer texts it looks for (docs/performance.md): ten thousand pieces share a few words
that stand in few ordinary lines, and what such a line says is found out when it is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from voicelog.signatures.literals import Pieces, rarity

_RARE = 8
_STRETCH = 10
"""Characters of a stretch that pieces share: shorter ones stand in more ordinary lines, longer ones in fewer pieces."""
_SHARED = (
    *("no module named", "has no attribute", "not installed", "not available", "not supported", "not implemented"),
    *("not found", "not enough", "not exist", "not compiled", "not allowed", "no such ", "no longer", "no matching"),
    *("winerror", "unexpected", "unsupported", "unrecognized", "undefined", "unavailable", "incompatible", "mismatch"),
    *("failed to ", "failure", "unable to ", "could not ", "couldn't ", "cannot ", "can't ", "does not ", "doesn't "),
    *("did not ", "do not ", "don't ", "is not ", "was not ", "are not ", "must be ", "must have ", "should be "),
    *("invalid", "missing", "corrupt", "conflict", "deprecated", "exceeded", "denied", "refused", "requires "),
    *("positional arg", "error code", "os error", "system error", "of memory", "too long", "too short", "too many"),
    *("is empty", "not be ", "must not", "can not ", "can only", "not detected", "not a ", "not match", "blocked"),
    *("incorrect", "incomplete", "illegal", "nicht gefunden", "introuvable", "lfs pointer", "git lfs", "api key"),
    *("expired", "no supported", "no audio", "no speech", "encountered", "you must", "you have to", "only file"),
    *("required", "only supports", "please ", "need to ", "errno", "exception", "error:", "failed", "expected "),
)
"""Words that many pieces hold, the more telling ones first."""


def windows(sets: tuple[Pieces, ...]) -> dict[str, str]:
    """The pieces of the most telling set, each with what is looked for: a shared word, or itself where it is rare.

    Empty where no set of the pieces that a pattern demands can be looked for.
    """
    for pieces in sets:
        found = {piece: _window(piece) for piece in pieces}
        if all(found.values()):
            return found
    return {}


def _window(piece: str) -> str:
    return next((word for word in _SHARED if word in piece), piece if rarity(frozenset([piece])) >= _RARE else "")


def shared(pieces: Iterable[str]) -> dict[str, str]:
    """Each piece with what is looked for in its place: the stretch of it that most others hold too, else itself."""
    stretches = {piece: _stretches(piece) for piece in pieces}
    holders = Counter(stretch for held in stretches.values() for stretch in held)
    chosen = {
        piece: max(held, key=lambda stretch: (holders[stretch], stretch), default=piece)
        for piece, held in stretches.items()
    }
    return {piece: stretch if holders[stretch] > 1 else piece for piece, stretch in chosen.items()}


def _stretches(piece: str) -> set[str]:
    """The rare stretches of an ASCII piece; one in another script has several forms in bytes, and is left whole."""
    if not piece.isascii():
        return set()
    found = {piece[at : at + _STRETCH] for at in range(len(piece) - _STRETCH + 1)}
    return {stretch for stretch in found if rarity(frozenset([stretch])) >= _RARE}
