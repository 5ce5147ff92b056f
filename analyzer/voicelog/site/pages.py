"""Signatures to Markdown that a site generator turns into pages; no text of theirs can become markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from voicelog.language import Language, pick, word
from voicelog.placeholders import fill
from voicelog.render.answer import FixText, fix_text
from voicelog.render.entry import generic_text, generic_values
from voicelog.signatures.types import CATEGORIES, Signature

_MARKUP = re.compile(r"[^\w\s，。！？；：、（）《》“”…,;:/]", re.ASCII)
_EXAMPLES = 2


def plain(text: str) -> str:
    """`text` as Markdown that shows it letter by letter: each mark is a character reference."""
    return _MARKUP.sub(lambda found: found[0] if found[0] > "\x7f" else f"&#{ord(found[0])};", " ".join(text.split()))


def signature_page(signature: Signature, language: Language, since: str, known: Iterable[str]) -> str:
    """The page of one signature."""
    return "\n".join(_Page(signature, language, since, frozenset(known)).lines()) + "\n"


def index_page(signatures: Sequence[Signature], language: Language) -> str:
    """The first page: all signatures by category, harmless lines last."""
    rows = [f"# {word('site-title', language)}", "", plain(word("site-about", language)), ""]
    groups: list[tuple[str, list[Signature]]] = [
        (word(f"category-{name}", language), [one for one in signatures if one.category == name and not one.benign])
        for name in CATEGORIES
    ]
    groups.append((word("harmless", language), [one for one in signatures if one.benign]))
    for heading, found in groups:
        if found:
            rows += [f"## {plain(heading)}", ""]
            rows += [f"- [{plain(generic_text(one.title, one, language))}]({_file(one.id)})" for one in found]
            rows.append("")
    return "\n".join(rows)


def _file(identifier: str) -> str:
    return "/".join(identifier.split(".")) + ".md"


def page_file(identifier: str) -> str:
    """The Markdown file of a signature, below the folder of its language."""
    return _file(identifier)


class _Page:
    def __init__(self, signature: Signature, language: Language, since: str, known: frozenset[str]) -> None:
        self._signature = signature
        self._language = language
        self._since = since
        self._known = known
        self._values: Mapping[str, str] = generic_values(signature)

    def _word(self, name: str) -> str:
        return plain(word(name, self._language))

    def lines(self) -> Iterator[str]:
        one = self._signature
        yield f"# {plain(fill(pick(one.title, self._language), self._values))}"
        yield ""
        marks = [one.id, word(f"category-{one.category}", self._language), one.status, *one.tags]
        yield " · ".join(f"<code>{plain(mark)}</code>" for mark in marks)
        if self._since:
            yield f"· {self._word('site-since')} {plain(self._since)}"
        yield from self._symptom()
        yield from self._heading("site-why")
        yield plain(fill(pick(one.cause, self._language), self._values))
        yield from self._fixes()
        yield from self._examples()
        yield from self._consequences()
        if one.references:
            yield from self._heading("references")
            yield from (f"- <{link}>" for link in one.references)

    def _heading(self, name: str) -> Iterator[str]:
        yield from ("", f"## {self._word(name)}", "")

    def _symptom(self) -> Iterator[str]:
        wordings = [*self._signature.phrases[:4]] or [
            example.text.strip().splitlines()[-1] for example in self._signature.examples[:1] if example.text.strip()
        ]
        if wordings:
            yield from self._heading("site-symptom")
            yield _block("\n".join(wordings))

    def _fixes(self) -> Iterator[str]:
        for number, fix in enumerate(self._signature.fixes, 1):
            if number == 1:
                yield from self._heading("site-fixes")
            yield from self._fix(fix_text(fix, self._values, self._language), number)

    def _fix(self, fix: FixText, number: int) -> Iterator[str]:
        yield ""
        yield f"### {number}&#46; {plain(fix.title)} ({self._word(f'risk-{fix.changes}')})"
        yield ""
        if fix.warning:
            yield f"**!** {plain(fix.warning)}"
            yield ""
        if commands := [*(f"{name}={value}" for name, value in fix.env.items()), *fix.commands]:
            yield _block("\n".join(commands))
            yield ""
        yield from (f"- {plain(step)}" for step in fix.steps)
        if fix.verify:
            yield ""
            yield f"**{self._word('check')}:** {plain(fix.verify)}"
            if fix.verify_commands:
                yield ""
                yield _block("\n".join(fix.verify_commands))

    def _examples(self) -> Iterator[str]:
        if not self._signature.examples:
            return
        yield from self._heading("kb-example")
        for example in self._signature.examples[:_EXAMPLES]:
            yield _block(example.text.rstrip())
            yield ""
            yield f"<{example.source}>" if re.fullmatch(r"https?://[^\s<>]+", example.source) else plain(example.source)
            yield ""

    def _consequences(self) -> Iterator[str]:
        known = [other for other in self._signature.consequences if other in self._known]
        if known:
            yield from self._heading("kb-follows")
            up = "../" * (len(self._signature.id.split(".")) - 1)
            yield from (f"- [{plain(other)}]({up}{_file(other)})" for other in known)


def _block(text: str) -> str:
    """Preformatted text as one raw block, in which Markdown reads nothing."""
    lines = "\n".join(line or "&#8203;" for line in escape(text).split("\n"))
    return f"<pre><code>{lines}</code></pre>"
