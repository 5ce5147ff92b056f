"""What can be told of a signature without running it: linear patterns, plain pieces, placeholders, examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from voicelog.linear import compile_pattern
from voicelog.placeholders import names, optional_names
from voicelog.signatures.codes import patterns_of
from voicelog.signatures.literals import least, required
from voicelog.signatures.types import CERTAINTIES, Alternative, Problem, Signature, Text

if TYPE_CHECKING:
    from voicelog.signatures.document import Lines, Path

FACTS = frozenset(
    {
        *("os", "wsl", "python", "environment", "interpreter", "torch", "torch_build", "cuda", "driver", "driver_cuda"),
        *("gpu", "gpu_arch", "gpu_vendor", "vram_total", "vram_free", "ram_total", "pip", "torch_index"),
    }
)
"""Names that a text may use besides captures."""
_ALWAYS = frozenset({"pip", "python", "torch_index", "free_port"})
_LONGEST_TITLE = 70
_LONGEST_PATTERN = 4000
_LEAST_TELLING = 2
"""Letters and digits, besides those of general words, that a pattern must ask for; one hanzi is enough."""
_UNWRITTEN = "replace the TODO"
_SYNTAX = "RE2 syntax: no look-around, no back-references"
_SHELL = re.compile(r"&&|\|\||[;`]|\$\(|(?<![<>=!~])[<>](?![=\d.{])|\s\|\s")
_GENERAL = frozenset(
    {
        *(
            "error",
            "errors",
            "exception",
            "traceback",
            "most",
            "recent",
            "call",
            "last",
            "warning",
            "fatal",
            "critical",
        ),
        *("failed", "failure", "fail", "runtimeerror", "valueerror", "typeerror", "oserror", "importerror", "keyerror"),
        *("attributeerror", "indexerror", "assertionerror", "not", "to", "in", "the", "is", "of", "file", "line", "an"),
        *("错误", "失败", "异常", "警告", "报错", "出错"),
    }
)
"""Words that stand in logs of every kind: a pattern made of nothing else says nothing."""


class Remark(NamedTuple):
    """Something wrong with a signature, where in it, and how to mend it."""

    path: Path
    message: str
    hint: str = ""


def lint(signature: Signature) -> Iterator[Remark]:
    """What is wrong with one signature."""
    yield from _examples(signature)
    for at, alternative in enumerate(signature.match):
        yield from _alternative(("match", at), alternative)
    yield from _texts(signature)
    yield from _fixes(signature)


def located(remarks: Iterator[Remark], file: str, lines: Lines) -> Iterator[Problem]:
    """The remarks with the lines that they are about."""
    for remark in remarks:
        path = remark.path
        line = next((lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in lines), 1)
        yield Problem(file, line, remark.message, remark.hint)


def unusable(signature: Signature) -> Iterator[Remark]:
    """Patterns that cannot be searched with: not linear, wrong, or without end."""
    for at, alternative in enumerate(signature.match):
        for path, pattern in _patterns(("match", at), alternative):
            if len(pattern) > _LONGEST_PATTERN:
                yield Remark(path, f"the pattern is longer than {_LONGEST_PATTERN} characters", "split it")
                continue
            try:
                compile_pattern(pattern)
            except (ValueError, OverflowError, RecursionError) as error:
                yield Remark(path, f"pattern '{_short(pattern)}' is not usable: {error}", _SYNTAX)


def _patterns(path: Path, alternative: Alternative) -> Iterator[tuple[Path, str]]:
    if alternative.pattern:
        yield (*path, "pattern"), alternative.pattern
    for key, patterns in (("all", alternative.all), ("none", alternative.none)):
        for at, pattern in enumerate(patterns):
            yield (*path, key, at), pattern


def _examples(signature: Signature) -> Iterator[Remark]:
    wanted = 1 if signature.status == "experimental" else 2
    if len({example.source for example in signature.examples}) < wanted:
        hint = "add what the software printed elsewhere, with its source; one is enough while it is experimental"
        yield Remark(("examples",), "needs two examples from different places", hint)
    for at, example in enumerate(signature.examples):
        if "TODO" in example.source:
            yield Remark(("examples", at, "source"), f"example {at + 1}: its source is still to be written", _UNWRITTEN)
    for at, miss in enumerate(signature.not_examples):
        if "TODO" in miss.text or "TODO" in miss.why:
            yield Remark(("not_examples", at), f"near miss {at + 1} is still to be written", _UNWRITTEN)
    if not signature.not_examples:
        yield Remark(
            (), "needs a near miss under not_examples", "a line with nearly the same words that means something else"
        )
    if not signature.benign and not signature.fixes:
        yield Remark((), "needs a fix", "say what to do under 'fixes'")
    seen: set[str] = set()
    for at, fix in enumerate(signature.fixes):
        if fix.id in seen:
            yield Remark(("fixes", at, "id"), f"two fixes share the id '{fix.id}'", "rename one")
        seen.add(fix.id)


def _alternative(path: Path, alternative: Alternative) -> Iterator[Remark]:
    for code in alternative.codes:
        if not patterns_of(code):
            hint = "WinError 126, Errno 28, exit 137, signal SIGSEGV or status 0xC0000005"
            yield Remark((*path, "code"), f"code '{code}' is no form that is known", hint)
    if not alternative.pattern:
        return
    try:
        re.compile(alternative.pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        yield Remark((*path, "pattern"), f"pattern '{_short(alternative.pattern)}' is not usable: {error}", _SYNTAX)
        return
    if not required(alternative.pattern):
        message = f"pattern '{_short(alternative.pattern)}' has a branch without a plain piece of four characters"
        yield Remark((*path, "pattern"), message, "name in every branch words that the message always has")
    elif not _narrowed(alternative) and is_general(alternative.pattern):
        message = f"pattern '{_short(alternative.pattern)}' says no more than that something failed"
        hint = "add words that only this failure prints, or an exception, a module or a code"
        yield Remark((*path, "pattern"), message, hint)


def is_general(pattern: str) -> bool:
    """Whether the least that a pattern matches is made of words that stand in logs of every kind."""
    words = re.findall(r"[^\W_]+", least(pattern))
    telling = "".join(word for word in words if word not in _GENERAL)
    return sum(_LEAST_TELLING if char > "\u2e7f" else 1 for char in telling) < _LEAST_TELLING


def _narrowed(alternative: Alternative) -> bool:
    """Whether something else than the pattern speaks for it, or it claims to be no more than a usual reading."""
    named = alternative.codes or alternative.exceptions or alternative.modules or alternative.all
    return bool(named) or alternative.certainty < CERTAINTIES["high"]


def _short(pattern: str) -> str:
    return pattern if len(pattern) <= 100 else f"{pattern[:97]}..."


def _texts(signature: Signature) -> Iterator[Remark]:
    captured = [_captures(alternative) for alternative in signature.match]
    everywhere = (frozenset.intersection(*captured) if captured else frozenset()) | signature.when.needs.keys()
    anywhere = frozenset().union(*captured)
    texts: list[tuple[Path, str, Text]] = [
        (("title",), "title", signature.title),
        (("cause",), "cause", signature.cause),
    ]
    for at, fix in enumerate(signature.fixes):
        here: Path = ("fixes", at)
        texts.append(((*here, "title"), f"fix {fix.id} title", fix.title))
        texts += [((*here, "steps", n), f"fix {fix.id} step {n + 1}", step) for n, step in enumerate(fix.steps)]
        if fix.verify:
            texts.append(((*here, "verify"), f"fix {fix.id} verify", fix.verify.text))
        if fix.warning:
            texts.append(((*here, "warning"), f"fix {fix.id} warning", fix.warning))
    for path, where, text in texts:
        for message, hint in _placeholders(text, everywhere, anywhere):
            yield Remark(path, f"{where}: {message}", hint)
    if max(map(len, signature.title)) > _LONGEST_TITLE:
        yield Remark(("title",), f"the title is longer than {_LONGEST_TITLE} characters", "say the rest under 'cause'")


def _captures(alternative: Alternative) -> frozenset[str]:
    return frozenset(re.findall(r"\(\?P<(\w+)>", alternative.pattern))


def _placeholders(text: Text, everywhere: frozenset[str], anywhere: frozenset[str]) -> Iterator[tuple[str, str]]:
    if not text.en or not text.zh:
        yield "one language is empty", "write it in both"
    for value in text:
        if "TODO" in value:
            yield "is still to be written", _UNWRITTEN
            return
    if names(text.en) != names(text.zh):
        lacking = sorted(names(text.en) ^ names(text.zh))
        which = "zh" if lacking[0] in names(text.en) else "en"
        hint = f"name {', '.join(f'{{{name}}}' for name in lacking)} in both; '{which}' lacks {{{lacking[0]}}}"
        yield f"placeholders differ: {sorted(names(text.en))} and {sorted(names(text.zh))}", hint
    for name in sorted(names(text.en) | names(text.zh)):
        optional = name in optional_names(text.en) and name in optional_names(text.zh)
        if name not in everywhere and name not in _ALWAYS and not optional:
            yield f"'{{{name}}}' is not always there: put it between [[ and ]]", _near_name(name, anywhere)


def _near_name(name: str, anywhere: frozenset[str]) -> str:
    import difflib

    if name in anywhere or name in FACTS:
        return "some readings or logs do not tell it"
    near = difflib.get_close_matches(name, [*anywhere, *FACTS], 1)
    return f"did you mean '{{{near[0]}}}'?" if near else "it is no capture; a package's name is a fact"


def _fixes(signature: Signature) -> Iterator[Remark]:
    for at, fix in enumerate(signature.fixes):
        for number, command in enumerate(fix.commands):
            if _SHELL.search(re.sub(r"'[^']*'|\"[^\"]*\"", "", command)):
                path = ("fixes", at, "commands", number)
                yield Remark(
                    path, f"fix {fix.id}: '{command}' needs a shell", "one program each, no pipes, no redirection"
                )
        if fix.id == "todo":
            yield Remark(
                ("fixes", at, "id"), "a fix has no name yet", "name it in a word or two, such as install-ffmpeg"
            )
        if not (fix.steps or fix.commands or fix.env or fix.args or fix.edit):
            hint = "add steps, commands, env, args or edit"
            yield Remark(("fixes", at), f"fix {fix.id}: says nothing to do", hint)
