"""Everything that an entry is compared with: the other entries, the compiled base, the labelled logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from voicelog.gates.corpus import Case, corpus_folder, known_false_alarms, load
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.cache import cache_folder
from voicelog.signatures.compile import lazy_sections
from voicelog.signatures.load import Entry, Loaded, gather, id_of, read_entry, signature_files
from voicelog.signatures.memo import Memo
from voicelog.signatures.schema import read_signature
from voicelog.signatures.types import Signature

_BLIND = "blind"
"""Logs that nobody looks at while mending, and so no gate names."""

VOCABULARY = "causes.yaml"

Stamp = tuple[int, int]


@dataclass(frozen=True)
class Whole:
    """The entries of some folders, compiled, and the logs that gates read."""

    entries: Mapping[Path, Entry]
    stamps: Mapping[Path, Stamp]
    base: KnowledgeBase
    vocabulary: Mapping[str, str]
    """Category of every cause of the vocabulary."""

    @cached_property
    def signatures(self) -> dict[str, Signature]:
        """Every entry that can be used, by id."""
        return {one.signature.id: one.signature for one in self.entries.values() if one.signature is not None}

    @cached_property
    def logs(self) -> list[Case]:
        """Labelled logs, without those that are kept blind; none outside of a checkout."""
        folder = corpus_folder()
        return load(folder, without=folder / _BLIND) if folder else []

    @cached_property
    def false_alarms(self) -> frozenset[str]:
        folder = corpus_folder()
        return known_false_alarms(folder) if folder else frozenset()


def open_whole(folders: Sequence[Path], also: Sequence[Entry] = (), earlier: Whole | None = None) -> Whole:
    """The whole of `folders` with the entries of `also`; files that did not change are taken from `earlier`."""
    entries: dict[Path, Entry] = {}
    stamps: dict[Path, Stamp] = {}
    with Memo(cache_folder() / "entries.bin") as memo:
        for root, path in signature_files(folders):
            status = path.stat()
            stamps[path] = (status.st_mtime_ns, status.st_size)
            if earlier is not None and earlier.stamps.get(path) == stamps[path]:
                entries[path] = earlier.entries[path]
            else:
                entries[path] = _remembered(path, id_of(path, root), stamps[path], memo)
    entries.update((Path(one.file), one) for one in also)
    causes = {name: category for folder in folders for name, category in vocabulary(folder).items()}
    whole = Whole(entries, stamps, _compiled(gather(entries.values())), causes)
    if earlier is not None:
        for name in ("logs", "false_alarms"):
            if name in vars(earlier):
                vars(whole)[name] = vars(earlier)[name]
    return whole


def vocabulary(folder: Path) -> dict[str, str]:
    """Category of every cause that the folder's vocabulary names; empty where it has none."""
    import yaml

    path = folder / VOCABULARY
    if not path.is_file():
        return {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    causes = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)["causes"]  # noqa: S506 - both are safe
    return {identifier: one["category"] for identifier, one in causes.items()}


def _remembered(path: Path, identifier: str, stamp: Stamp, memo: Memo) -> Entry:
    """An entry, from the memory where its file did not change and was without fault."""
    known = memo.get(str(path.absolute()))
    if known is not None and tuple(known[:2]) == stamp:
        signature, problems = read_signature(known[2], {}, str(path))
        return Entry(str(path), signature, known[2], {}, tuple(problems))
    entry = read_entry(path, identifier)
    if not entry.problems:
        memo.put(str(path.absolute()), (*stamp, entry.value))
    return entry


def _compiled(loaded: Loaded) -> KnowledgeBase:
    """The base of what was loaded, without the similarity index, which no gate asks."""
    with Memo(cache_folder() / "pieces.bin") as memo:
        section = lazy_sections(loaded, demanded=memo.demanded)
        section("pieces")  # what is slow to find is found while the memory is open
    return KnowledgeBase("whole", section)
