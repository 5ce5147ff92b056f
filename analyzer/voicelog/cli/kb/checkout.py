"""Whether this voicelog and the repository that a person works in belong together."""

from __future__ import annotations

from pathlib import Path

from voicelog.gates.corpus import corpus_folder
from voicelog.signatures.location import bundled

_MARKS = ("knowledge/causes.yaml", "analyzer/voicelog", "tests/corpus")


def works_here() -> bool:
    """Whether the current folder lies in the checkout whose base this voicelog answers from."""
    return corpus_folder() is not None and Path.cwd().is_relative_to(bundled().parent)


def remark() -> str:
    """The word to say where labelled logs are missing: here is a checkout, but of another copy, or there is none."""
    if corpus_folder() is not None:
        return ""
    here = Path.cwd()
    found = any(all((folder / mark).exists() for mark in _MARKS) for folder in (here, *here.parents))
    return "kb-apart" if found else "kb-no-logs"
