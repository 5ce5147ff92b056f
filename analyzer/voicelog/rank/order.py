"""Claims in the order of their truth: specific before general, root before consequence, fatal before warning."""

from __future__ import annotations

from typing import NamedTuple

from voicelog.model import Rejected
from voicelog.rank.claims import Claim
from voicelog.signatures.base import KnowledgeBase

_PARENT_MARGIN = 0.2
_ROOT_MARGIN = 0.25
_SAME_BREATH = 5
"""Records by which a root may come after its consequence: `terminate called`, then what it was."""
_SAME = 0.025
"""Claims closer than this are equally strong: the earlier one goes first."""


class Ordered(NamedTuple):
    """Claims that stand on their own, best first, and (consequence, root) pairs."""

    roots: tuple[Claim, ...]
    consequences: tuple[tuple[Claim, Claim], ...]
    rejected: tuple[Rejected, ...] = ()


def order(claims: list[Claim], base: KnowledgeBase) -> Ordered:
    """Separate roots from what follows from them and rank the roots."""
    claims, rejected = _without_parents(claims)
    ranked = sorted(claims, key=lambda claim: (-claim.score, claim.first_record, claim.id))
    follows: dict[str, Claim] = {}
    for root in ranked:
        if root.id in follows:
            continue
        for other in ranked:
            if other.id not in follows and other is not root and _follows(other, root, base):
                follows[other.id] = root
    roots = [claim for claim in ranked if claim.id not in follows]
    pairs = tuple((claim, follows[claim.id]) for claim in ranked if claim.id in follows)
    return Ordered(tuple(_earlier_first(roots)), pairs, tuple(rejected))


def _without_parents(claims: list[Claim]) -> tuple[list[Claim], list[Rejected]]:
    """A general reading gives way to a finer one below it, unless only the finer one waits for a fact."""
    kept: list[Claim] = []
    rejected: list[Rejected] = []
    for claim in claims:
        finer = [
            other
            for other in claims
            if other.id.startswith(claim.id + ".")
            and other.score >= claim.score - _PARENT_MARGIN
            and not other.undecided
        ]
        if finer:
            rejected.append(Rejected(claim.id, "finer", finer[0].id))
        else:
            kept.append(claim)
    names = {claim.id for claim in kept}
    waiting = {one.id for one in kept if one.undecided and any(one.id.startswith(name + ".") for name in names)}
    rejected += [Rejected(name, "waits", "") for name in sorted(waiting)]
    return [claim for claim in kept if claim.id not in waiting], rejected


def _follows(other: Claim, root: Claim, base: KnowledgeBase) -> bool:
    if not _names(base.consequences(root.id), other.id) or _names(base.consequences(other.id), root.id):
        return False
    if root.score < other.score - _ROOT_MARGIN:
        return False
    return root.first_record <= other.last_record + _SAME_BREATH


def _names(ids: tuple[str, ...], identifier: str) -> bool:
    return any(identifier == name or identifier.startswith(name + ".") for name in ids)


def _earlier_first(roots: list[Claim]) -> list[Claim]:
    """Among equally strong claims at the top the first to appear is the root."""
    if not roots:
        return roots
    strongest = roots[0].score
    equal = [claim for claim in roots if claim.score >= strongest - _SAME and claim.place == roots[0].place]
    equal.sort(key=lambda claim: (claim.first_record, -claim.score))
    rest = [claim for claim in roots if claim not in equal]
    return equal + rest
