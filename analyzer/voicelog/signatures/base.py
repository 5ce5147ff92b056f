"""The compiled base in the form that answers: each section is read when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelog.signatures.table import Table

if TYPE_CHECKING:
    from voicelog.signatures.types import Condition, Problem, Signature

GRAM = 4
"""Characters by which a piece is looked up; a shorter piece stands for itself."""


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


class Index(NamedTuple):
    """What is known of the signatures without reading them."""

    ids: tuple[str, ...]
    consequences: Mapping[str, tuple[str, ...]]
    conditional: frozenset[str]
    """Signatures that facts decide."""


class KnowledgeBase:
    """All signatures, compiled. `section` gives the named part of the compiled form as plain values."""

    def __init__(self, key: str, section: Callable[[str], Any]) -> None:
        self.key = key
        self._section = section
        self._rules: dict[int, Rule] = {}
        self._signatures: dict[str, Signature] = {}

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
    def pieces(self) -> Table:
        """Some characters of a required piece to the pieces that hold them, each with the rules that it announces."""
        return Table(self._section("pieces"))

    @cached_property
    def announcements(self) -> tuple[tuple[tuple[str, tuple[int, ...]], ...], tuple[tuple[str, int], ...]]:
        """(required piece, the rules that it announces), and (pattern, rule) where no piece is rare."""
        pieces, patterns = self._section("announcements")
        return pieces, patterns

    @cached_property
    def skeletons(self) -> Table:
        """Some characters of a skeleton to the skeletons that hold them, each with its (piece, rules)."""
        return Table(self._section("skeletons"))

    @cached_property
    def lexicon(self) -> Table:
        """Skeleton to the word of our texts that has it."""
        return Table(self._section("lexicon"))

    @cached_property
    def postings(self) -> Table:
        """Term to what `tfidf.fit` says of it."""
        return Table(self._section("postings"))

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong with signature files, and where."""
        from voicelog.signatures.types import Problem

        return tuple(Problem(*problem) for problem in self._section("problems"))

    def condition(self, identifier: str) -> Condition | None:
        """What facts say of a signature, where they say anything."""
        return self.signature(identifier).when if identifier in self.index.conditional else None

    @cached_property
    def _rule_table(self) -> Table:
        return Table(self._section("rules"))

    def rule(self, number: int) -> Rule:
        if number not in self._rules:
            self._rules[number] = Rule(*self._rule_table.get(str(number)))
        return self._rules[number]

    def signature(self, identifier: str) -> Signature:
        """The signature with all its texts, without its examples; raises KeyError where there is none."""
        if identifier not in self._signatures:
            if identifier not in self:
                raise KeyError(identifier)
            from voicelog.signatures.schema import read_signature

            signature, _ = read_signature(self._section(f"signature {identifier}"), {}, identifier)
            if signature is None:
                raise KeyError(identifier)
            self._signatures[identifier] = signature
        return self._signatures[identifier]

    def consequences(self, identifier: str) -> tuple[str, ...]:
        """Ids that merely follow from this one."""
        return self.index.consequences.get(identifier, ())

    def benign(self, identifier: str) -> bool:
        return identifier.startswith("benign.")
