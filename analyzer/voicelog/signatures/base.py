"""The compiled base in the form that answers: each section is read when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from voicelog.model import Facts
from voicelog.signatures.lexicon import Lexicon
from voicelog.signatures.table import Table, pack

if TYPE_CHECKING:
    from voicelog.signatures.types import Condition, Problem, Signature

GRAM = 4
"""Characters by which a piece is looked up; a shorter piece stands for itself."""


def is_benign(identifier: str) -> bool:
    """Whether an id names a harmless line: `benign.name`, or `pack.benign.name`."""
    return "benign" in identifier.split(".")[:2]


class Rule(NamedTuple):
    """One alternative of one signature, ready to be tried on a line."""

    signature: int
    pattern: str
    also: tuple[tuple[str, ...], ...]
    """Sets of lower-case pieces, each with one that stands on every line that the pattern matches."""
    codes: tuple[str, ...]
    """Patterns of which one must stand on the same line."""
    exceptions: tuple[str, ...]
    modules: tuple[str, ...]
    all: tuple[str, ...]
    none: tuple[str, ...]
    certainty: float
    needs: Facts = ()
    excludes: Facts = ()
    """Facts that the alternative itself depends on."""

    @property
    def conditional(self) -> bool:
        return bool(self.needs or self.excludes)

    @property
    def condition(self) -> Condition:
        from voicelog.signatures.conditions import as_condition

        return as_condition(self.needs, self.excludes)

    def announced_on(self, lowered: str) -> bool:
        """Whether a line, in lower case, holds all that the pattern demands besides the piece that led here."""
        for pieces in self.also:
            for piece in pieces:
                if piece in lowered:
                    break
            else:
                return False
        return True


class Phrase(NamedTuple):
    """A wording as it is compared with lines."""

    wording: str
    """Masked."""
    signature: int
    fewest: int
    """Words that a longer line near it shares with it at least."""


Announcing: TypeAlias = tuple[tuple[str, tuple[int, ...]], ...]
"""Texts, each with the rules that it announces."""


class Announcements(NamedTuple):
    """What a scan of bytes looks for."""

    windows: tuple[tuple[str, Announcing], ...]
    """Texts, each with the required pieces that hold it."""
    patterns: Announcing
    """Patterns of rules without a rare piece."""
    checksum: int
    """Of the texts and patterns, without what they announce."""


class Index(NamedTuple):
    """What is known of the signatures without reading them."""

    ids: tuple[str, ...]
    consequences: Mapping[str, tuple[str, ...]]
    conditional: frozenset[str]
    """Signatures that facts decide."""


PieceSearch = Callable[[str], list[tuple[str, Any]]]
"""The required pieces that stand in a text, in order, each with the rules that it announces."""


class KnowledgeBase:
    """All signatures, compiled. `section` gives the named part of the compiled form as plain values.

    `beside` is a second base, of packs, which is asked on its own: what it holds cannot change what this one answers.
    """

    def __init__(
        self,
        key: str,
        section: Callable[[str], Any],
        beside: KnowledgeBase | None = None,
        *,
        anew: Callable[[str], Any] | None = None,
    ) -> None:
        self.key = key
        self.beside = beside
        self.section = section
        self.anew = anew
        """Makes a section again, from the signature files, where it turns out damaged."""
        self._rules: dict[int, Rule] = {}
        self._signatures: dict[str, Signature] = {}
        self.piece_search: PieceSearch | None = None
        """Finds the pieces in a text instead of the table, where many texts are searched."""

    @classmethod
    def deferred(cls, opening: Callable[[], KnowledgeBase]) -> KnowledgeBase:
        """A base that is opened when something of it is first asked for."""
        opened: list[KnowledgeBase] = []

        def section(name: str) -> Any:
            if not opened:
                opened.append(opening())
            return opened[0].section(name)

        def anew(name: str) -> Any:
            again = opened[0].anew
            return again(name) if again else section(name)

        return cls("", section, anew=anew)

    def __repr__(self) -> str:
        return f"KnowledgeBase({self.key!r})"

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._known or (self.beside is not None and identifier in self.beside)

    def is_own(self, identifier: str) -> bool:
        """Whether a signature is of this base and not of a pack beside it."""
        return identifier in self._known

    def _table(self, name: str) -> Table:
        anew = self.anew
        return Table(self.section(name), (lambda: anew(name)) if anew else None)

    @cached_property
    def index(self) -> Index:
        return Index(*self.section("index"))

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.index.ids)

    @cached_property
    def phrases(self) -> Table:
        """Number of a phrase to its values."""
        return self._table("phrases")

    @cached_property
    def phrase_words(self) -> Table:
        """Word to the numbers of the phrases that have it."""
        return self._table("phrase words")

    @cached_property
    def pieces(self) -> Table:
        """Some characters of a required piece to the pieces that hold them, each with the rules that it announces."""
        return self._table("pieces")

    @cached_property
    def announcements(self) -> Announcements:
        """What a scan looks for."""
        return Announcements(*self.section("announcements"))

    @cached_property
    def skeletons(self) -> Table:
        """Some characters of a skeleton to the skeletons that hold them, each with its (piece, rules)."""
        return self._table("skeletons")

    @cached_property
    def lexicon(self) -> Lexicon:
        return Lexicon(self._table("lexicon"))

    @cached_property
    def postings(self) -> Table:
        """Term to what `tfidf.fit` says of it."""
        return self._table("postings")

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong with signature files, and where."""
        from voicelog.signatures.types import Problem

        return tuple(Problem(*problem) for problem in self.section("problems"))

    def condition(self, identifier: str) -> Condition | None:
        """What facts say of a signature, where they say anything."""
        return self.signature(identifier).when if identifier in self.index.conditional else None

    @cached_property
    def _rule_table(self) -> Table:
        return self._table("rules")

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
        if number not in self._rules:
            self._rules[number] = Rule(*self._rule_table.get(str(number)))
        return self._rules[number]

    def signature(self, identifier: str) -> Signature:
        """The signature with all its texts, without its examples; raises KeyError where there is none."""
        if identifier not in self._known and self.beside is not None:
            return self.beside.signature(identifier)
        if identifier not in self._signatures:
            if identifier not in self._known:
                raise KeyError(identifier)
            from voicelog.signatures.schema import read_signature

            signature, _ = read_signature(self.section(f"signature {identifier}"), {}, identifier)
            if signature is None:
                raise KeyError(identifier)
            self._signatures[identifier] = signature
        return self._signatures[identifier]

    def pieces_of(self, identifier: str) -> frozenset[str]:
        """The required pieces that announce a signature: a log without any of them is not its."""
        own = self._rules_where(lambda one: one == identifier)
        found = (pair for _, begun in self.pieces.items() for pair in begun)
        return frozenset(piece for piece, rules in found if not own.isdisjoint(rules))

    def without(self, identifier: str) -> KnowledgeBase:
        """The same base, in which this signature is never found by an exact pattern."""
        return self._searching(lambda one: one != identifier)

    def only(self, identifier: str) -> KnowledgeBase:
        """The same base, in which only this signature is found by an exact pattern."""
        return self._searching(lambda one: one == identifier)

    def _searching(self, wanted: Callable[[str], bool]) -> KnowledgeBase:
        kept = self._rules_where(wanted)
        left: dict[str, Any] = {}
        for gram, begun in self.pieces.items():
            pairs = ((piece, tuple(one for one in rules if one in kept)) for piece, rules in begun)
            if some := tuple(pair for pair in pairs if pair[1]):
                left[gram] = some
        pieces = pack(left)
        section = self.section
        return KnowledgeBase(
            self.key, lambda name: pieces if name == "pieces" else section(name), self.beside, anew=self.anew
        )

    def _rules_where(self, wanted: Callable[[str], bool]) -> frozenset[int]:
        """Numbers of the rules whose signature's id is wanted."""
        return frozenset(int(number) for number, rule in self._rule_table.items() if wanted(self.index.ids[rule[0]]))

    def consequences(self, identifier: str) -> tuple[str, ...]:
        """Ids that merely follow from this one."""
        return self.index.consequences.get(identifier, ())

    def benign(self, identifier: str) -> bool:
        return is_benign(identifier)
