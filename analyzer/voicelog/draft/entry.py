"""A whole signature file, drafted: what the log tells is filled in, what a person must write is marked TODO."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from voicelog.draft.decisive import Decisive, find_decisive
from voicelog.draft.pattern import Pattern, escape, pattern_of, pattern_of_template
from voicelog.errors import InputError
from voicelog.match.find import similar_signatures
from voicelog.model import Log, Nearest, Report, Source
from voicelog.parse import parse
from voicelog.pipeline import analyze_source
from voicelog.redact import Redactor
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.lint import is_general
from voicelog.signatures.literals import required
from voicelog.signatures.schema import ID

_HEAD = "# Drafted by voicelog kb new; what is marked TODO is yours to write."
_WORD = re.compile(r"[a-z]{3,}")
_LEFT_OUT = re.compile(r"error|the|and|for|with|was|not|expected|got|but|from|has|name|todo")
_MOST_NEAR = 3
_ALIKE = 0.45
"""Similarity from which two failures are of one kind."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted file and what was found out on the way."""

    id: str
    text: str
    alternative: str
    """The way to recognise it alone, as an item of `match`, for a signature that grows a wording instead."""
    example: str
    """The example alone, as an item of `examples`."""
    report: Report
    nearest: tuple[Nearest, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    """Personal data that was replaced in the example, by kind."""


def draft(
    source: Source,
    base: KnowledgeBase,
    redactor: Redactor,
    *,
    lines: Sequence[int] = (),
    identifier: str = "",
    pack: str = "",
) -> Draft:
    """A signature for the failure of a log, or for its original lines `lines`, counted from 1; in a pack if named.

    Raises InputError where nothing in the log fails and no line is chosen, or where `identifier` is none.
    """
    if identifier and not ID.fullmatch(identifier):
        message = "is not area.name in lower case with hyphens"
        raise InputError("bad-id", message, where=identifier, hint="deps.my-package")
    redactor.learn(source.text)
    shown = Source(source.name, redactor.redact(source.text), source.encoding)
    counts = dict(redactor.counts)
    log = parse(shown)
    decisive = find_decisive(log, lines)
    if decisive is None and lines:
        numbers = ", ".join(map(str, lines))
        raise InputError("no-line", f"has no text on line {numbers}", where=source.name, hint="lines count from 1")
    if decisive is None:
        hint = "name the lines that tell the failure with --line"
        raise InputError("no-failure", "nothing in it fails", where=source.name, hint=hint)
    report = analyze_source(shown, base)
    nearest = _nearest(report, log, base)
    category, area = _kind(nearest, bool(decisive.exception), base)
    if identifier:
        category = _usual_category(identifier.removeprefix(f"{pack}.").split(".")[0], base) or category
    patterns = [pattern_of(line) for line in decisive.lines]
    if decisive.template:
        patterns = [pattern_of_template(decisive.template)]
    if decisive.code:
        patterns.append(Pattern(escape(decisive.code)))
    chosen = below(pack, identifier or f"{area}.{_name(decisive, base, area)}")
    alternative = _alternative(patterns, decisive)
    example = _example(decisive, patterns[0].captures)
    text = _file(chosen, category, decisive, alternative, example, report, nearest)
    return Draft(chosen, text, alternative, example, report, nearest, counts)


def below(pack: str, identifier: str) -> str:
    """The id as a pack must have it: below the pack's name, where one is given."""
    return identifier if not pack or identifier.startswith(f"{pack}.") else f"{pack}.{identifier}"


def blank(identifier: str) -> str:
    """The text of an entry that nothing is known of yet."""
    decisive = Decisive(("TODO the words that the program prints",), "", (), "TODO what the program prints")
    alternative = "  - pattern: 'TODO the words that the program prints'"
    return _file(identifier, "environment", decisive, alternative, _example(decisive, {}), None, ())


def _nearest(report: Report, log: Log, base: KnowledgeBase) -> tuple[Nearest, ...]:
    found = [Nearest(one.id, one.confidence) for one in report.diagnoses]
    found += [*report.nearest, *similar_signatures(log, base)]
    unique = {one.id: one for one in reversed(found)}
    return tuple(dict.fromkeys(unique[one.id] for one in found))[:_MOST_NEAR]


def _kind(nearest: Sequence[Nearest], raised: bool, base: KnowledgeBase) -> tuple[str, str]:
    """Category and area, as the nearest signature has them where it is near."""
    if nearest and nearest[0].score >= _ALIKE:
        return base.signature(nearest[0].id).category, nearest[0].id.split(".")[0]
    return ("framework-api", "api") if raised else ("environment", "os")


def _usual_category(area: str, base: KnowledgeBase) -> str:
    """The category of most signatures of an area; empty where it has none."""
    siblings = [base.signature(one).category for one in base.index.ids if one.startswith(f"{area}.")]
    return Counter(siblings).most_common(1)[0][0] if siblings else ""


def _name(decisive: Decisive, base: KnowledgeBase, area: str) -> str:
    """The last part of an id, of the package and the first telling words."""
    words = [word for word in _WORD.findall(decisive.lines[0].lower()) if not _LEFT_OUT.fullmatch(word)]
    parts = list(dict.fromkeys([*(part.lower().replace("_", "-") for part in decisive.modules[:1]), *words[:3]]))
    name = re.sub(r"[^a-z0-9]+", "-", "-".join(parts)).strip("-")[:40].strip("-") or "unnamed"
    number = 1
    while f"{area}.{name}" in base:
        number += 1
        name = f"{name.rstrip('0123456789-')}-{number}"
    return name


def _alternative(patterns: Sequence[Pattern], decisive: Decisive) -> str:
    text = patterns[0].text
    rows = [f"  - pattern: {quoted(text)}"]
    if decisive.exception:
        rows.append(f"    exception: {decisive.exception}")
    if len(patterns) > 1:
        rows.append(f"    all: [{', '.join(quoted(one.text) for one in patterns[1:])}]")
    weak = not required(text) or is_general(text)
    if decisive.modules:
        row = f"    module: {decisive.modules[0]}"
        rows.append(row if weak else f"    #{row[3:]}    # where the words alone could mean something else")
    return "\n".join(rows)


def _example(decisive: Decisive, captures: Mapping[str, str]) -> str:
    rows = ["  - source: 'TODO where this was printed: an issue, or the command and versions'", "    text: |2"]
    rows += [f"      {line}".rstrip() for line in decisive.example.split("\n")]
    if captures:
        pairs = ", ".join(f"{name}: {quoted(value)}" for name, value in captures.items())
        rows.append(f"    captures: {{{pairs}}}")
    return "\n".join(rows)


def _file(
    identifier: str,
    category: str,
    decisive: Decisive,
    alternative: str,
    example: str,
    report: Report | None,
    nearest: Sequence[Nearest],
) -> str:
    """The entry; prose stands in folded blocks, where colons, commas and quotes mean nothing."""
    tags = ", ".join(one.lower() for one in decisive.modules[:3])
    facts = ", ".join(f"{name} {value}" for name, value in report.facts.items()) if report else ""
    rows = [
        _HEAD,
        *([f"# The log tells: {facts}"] if facts else []),
        *([f"# Nearest: {', '.join(f'{one.id} ({one.score:.2f})' for one in nearest)}"] if nearest else []),
        f"id: {identifier}",
        "status: experimental           # stable once two examples from different places are known",
        f"category: {category}",
        "severity: error",
        f"tags: [{tags}]",
        "title:                         # one line, no full stop, for somebody who does not program",
        "  en: TODO what is wrong",
        "  zh: TODO 出了什么问题",
        "cause:                         # one to three plain sentences; a capture is named {like_this}",
        "  en: >-",
        "    TODO why it happens.",
        "  zh: >-",
        "    TODO 为什么会这样。",
        "match:",
        alternative,
        "phrases:                       # other wordings, for search and similarity",
        f"  - {quoted((decisive.code or decisive.lines[0])[:160])}",
        "fixes:",
        "  - id: todo",
        "    title:",
        "      en: TODO what to do",
        "      zh: TODO 怎么办",
        "    risk: advice               # advice | check (reads only) | command (changes the machine) | edit",
        "    steps:",
        "      - en: >-",
        "          TODO the first step.",
        "        zh: >-",
        "          TODO 第一步。",
        "    verify:",
        "      en: >-",
        "        TODO how to see that it worked.",
        "      zh: >-",
        "        TODO 怎样确认修好了。",
        "examples:",
        example,
        "not_examples:",
        "  - why: TODO why this is something else",
        "    text: 'TODO a line with nearly the same words that means something else'",
    ]
    return "\n".join(rows) + "\n"


def quoted(text: str) -> str:
    """A YAML scalar in single quotes, as the files of the base have them."""
    return "'" + text.replace("'", "''") + "'"
