"""Results of `voicelog analyze` as text in each format: one by one where the format allows it, else all at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import NamedTuple

from voicelog.cli import streams
from voicelog.cli.settings import Settings
from voicelog.errors import InputError
from voicelog.experience import Experience, recall
from voicelog.model import Report
from voicelog.signatures.base import KnowledgeBase

Result = Report | InputError
Write = Callable[[Result], str]

WHOLE = ("json", "html")
"""Formats that are one document over all results."""


class Style(NamedTuple):
    """How results are worded and laid out."""

    format: str
    several: bool = False
    """More than one log is answered, so each answer names its own."""
    everything: bool = False
    explain: bool = False
    columns: int = 80
    color: bool = False


def style_for(settings: Settings, *, several: bool, everything: bool, explain: bool) -> Style:
    """The style for the terminal at hand."""
    return Style(settings.format, several, everything, explain, streams.columns(), streams.colored(sys.stdout))


def writer(style: Style, base: KnowledgeBase, settings: Settings) -> Write:
    """What puts one result into words; a format that is one document gets nothing of each."""
    if style.format in WHOLE:
        return lambda _: ""
    if style.format == "jsonl":
        return _jsonl(style, base, settings)
    return _markdown(style, base, settings) if style.format == "markdown" else _text(style, base, settings)


def document_of(results: Iterable[tuple[Result, str]], style: Style, base: KnowledgeBase, settings: Settings) -> str:
    """All results, each with the text of its log where that is shown, as one document."""
    answers = list(results)
    if style.format == "html":
        from voicelog.render.page import to_page

        reports = [(one, text) for one, text in answers if isinstance(one, Report)]
        texts = [text for _, text in reports]
        return to_page([one for one, _ in reports], base, settings.lang, texts, settings.site)
    seen = [one for one, _ in answers]
    from voicelog.render import document

    here = recall()
    values = [_values(one, style, base, settings, here) for one in seen]
    return document.dump(values[0] if len(values) == 1 and not style.several else values)


def _values(
    result: Result, style: Style, base: KnowledgeBase, settings: Settings, experience: Experience
) -> dict[str, object]:
    from voicelog.render import document

    if isinstance(result, InputError):
        return document.error_document(result.where, result.message, result.hint)
    return document.to_document(result, base, settings.lang, explain=style.explain, experience=experience)


def _jsonl(style: Style, base: KnowledgeBase, settings: Settings) -> Write:
    from voicelog.render import document

    here = recall()
    return lambda result: document.dump_line(_values(result, style, base, settings, here))


def _text(style: Style, base: KnowledgeBase, settings: Settings) -> Write:
    from voicelog.render.text import TextRenderer

    renderer = TextRenderer(
        base,
        settings.lang,
        columns=style.columns,
        color=style.color,
        everything=style.everything,
        explain=style.explain,
        experience=recall(),
        site=settings.site,
    )

    def write(result: Result) -> str:
        if isinstance(result, InputError):
            return ""
        named = style.several or "!" in result.source
        return renderer.render(result, named=named) + ("\n" if named else "")

    return write


def _markdown(style: Style, base: KnowledgeBase, settings: Settings) -> Write:
    from voicelog.render.markdown import to_markdown

    def write(result: Result) -> str:
        if isinstance(result, InputError):
            return ""
        title = f"## `{result.source}`\n\n" if style.several else ""
        return title + to_markdown(result, base, settings.lang, settings.site) + "\n"

    return write
