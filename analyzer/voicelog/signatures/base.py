"""The compiled base in the form that answers: each section is read when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from voicelog.signatures.tfidf import Postings
    from voicelog.signatures.types import Condition, Problem, Signature

HEAD = 4
"""Characters of a piece by which it is looked up; a shorter piece stands for itself."""


class Rule(NamedTuple):
    """One alternative of one signature, ready to be tried on a line."""

    signature: int
    pattern: str
    codes: tuple[str, ...]
    """Patterns of which one must stand on the same line."""
    exceptions: tuple[str, ...]
    modules: tuple[str, ...]
    all: tuple[str, ...]
    none: tuple[str, ...]
    certainty: float
    needs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    excludes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Facts that the alternative itself depends on."""


class Index(NamedTuple):
    """What every log is searched with."""

    ids: tuple[str, ...]
    rules: tuple[tuple[Any, ...], ...]
    """Fields of each `Rule`; most are never tried, so none is built before it is."""
    pieces: Mapping[str, tuple[int, ...]]
    """Required piece to the rules that it announces."""
    heads: Mapping[str, tuple[str, ...]]
    """First characters to the pieces that begin with them."""
    consequences: Mapping[str, tuple[str, ...]]
    conditional: tuple[str, ...]
    """Signatures that facts decide."""


class KnowledgeBase:
    """All signatures, compiled. `section` gives the named part of the compiled form as plain values."""

    def __init__(self, key: str, section: Callable[[str], Any]) -> None:
        self.key = key
        self._section = section

    def __repr__(self) -> str:
        return f"KnowledgeBase({self.key!r})"

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._known

    @cached_property
    def index(self) -> Index:
        return Index(*self._section("index"))

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.index.ids)

    @cached_property
    def phrases(self) -> tuple[tuple[str, int], ...]:
        """(masked wording, signature)."""
        found: tuple[tuple[str, int], ...] = self._section("phrases")
        return found

    @cached_property
    def skeletons(self) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
        """Skeleton to the required pieces that have it, and first characters to the skeletons that begin with them."""
        pieces, heads = self._section("skeletons")
        return pieces, heads

    @cached_property
    def lexicon(self) -> Mapping[str, str]:
        """Skeleton to the word of our texts that has it."""
        found: Mapping[str, str] = self._section("lexicon")
        return found

    @cached_property
    def postings(self) -> Postings:
        found: Postings = self._section("postings")
        return found

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong with signature files, and where."""
        from voicelog.signatures.types import Problem

        return tuple(Problem(*problem) for problem in self._section("problems"))

    @cached_property
    def conditions(self) -> dict[str, Condition]:
        """Conditions of the signatures that have any."""
        return {name: self.signature(name).when for name in self.index.conditional}

    def deciding(self, identifier: str) -> frozenset[str]:
        """Facts that decide for this reading, for a coarser one above it, or for a finer one below it."""
        family = [
            name
            for name in self.index.ids
            if f"{name}.".startswith(f"{identifier}.") or identifier.startswith(f"{name}.")
        ]
        signatures = [self.signature(name) for name in family]
        conditions = [one.when for one in signatures] + [part.when for one in signatures for part in one.match]
        return frozenset(name for condition in conditions for name in (*condition.needs, *condition.excludes))

    def rule(self, number: int) -> Rule:
        return Rule(*self.index.rules[number])

    def signature(self, identifier: str) -> Signature:
        """The signature with all its texts, without its examples; raises KeyError where there is none."""
        if identifier not in self:
            raise KeyError(identifier)
        from voicelog.signatures.schema import read_signature

        signature, _ = read_signature(self._section(f"signature {identifier}"), {}, identifier)
        if signature is None:
            raise KeyError(identifier)
        return signature

    def consequences(self, identifier: str) -> tuple[str, ...]:
        """Ids that merely follow from this one."""
        return self.index.consequences.get(identifier, ())

    def benign(self, identifier: str) -> bool:
        return identifier.startswith("benign.")
