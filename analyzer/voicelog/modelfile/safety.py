"""What the names in a pickle could do when the file is loaded.

fickling, kept up by Trail of Bits, judges what is dangerous. Scanners of this kind have been outwitted dozens of
times, nearly always by a name that was not on their list: so whatever is not known to be harmless is suspicious.
"""

from __future__ import annotations

from voicelog.modelfile.opcodes import HIDDEN
from voicelog.modelfile.tables import Tables
from voicelog.modelfile.types import Contents, Finding, Import, Safety

_OF_NUMBERS = ("storage-missing", "storage-size", "zip-crc", "surplus")
"""Flaws that leave the pickles themselves readable."""
_PICKLES = ("torch-zip", "torch-legacy", "torch-tar", "torchscript", "pickle", "npy", "npz", "zip")
_SHOWN = 6


def judge(contents: Contents, tables: Tables) -> tuple[Safety, list[Finding]]:
    """The verdict on all names together, and what to say about those that stand out."""
    names = contents.imports
    other = [name for name in names if name not in tables.plain and name not in tables.project]
    dangerous = [name for name in other if name == HIDDEN or is_dangerous(name)]
    if dangerous:
        return "dangerous", [_finding("model.pickle-unsafe", "dangerous", dangerous)]
    if other:
        return "suspicious", [_finding("model.pickle-unsafe", "suspicious", other)]
    if contents.format in _PICKLES and any(flaw.slug not in _OF_NUMBERS for flaw in contents.flaws):
        return "unchecked", []
    classes = [name for name in names if name in tables.project]
    if classes:
        return "project", [_finding("model.weights-only", "refused", classes, "warning")]
    return ("plain" if names else "none"), []


def _finding(cause: str, slug: str, names: list[Import], severity: str = "error") -> Finding:
    shown = ", ".join(_plain(str(name)) for name in names[:_SHOWN])
    more = "" if len(names) <= _SHOWN else f" (+{len(names) - _SHOWN})"
    values = {"names": shown + more, "global": _plain(str(names[0]))}
    return Finding(cause, slug, "warning" if severity == "warning" else "error", values)


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text[:120])


def is_dangerous(name: Import) -> bool:
    """Whether fickling holds the import of `name` for malicious; one that no pickle could spell counts as such."""
    from fickling.analysis import Severity, check_safety
    from fickling.fickle import Pickled

    if not _spellable(name):
        return True
    code = f"c{name.module}\n{name.name}\n.".encode()
    try:
        verdict: Severity = check_safety(Pickled.load(code)).severity
    except Exception:  # whatever the library trips over is not harmless
        return True
    return bool(verdict >= Severity.LIKELY_OVERTLY_MALICIOUS)


def _spellable(name: Import) -> bool:
    parts = f"{name.module}.{name.name}".split(".")
    return all(part.isidentifier() or part.startswith("extension ") for part in parts)
