"""What can be told of a signature without running it: linear patterns, plain pieces, placeholders, examples."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voicelog.linear import compile_pattern
from voicelog.placeholders import names, optional_names
from voicelog.signatures.codes import patterns_of
from voicelog.signatures.literals import required
from voicelog.signatures.types import Alternative, Signature, Text

FACTS = frozenset(
    {
        *("os", "wsl", "python", "environment", "interpreter", "torch", "torch_build", "cuda", "driver", "driver_cuda"),
        *("gpu", "gpu_arch", "gpu_vendor", "vram_total", "vram_free", "ram_total", "pip", "torch_index"),
    }
)
"""Names that a text may use besides captures."""
_ALWAYS = frozenset({"pip", "python", "torch_index", "free_port"})
_LONGEST_TITLE = 70
_SHELL = re.compile(r"&&|\|\||[;`]|\$\(|(?<![<>=!~])[<>](?![=\d.{])|\s\|\s")


def lint(signature: Signature) -> Iterator[str]:
    """What is wrong with one signature, as sentences."""
    yield from _examples(signature)
    for alternative in signature.match:
        yield from _alternative(alternative)
    yield from _texts(signature)
    yield from _fixes(signature)


def _examples(signature: Signature) -> Iterator[str]:
    if len({example.source for example in signature.examples}) < 2:
        yield "needs two examples from different places"
    if not signature.not_examples:
        yield "needs a near miss under not_examples"
    if not signature.benign and not signature.fixes:
        yield "needs a fix"
    identifiers = [fix.id for fix in signature.fixes]
    if len(set(identifiers)) < len(identifiers):
        yield "two fixes share an id"


def _alternative(alternative: Alternative) -> Iterator[str]:
    for code in alternative.codes:
        if not patterns_of(code):
            yield f"code '{code}' is no form that is known"
    for pattern in (alternative.pattern, *alternative.all, *alternative.none):
        if not pattern:
            continue
        try:
            compile_pattern(pattern)
            re.compile(pattern, re.ASCII)
        except (ValueError, re.error) as error:
            yield f"pattern '{pattern}' is not usable: {error}"
    if alternative.pattern and not required(alternative.pattern):
        yield f"pattern '{alternative.pattern}' has a branch without a plain piece of four characters"


def _texts(signature: Signature) -> Iterator[str]:
    captured = [_captures(alternative) for alternative in signature.match]
    everywhere = (frozenset.intersection(*captured) if captured else frozenset()) | signature.when.needs.keys()
    anywhere = frozenset().union(*captured)
    texts = {"title": signature.title, "cause": signature.cause}
    for fix in signature.fixes:
        texts[f"fix {fix.id} title"] = fix.title
        texts.update({f"fix {fix.id} step {at + 1}": step for at, step in enumerate(fix.steps)})
        if fix.verify:
            texts[f"fix {fix.id} verify"] = fix.verify.text
        if fix.warning:
            texts[f"fix {fix.id} warning"] = fix.warning
    for where, text in texts.items():
        yield from (f"{where}: {problem}" for problem in _placeholders(text, everywhere, anywhere))
    if max(map(len, signature.title)) > _LONGEST_TITLE:
        yield f"the title is longer than {_LONGEST_TITLE} characters"


def _captures(alternative: Alternative) -> frozenset[str]:
    return frozenset(re.findall(r"\(\?P<(\w+)>", alternative.pattern))


def _placeholders(text: Text, everywhere: frozenset[str], anywhere: frozenset[str]) -> Iterator[str]:
    if not text.en or not text.zh:
        yield "one language is empty"
    if names(text.en) != names(text.zh):
        yield f"placeholders differ: {sorted(names(text.en))} and {sorted(names(text.zh))}"
    for name in sorted(names(text.en) | names(text.zh)):
        optional = name in optional_names(text.en) and name in optional_names(text.zh)
        if name not in anywhere and name not in FACTS and not re.fullmatch(r"[a-z][a-z0-9_.]*", name):
            yield f"'{{{name}}}' is neither a capture nor a fact"
        elif name not in everywhere and name not in _ALWAYS and not optional:
            yield f"'{{{name}}}' is not always there: put it between [[ and ]]"


def _fixes(signature: Signature) -> Iterator[str]:
    for fix in signature.fixes:
        for command in fix.commands:
            if _SHELL.search(re.sub(r"'[^']*'|\"[^\"]*\"", "", command)):
                yield f"fix {fix.id}: '{command}' needs a shell: one program each, no pipes"
        if not (fix.steps or fix.commands or fix.env or fix.args or fix.edit):
            yield f"fix {fix.id}: says nothing to do"
