"""A signature as a page for the terminal, and lists of signatures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from voicelog.experience import NONE, UNTRIED, Experience
from voicelog.language import Language, pick, word
from voicelog.placeholders import fill, names
from voicelog.render.answer import FixText, fix_text
from voicelog.render.commands import machine_values
from voicelog.render.document import argument_values, setting_values
from voicelog.render.text import TextRenderer
from voicelog.render.width import cut, fold, width
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.types import Alternative, Condition, Example, Signature, Text

_EXAMPLE_LINES = 8
_PATTERNS_SHOWN = 6
_WIDEST_ID = 40


def generic_values(signature: Signature) -> dict[str, str]:
    """Every placeholder of a signature by its own name, `<requested>`, for texts that belong to no log."""
    texts: list[str] = [*signature.title, *signature.cause]
    for fix in signature.fixes:
        texts += [*fix.title, *fix.commands, *(part for step in fix.steps for part in step)]
        texts += [*(change.value for change in fix.args), *(fix.warning or ())]
        if fix.verify:
            texts += [*fix.verify.text, fix.verify.command]
    return {name: f"<{name}>" for text in texts for name in names(text)} | machine_values({})


def generic_text(text: Text, signature: Signature, language: Language) -> str:
    """One of the signature's texts as it reads without a log."""
    return fill(pick(text, language), generic_values(signature))


def generic_fixes(signature: Signature, language: Language, experience: Experience = NONE) -> list[FixText]:
    """The signature's fixes in their own order, without a log, with what they did on this machine."""
    values = generic_values(signature)
    return [
        fix_text(fix, values, language)._replace(tally=experience.get((signature.id, fix.id), UNTRIED))
        for fix in signature.fixes
    ]


def condition_text(condition: Condition, language: Language) -> str:
    """The facts with which a signature holds, or nothing where it always does."""
    parts = [f"{name} {' / '.join(accepted)}" for name, accepted in condition.needs.items()]
    refused = word("kb-not", language)
    parts += [f"{name} {refused} {' / '.join(values)}" for name, values in condition.excludes.items()]
    return f"{word('kb-when', language)}: {', '.join(parts)}" if parts else ""


def recognised_by(signature: Signature) -> list[str]:
    """One line for each way in which the signature shows: patterns, codes, exceptions, modules."""
    return [
        " + ".join([*one.codes, *one.exceptions, *one.modules, *([one.pattern] if one.pattern else [])])
        or f"= {one.like}"
        for one in signature.match
    ]


class EntryRenderer(TextRenderer):
    """Lays out signatures for one terminal."""

    def __init__(
        self,
        base: KnowledgeBase,
        language: Language,
        *,
        columns: int = 80,
        color: bool = False,
        experience: Experience = NONE,
    ) -> None:
        super().__init__(base, language, columns=columns, color=color, everything=True, experience=experience)

    def page(self, signature: Signature, file: str = "", link: str = "") -> str:
        """All that a signature says, ending in a newline."""
        return "\n".join(line.rstrip() for line in self._page(signature, file, link)) + "\n"

    def rows(self, found: Iterable[Signature]) -> str:
        """One signature a line: its id and its title."""
        shown = list(found)
        room = min(max((len(one.id) for one in shown), default=0), _WIDEST_ID)
        return "".join(f"{line.rstrip()}\n" for one in shown for line in self._row(one, room))

    def _row(self, signature: Signature, room: int) -> Iterator[str]:
        title = generic_text(signature.title, signature, self._language)
        lines = fold(title, max(self._columns - room - 4, 20))
        name = self._style(signature.id, "cyan")
        if len(signature.id) > room:
            yield f"  {name}"
            yield from (" " * (room + 4) + line for line in lines)
            return
        for at, line in enumerate(lines):
            yield (f"  {name}{' ' * (room - len(signature.id))}  " if at == 0 else " " * (room + 4)) + line

    def _page(self, signature: Signature, file: str, link: str) -> Iterator[str]:
        values = generic_values(signature)
        yield self._style(fill(pick(signature.title, self._language), values), "bold")
        yield f"  {self._style(signature.id, 'cyan')}"
        marks = [signature.category, signature.severity, signature.status, *signature.tags]
        yield from (self._style(line, "dim") for line in self._wrapped(" · ".join(marks)))
        yield ""
        yield from self._wrapped(fill(pick(signature.cause, self._language), values))
        yield from self._condition(signature.when)
        for number, fix in enumerate(generic_fixes(signature, self._language, self._experience), 1):
            if number == 1:
                yield from self._head_line("first")
            elif number == 2:
                yield from self._head_line("otherwise")
            yield from self._fix(fix, number)
        yield from self._known_by(signature)
        for example in signature.examples[:2]:
            yield from self._example(example)
        yield from self._listed("kb-follows", signature.consequences)
        yield from self._listed("references", signature.references)
        yield from self._listed("kb-file", [one for one in (file, link) if one])

    def _head_line(self, name: str) -> Iterator[str]:
        yield ""
        yield self._style(self._word(name), "bold")

    def _condition(self, condition: Condition) -> Iterator[str]:
        if text := condition_text(condition, self._language):
            yield ""
            yield from self._wrapped(text)

    def _known_by(self, signature: Signature) -> Iterator[str]:
        yield from self._head_line("kb-known-by")
        ways = recognised_by(signature)
        for way in ways[:_PATTERNS_SHOWN]:
            for at, line in enumerate(fold(cut(way, 2 * (self._columns - 4)), self._columns - 4)):
                yield ("  - " if at == 0 else "    ") + line
        if (hidden := len(ways) - _PATTERNS_SHOWN) > 0:
            yield self._style(f"  {self._word('kb-more', count=hidden)}", "dim")

    def _example(self, example: Example) -> Iterator[str]:
        yield from self._head_line("kb-example")
        lines = example.text.splitlines()
        for line in lines[-_EXAMPLE_LINES:]:
            yield from (self._style(f"  {piece}", "yellow") for piece in fold(cut(line, 3 * 70), self._columns - 2))
        yield self._style(f"  {example.source}", "dim")

    def _listed(self, name: str, entries: Sequence[str]) -> Iterator[str]:
        if entries:
            yield from self._head_line(name)
            yield from (f"  {self._style(one, 'cyan')}" for one in entries)


def entry_document(signature: Signature, language: Language) -> dict[str, Any]:
    """What a list tells of a signature, as plain values."""
    return {
        "id": signature.id,
        "status": signature.status,
        "category": signature.category,
        "severity": signature.severity,
        "tags": list(signature.tags),
        "title": generic_text(signature.title, signature, language),
    }


def whole_document(signature: Signature, language: Language, experience: Experience = NONE) -> dict[str, Any]:
    """Everything that a signature says, as plain values, texts in `language` with their placeholders."""
    return {
        **entry_document(signature, language),
        "cause": pick(signature.cause, language),
        "match": [_alternative(one) for one in signature.match],
        "phrases": list(signature.phrases),
        "when": _when(signature.when),
        "consequences": list(signature.consequences),
        "fixes": [
            {
                "id": fix.id,
                "title": pick(fix.title, language),
                "risk": fix.risk,
                "when": _when(fix.when),
                "steps": [pick(step, language) for step in fix.steps],
                "commands": list(fix.commands),
                "env": dict(fix.env),
                "args": argument_values(fix.args),
                "edit": setting_values(fix.edit),
                "warning": pick(fix.warning, language) if fix.warning else "",
                "verify": {"text": pick(fix.verify.text, language), "command": fix.verify.command}
                if fix.verify
                else None,
                "here": experience.get((signature.id, fix.id), UNTRIED)._asdict(),
            }
            for fix in signature.fixes
        ],
        "references": list(signature.references),
        "examples": [
            {"text": one.text, "source": one.source, "captures": dict(one.captures)} for one in signature.examples
        ],
        "not_examples": [{"text": one.text, "why": one.why} for one in signature.not_examples],
    }


def _alternative(alternative: Alternative) -> dict[str, Any]:
    return {name: value for name, value in alternative._asdict().items() if value}


def _when(condition: Condition) -> dict[str, Any]:
    return {
        "needs": {name: list(values) for name, values in condition.needs.items()},
        "excludes": {name: list(values) for name, values in condition.excludes.items()},
    }


def stats_rows(groups: Iterable[tuple[str, Iterable[tuple[str, int]]]], columns: int) -> Iterator[str]:
    """Named counts in columns under their headings."""
    for heading, counts in groups:
        yield ""
        yield heading
        cells = [f"{count:>5}  {name}" for name, count in counts]
        room = min(max(map(width, cells), default=1) + 3, columns)
        across = max(1, columns // room)
        for at in range(0, len(cells), across):
            yield "".join(cell + " " * (room - width(cell)) for cell in cells[at : at + across]).rstrip()
