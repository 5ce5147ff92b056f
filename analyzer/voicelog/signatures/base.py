"""The compiled base in the form that answers: each section is read when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from voicelog.signatures.tfidf import Postings
    from voicelog.signatures.types import Condition, Problem, Signature

from voicelog.signatures.types import is_benign

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
    """All signatures, compiled. `section` gives the named part of the compiled form as plain values.

    `beside` is a second base, of packs, which is asked on its own: what it holds cannot change what this one answers.
    """

    def __init__(self, key: str, section: Callable[[str], Any], beside: KnowledgeBase | None = None) -> None:
        self.key = key
        self.beside = beside
        self.section = section

    def __repr__(self) -> str:
        return f"KnowledgeBase({self.key!r})"

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._known or (self.beside is not None and identifier in self.beside)

    @cached_property
    def index(self) -> Index:
        return Index(*self.section("index"))

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.index.ids)

    @cached_property
    def phrases(self) -> tuple[tuple[str, int], ...]:
        """(masked wording, signature)."""
        found: tuple[tuple[str, int], ...] = self.section("phrases")
        return found

    @cached_property
    def skeletons(self) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
        """Skeleton to the required pieces that have it, and first characters to the skeletons that begin with them."""
        pieces, heads = self.section("skeletons")
        return pieces, heads

    @cached_property
    def lexicon(self) -> Mapping[str, str]:
        """Skeleton to the word of our texts that has it."""
        found: Mapping[str, str] = self.section("lexicon")
        return found

    @cached_property
    def postings(self) -> Postings:
        found: Postings = self.section("postings")
        return found

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong with signature files, and where."""
        from voicelog.signatures.types import Problem

        return tuple(Problem(*problem) for problem in self.section("problems"))

    @cached_property
    def conditions(self) -> dict[str, Condition]:
        """Conditions of the signatures that have any."""
        return {name: self.signature(name).when for name in self.index.conditional}

    def rule(self, number: int) -> Rule:
        return Rule(*self.index.rules[number])

    def signature(self, identifier: str) -> Signature:
        """The signature with all its texts, without its examples; raises KeyError where there is none."""
        if identifier not in self._known:
            if self.beside is None:
                raise KeyError(identifier)
            return self.beside.signature(identifier)
        from voicelog.signatures.schema import read_signature

        signature, _ = read_signature(self.section(f"signature {identifier}"), {}, identifier)
        if signature is None:
            raise KeyError(identifier)
        return signature

    def pieces_of(self, identifier: str) -> frozenset[str]:
        """The required pieces that announce a signature: a log without any of them is not its."""
        own = {number for number, rule in enumerate(self.index.rules) if self.index.ids[rule[0]] == identifier}
        return frozenset(piece for piece, rules in self.index.pieces.items() if not own.isdisjoint(rules))

    def without(self, identifier: str) -> KnowledgeBase:
        """The same base, in which this signature is never found by a pattern."""
        return self._searching(lambda one: one != identifier)

    def only(self, identifier: str) -> KnowledgeBase:
        """The same base, in which only this signature is found by a pattern."""
        return self._searching(lambda one: one == identifier)

    def _searching(self, wanted: Callable[[str], bool]) -> KnowledgeBase:
        index = self.index
        kept = {number for number, rule in enumerate(index.rules) if wanted(index.ids[rule[0]])}
        left = {piece: tuple(one for one in rules if one in kept) for piece, rules in index.pieces.items()}
        pieces = {piece: rules for piece, rules in left.items() if rules}
        heads = {head: tuple(one for one in begun if one in pieces) for head, begun in index.heads.items()}
        part = tuple(index._replace(pieces=pieces, heads={head: begun for head, begun in heads.items() if begun}))
        return KnowledgeBase(self.key, lambda name: part if name == "index" else self.section(name), self.beside)

    def consequences(self, identifier: str) -> tuple[str, ...]:
        """Ids that merely follow from this one."""
        return self.index.consequences.get(identifier, ())

    def benign(self, identifier: str) -> bool:
        return is_benign(identifier)
