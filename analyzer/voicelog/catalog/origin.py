"""From an id to the file that says everything of it, examples included."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from voicelog.errors import InputError
from voicelog.signatures.load import read_entry, roots
from voicelog.signatures.pack_files import PackError
from voicelog.signatures.packs import load_pack
from voicelog.signatures.schema import ID
from voicelog.signatures.types import Signature


@dataclass(frozen=True, slots=True)
class Places:
    """Where signatures are: folders of the base, and packs."""

    folders: tuple[Path, ...]
    packs: tuple[Path, ...] = ()


def whole_signature(identifier: str, places: Places) -> tuple[Signature, str] | None:
    """The signature with its examples, and its file; None where no file has it."""
    if not ID.fullmatch(identifier):
        return None
    for root in roots(places.folders):
        path = root.joinpath(*identifier.split(".")).with_suffix(".yaml")
        if path.is_file() and (signature := read_entry(path, identifier).signature):
            return signature, str(path)
    for pack_path in places.packs:
        try:
            pack = load_pack(pack_path)
        except PackError:
            continue
        for signature in pack.loaded.signatures:
            if signature.id == identifier:
                return signature, str(pack_path)
    return None


def no_such_signature(identifier: str, known: Iterable[str]) -> InputError:
    """The error for an id that is not there, with the nearest that are."""
    near = nearest_ids(identifier, list(known))
    hint = f"did you mean {' or '.join(near)}?" if near else "voicelog kb list shows all"
    return InputError("no-signature", "no signature has this id", where=identifier, hint=hint)


def nearest_ids(identifier: str, known: Sequence[str]) -> list[str]:
    """Ids that look alike, or whose last part does."""
    last = identifier.rsplit(".", 1)[-1]
    by_last = {one.rsplit(".", 1)[-1]: one for one in known}
    near = difflib.get_close_matches(identifier, known, 2, 0.6)
    return list(dict.fromkeys([*near, *(by_last[one] for one in difflib.get_close_matches(last, by_last, 2, 0.8))]))[:3]
