"""Folders of signature files to the compiled base."""

from __future__ import annotations

import marshal
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any
from zlib import crc32

from voicelog.masking import CUTOFF, fewest_words, mask, skeleton, words
from voicelog.signatures import tfidf
from voicelog.signatures.base import GRAM, Index, KnowledgeBase, Phrase, Rule
from voicelog.signatures.codes import patterns_of
from voicelog.signatures.literals import Pieces, announcing, demanded, simple
from voicelog.signatures.load import Loaded, load
from voicelog.signatures.table import pack
from voicelog.signatures.types import Alternative, Signature
from voicelog.signatures.windows import shared, windows

_SHORTEST_WORDING = 12
_SHORTEST_WIDE = 4
_SHORTEST_SKELETON = 10
_MOST_DEMANDS = 4
_TOLD_BY_NUMBER = re.compile(
    r"(?i)(?:code|status|error|errno|winerror|signal|代码|码)\W{0,3}(?:-?\d|0x)|\b(?:404|403|502)\b"
)
"""A wording whose number decides says nothing once numbers are masked."""
_WORD = re.compile(r"[A-Za-z]{4,}")

_PACK_SECTIONS = ("index", "rules", "pieces", "problems")
_SECTIONS = (*_PACK_SECTIONS, "announcements", "skeletons", "lexicon", "phrases", "phrase words", "postings")

Demanded = Callable[[str], tuple[Pieces, ...]]
"""Finds the sets of pieces that a pattern demands."""


def compile_base(folders: Sequence[Path], key: str, *, similarity: bool = True) -> KnowledgeBase:
    """Compile the signatures of `folders`; the similarity index, which takes longest, only where wanted."""
    return KnowledgeBase(key, compile_sections(folders, similarity=similarity).__getitem__)


def compile_sections(
    folders: Sequence[Path], *, similarity: bool = True, demanded: Demanded = demanded
) -> dict[str, Any]:
    """The parts of the compiled base by name, all of them plain values."""
    loaded = load(folders)
    section = lazy_sections(loaded, demanded=demanded, similarity=similarity)
    return {name: section(name) for name in (*_SECTIONS, *(f"signature {one}" for one in loaded.values))}


def lazy_sections(loaded: Loaded, *, demanded: Demanded = demanded, similarity: bool = False) -> Callable[[str], Any]:
    """The parts of the compiled base, each made when it is first asked for; quickly made without `similarity`."""
    rules = cache(lambda: _all_rules(loaded.signatures, demanded))
    pieces = cache(lambda: _pieces(rules(), demanded))
    phrases = cache(lambda: _phrases(loaded.signatures))
    makers: dict[str, Callable[[], Any]] = {
        "index": lambda: tuple(_index(loaded.signatures)),
        "rules": lambda: pack({str(number): tuple(rule) for number, rule in enumerate(rules())}),
        "pieces": lambda: pack(_by_gram(pieces(), rarest=similarity)),
        "announcements": lambda: _announcements(rules(), demanded),
        "skeletons": lambda: pack(_by_gram(_skeletons(pieces()), rarest=similarity)),
        "lexicon": lambda: pack(_lexicon(loaded.signatures)),
        "phrases": lambda: pack({str(number): tuple(phrase) for number, phrase in enumerate(phrases())}),
        "phrase words": lambda: pack(_phrase_words(phrases())),
        "postings": lambda: pack(_postings(loaded.signatures) if similarity else {}),
        "problems": lambda: tuple(tuple(problem) for problem in loaded.problems),
    }

    @cache
    def section(name: str) -> Any:
        return makers[name]() if name in makers else loaded.values[name.removeprefix("signature ")]

    return section


def compile_packs(paths: Sequence[Path], reserved: Iterable[str]) -> dict[str, Any]:
    """The compiled form of packs, which are found by their patterns alone."""
    from voicelog.signatures.packs import load_packs

    loaded = load_packs(paths, reserved)
    section = lazy_sections(loaded)
    return {name: section(name) for name in (*_PACK_SECTIONS, *(f"signature {one}" for one in loaded.values))}


def _index(signatures: Sequence[Signature]) -> Index:
    return Index(
        ids=tuple(signature.id for signature in signatures),
        consequences={one.id: one.consequences for one in signatures if one.consequences},
        conditional=frozenset(one.id for one in signatures if one.when.needs or one.when.excludes),
    )


def _postings(signatures: Sequence[Signature]) -> Any:
    documents = [_document(signature) for signature in signatures]
    return tfidf.fit(documents) if documents else {}


def _all_rules(signatures: Sequence[Signature], demanded: Demanded) -> list[Rule]:
    by_id = {signature.id: signature for signature in signatures}
    return [
        rule
        for at, signature in enumerate(signatures)
        for rule in _rules(at, _alternatives(signature, by_id), demanded)
    ]


def _pieces(rules: Iterable[Rule], demanded: Demanded) -> dict[str, tuple[int, ...]]:
    """Required piece to the rules that it announces."""
    pieces: defaultdict[str, list[int]] = defaultdict(list)
    for number, rule in enumerate(rules):
        for piece in announcing(demanded(rule.pattern)):
            pieces[piece].append(number)
    return {piece: tuple(numbers) for piece, numbers in pieces.items()}


def _announcements(rules: Sequence[Rule], demanded: Demanded) -> tuple[tuple[Any, ...], tuple[Any, ...], int]:
    """What a scan of bytes looks for: words that announce rules, else the pattern itself.

    A rule with neither is tried only near what other rules and failures point at.
    """
    found = [windows(demanded(rule.pattern)) for rule in rules]
    stretches = shared({window for held in found for piece, window in held.items() if window == piece})
    announced: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    patterns: defaultdict[str, list[int]] = defaultdict(list)
    for number, (rule, held) in enumerate(zip(rules, found, strict=True)):
        for piece, window in held.items():
            announced[stretches.get(window, window)][piece].append(number)
        if not held and simple(rule.pattern):
            patterns[rule.pattern].append(number)
    return (
        tuple((window, _with_rules(pieces)) for window, pieces in sorted(announced.items())),
        _with_rules(patterns),
        crc32(marshal.dumps((sorted(announced), sorted(patterns)))),
    )


def _with_rules(announcing: Mapping[str, Sequence[int]]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple((text, tuple(numbers)) for text, numbers in sorted(announcing.items()))


def _skeletons(pieces: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[tuple[str, tuple[int, ...]], ...]]:
    """Skeleton to the pieces that have it, with their rules."""
    found: defaultdict[str, list[tuple[str, tuple[int, ...]]]] = defaultdict(list)
    for piece, rules in pieces.items():
        bare = skeleton(piece)[0]
        if len(bare) >= _SHORTEST_SKELETON:
            found[bare].append((piece, rules))
    return {bare: tuple(originals) for bare, originals in found.items()}


def _by_gram(pieces: Mapping[str, Any], *, rarest: bool) -> dict[str, tuple[tuple[str, Any], ...]]:
    """Each piece under its first characters, or under those that the fewest pieces share, which find it faster."""
    chosen = _rarest_grams(pieces) if rarest else {piece: piece[:GRAM] for piece in pieces}
    found: defaultdict[str, list[tuple[str, Any]]] = defaultdict(list)
    for piece, value in pieces.items():
        found[chosen[piece]].append((piece, value))
    return {gram: tuple(begun) for gram, begun in found.items()}


def _rarest_grams(pieces: Iterable[str]) -> dict[str, str]:
    grams = {piece: [piece[at : at + GRAM] for at in range(max(len(piece) - GRAM + 1, 1))] for piece in pieces}
    counts = Counter(chain.from_iterable(grams.values()))
    return {piece: min(held, key=counts.__getitem__) for piece, held in grams.items()}


def _alternatives(signature: Signature, by_id: Mapping[str, Signature]) -> Iterator[Alternative]:
    """Its own alternatives, and those of the signatures that it is like."""
    for alternative in signature.match:
        if not alternative.like:
            yield alternative
        elif other := by_id.get(alternative.like):
            yield from (one._replace(when=alternative.when) for one in other.match if not one.like)


def _rules(at: int, alternatives: Iterable[Alternative], demanded: Demanded) -> list[Rule]:
    rules = []
    for alternative in alternatives:
        codes = tuple(pattern for code in alternative.codes for pattern in patterns_of(code))
        rest = (
            alternative.exceptions,
            alternative.modules,
            alternative.all,
            alternative.none,
            alternative.certainty,
            tuple(alternative.when.needs.items()),
            tuple(alternative.when.excludes.items()),
        )
        if alternative.pattern:
            rules.append(Rule(at, alternative.pattern, _also(demanded(alternative.pattern)), codes, *rest))
        else:
            rules.extend(Rule(at, pattern, _also(demanded(pattern)), (), *rest) for pattern in codes)
    return rules


def _also(sets: tuple[Pieces, ...]) -> tuple[tuple[str, ...], ...]:
    """What a line must hold besides the piece that announced the rule."""
    announced = announcing(sets)
    rest = [pieces for pieces in sets if pieces != announced]
    return tuple(tuple(sorted(pieces)) for pieces in rest[:_MOST_DEMANDS])


def _lexicon(signatures: Sequence[Signature]) -> dict[str, str]:
    """Words of wordings and examples by skeleton, the commonest of each."""
    texts = (text for one in signatures for text in (*one.phrases, *(example.text for example in one.examples)))
    counts = Counter(word for text in texts for word in _WORD.findall(text))
    found: dict[str, str] = {}
    for word, _ in counts.most_common():
        found.setdefault(skeleton(word)[0], word)
    return found


def _phrases(signatures: Sequence[Signature]) -> list[Phrase]:
    found: list[Phrase] = []
    for at, signature in enumerate(signatures):
        wordings = dict.fromkeys(mask(phrase) for phrase in signature.phrases if not _TOLD_BY_NUMBER.search(phrase))
        found.extend(
            Phrase(wording, at, fewest_words(len(words(wording)), len(wording), CUTOFF))
            for wording in wordings
            if len(wording) >= _SHORTEST_WORDING or _wide(wording)
        )
    return found


def _phrase_words(phrases: Iterable[Phrase]) -> dict[str, tuple[int, ...]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, phrase in enumerate(phrases):
        for word in words(phrase.wording):
            found[word].append(number)
    return {word: tuple(numbers) for word, numbers in found.items()}


def _document(signature: Signature) -> str:
    """What similarity compares with: the wordings and what the software prints, without paths and numbers."""
    examples = (line for example in signature.examples for line in example.text.splitlines() if not _framelike(line))
    return mask(" ".join([*signature.phrases, signature.title.en, signature.title.zh, *examples]))


def _framelike(line: str) -> bool:
    return line.lstrip().startswith(("File ", "Traceback (", "^", "~")) or line.startswith("    ")


def _wide(text: str) -> bool:
    return sum(char > "\u2e80" for char in text) >= _SHORTEST_WIDE
