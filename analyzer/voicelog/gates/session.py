"""Checking what a person names: entries of the base, drafts, packs; again and again while they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from voicelog.gates.check import Checked, lint_entry, run_entry
from voicelog.gates.targets import Targets, find_targets
from voicelog.gates.whole import Whole, open_whole
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.compile import lazy_sections
from voicelog.signatures.load import Entry
from voicelog.signatures.location import areas, bundled
from voicelog.signatures.pack_files import PackError
from voicelog.signatures.packs import load_pack, problem_of
from voicelog.signatures.types import Problem

Kind = Literal["lint", "test"]
_MOST_MEASURED = 20
"""Entries up to which the reach of each is measured: the tests of the others say the same for a whole base."""


class Session:
    """The gates over some named entries; `check` may be called again after files have changed."""

    def __init__(self, named: Sequence[str], folders: Sequence[Path]) -> None:
        self._named = named
        self._folders = folders
        self._whole: Whole | None = None

    def check(self, kind: Kind) -> list[Checked]:
        """What the gates say of each entry; raises InputError for a name that means nothing."""
        targets = find_targets(self._named, self._folders)
        self._whole = whole = open_whole(self._folders, targets.drafts, self._whole)
        return [
            *self._entries(kind, targets, whole),
            *(one for pack in targets.packs for one in _pack(kind, pack, whole)),
        ]

    def stamps(self) -> dict[Path, float]:
        """When each file that matters was last written."""
        targets = find_targets(self._named, self._folders)
        files = [Path(one.file) for one in targets.entries]
        files += [
            file for pack in targets.packs for file in ([pack] if pack.is_file() else sorted(pack.rglob("*.yaml")))
        ]
        return {file: file.stat().st_mtime for file in files if file.exists()}

    def _entries(self, kind: Kind, targets: Targets, whole: Whole) -> Iterator[Checked]:
        few = len(targets.entries) <= _MOST_MEASURED
        for entry in targets.entries:
            checked = lint_entry(entry, whole, reach=few) if kind == "lint" else run_entry(entry, whole)
            yield _with_taken_id(checked, entry, whole) if entry in targets.drafts else checked


def _with_taken_id(checked: Checked, draft: Entry, whole: Whole) -> Checked:
    """A draft whose id an entry of the base has already."""
    other = next(
        (one.file for path, one in whole.entries.items() if one.signature and one.signature.id == checked.id), ""
    )
    if not checked.id or other == draft.file:
        return checked
    line = draft.lines.get(("id",), 1)
    problem = Problem(
        draft.file, line, f"the id {checked.id} is taken by {other}", "choose another, or extend that file"
    )
    return replace(checked, problems=(problem, *checked.problems))


def _pack(kind: Kind, path: Path, whole: Whole) -> Iterator[Checked]:
    """The entries of a pack, which are asked beside the base."""
    try:
        pack = load_pack(path, areas(bundled()))
    except PackError as error:
        yield Checked(str(path), "", (problem_of(error, path),))
        return
    beside = KnowledgeBase("pack", lazy_sections(pack.loaded))
    base = KnowledgeBase(whole.base.key, whole.base.section, beside)
    known = {**whole.entries, **{Path(one.file): one for one in pack.entries}}
    inside = Whole(known, whole.stamps, base, whole.vocabulary)
    if pack.loaded.problems:
        yield Checked(str(path), "", pack.loaded.problems)
    for entry in pack.entries:
        yield lint_entry(entry, inside, reach=False) if kind == "lint" else run_entry(entry, inside)
