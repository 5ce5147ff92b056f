"""Signatures chosen by area, category, status and tag, and the base counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.types import Signature


@dataclass(frozen=True, slots=True)
class Choice:
    """Which signatures are wanted; an empty field wants all."""

    area: str = ""
    """First part of the id, or an id below which it lies."""
    category: str = ""
    status: str = ""
    tag: str = ""

    def takes(self, signature: Signature) -> bool:
        lies_below = not self.area or f"{signature.id}.".startswith(f"{self.area.rstrip('.')}.")
        return (
            lies_below
            and self.category in ("", signature.category)
            and self.status in ("", signature.status)
            and (not self.tag or self.tag.lower() in {tag.lower() for tag in signature.tags})
        )


@dataclass(frozen=True, slots=True)
class Stats:
    """How much the base holds."""

    signatures: int
    benign: int
    alternatives: int
    phrases: int
    fixes: int
    references: int
    areas: Mapping[str, int]
    categories: Mapping[str, int]
    statuses: Mapping[str, int]
    tags: Mapping[str, int]


def identifiers(base: KnowledgeBase) -> list[str]:
    """Ids of the base and of the packs beside it, sorted."""
    packs = base.beside.index.ids if base.beside is not None else ()
    return sorted([*base.index.ids, *packs])


def signatures(base: KnowledgeBase, choice: Choice | None = None) -> list[Signature]:
    """The signatures that are wanted, by id."""
    found = (base.signature(identifier) for identifier in identifiers(base))
    return [one for one in found if choice is None or choice.takes(one)]


def count(found: Iterable[Signature]) -> Stats:
    """What the signatures hold in all."""
    known = list(found)
    return Stats(
        signatures=len(known),
        benign=sum(one.benign for one in known),
        alternatives=sum(len(one.match) for one in known),
        phrases=sum(len(one.phrases) for one in known),
        fixes=sum(len(one.fixes) for one in known),
        references=len({link for one in known for link in one.references}),
        areas=_counted(one.id.split(".")[0] for one in known),
        categories=_counted(one.category for one in known),
        statuses=_counted(one.status for one in known),
        tags=_counted(tag for one in known for tag in one.tags),
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0])))
