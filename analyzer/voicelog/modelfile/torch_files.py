"""PyTorch checkpoints: the zip of torch 1.6 and newer, TorchScript, the older run of pickles, the oldest tar.

Layouts: torch/serialization.py (`_save`, `_legacy_save`, `_legacy_load`), caffe2/serialize/inline_container.cc.
"""

from __future__ import annotations

import io
import tarfile

from voicelog.modelfile.checkpoint import Checkpoint, Storage, unfold
from voicelog.modelfile.opcodes import Budget, Played, play
from voicelog.modelfile.types import BITS, Advance, Broken, Contents, Flaw, Import
from voicelog.modelfile.window import LARGEST, Cursor, Window
from voicelog.modelfile.zips import Directory, Member, check_member, data_start, read_directory, read_member

MAGIC = 0x1950A86A20F9469CFC6C
"""The number that begins a checkpoint of torch before 1.6."""

_HEADS = {"00": "v1", "01": "v2", "02": "v3", "03": "v3 LoRA", "04": "v4 LoRA", "05": "v2Pro", "06": "v2ProPlus"}
"""GPT-SoVITS process_ckpt.py: what stands in place of PK."""
_TAR_PARTS = frozenset(["sys_info", "pickle", "storages", "tensors"])
_MOST_PICKLES = 64
_ODD_SHOWN = 3


def read_zip(window: Window, advance: Advance | None) -> Contents:
    """A zip: a checkpoint, TorchScript, or an archive of other files. `advance` asks for every byte to be checked."""
    directory = read_directory(window)
    budget = Budget()
    names = [member.name for member in directory.members]
    pickles = [member for member in directory.members if _is_pickle(window, member)]
    if len(pickles) > _MOST_PICKLES:
        raise Broken("too-many", at=directory.start)
    # torch finds its members whatever the case of their letters
    main = next((member for member in pickles if member.name.lower().rpartition("/")[2] == "data.pkl"), None)
    flaws = list(directory.flaws)
    flaws += _member_flaws(window, directory, advance)
    if main is None:
        imports = [one for member in pickles for one in _play_member(window, member, budget).imports]
        return Contents("zip", entries=tuple(names), imports=_once(imports), flaws=tuple(flaws))
    prefix = main.name.rpartition("/")[0]
    script = f"{prefix}/constants.pkl" in names or any(name.startswith(f"{prefix}/code/") for name in names)
    played = _play_member(window, main, budget)
    others = [_play_member(window, member, budget) for member in pickles if member is not main]
    found = unfold(played.value)
    flaws += [flaw for one in (played, *others) for flaw in one.flaws]
    flaws += _storage_flaws(found, prefix, directory)
    head = window.peek(0, 2).decode("latin-1")
    if head in _HEADS:
        found.values["head"] = _HEADS[head]
    imports = [name for one in (played, *others) for name in one.imports]
    if script:
        # classes of the archive's own code, compiled by torch and never imported
        imports = [name for name in imports if not name.module.startswith("__torch__.")]
    return _contents("torchscript" if script else "torch-zip", found, imports, flaws)


def _is_pickle(window: Window, member: Member) -> bool:
    if member.name.lower().endswith(".pkl"):
        return True
    try:
        head = read_member(window, member, 2)
    except Broken:
        return False
    return len(head) == 2 and head[0] == 0x80 and 1 < head[1] < 6 and "/data/" not in member.name


def _play_member(window: Window, member: Member, budget: Budget) -> Played:
    try:
        return _play_all(read_member(window, member), budget)
    except Broken as broken:
        return Played(None, (), 0, (broken.flaw,))


def _with_followers(window: Window, first: Played, budget: Budget) -> Played:
    """`first` with the names of the pickles behind it: a loader may go on where the first one stopped."""
    imports, end = list(first.imports), first.end
    for _ in range(_MOST_PICKLES):
        if first.flaws or end >= window.size:
            break
        more = play(window, end, budget)
        imports += more.imports
        if budget.left < 0:
            return Played(first.value, _once(imports), end, more.flaws)
        if more.flaws or more.end <= end:
            break
        end = more.end
    return Played(first.value, _once(imports), end, first.flaws)


def _member_flaws(window: Window, directory: Directory, advance: Advance | None) -> list[Flaw]:
    flaws = []
    for member in directory.members:
        try:
            if advance:
                check_member(window, member, advance)
            else:
                data_start(window, member)
        except Broken as broken:
            flaws.append(broken.flaw)
        if len(flaws) >= _ODD_SHOWN:
            break
    return flaws


def _storage_flaws(found: Checkpoint, prefix: str, directory: Directory) -> list[Flaw]:
    """Storages that the archive lacks, or has in another size than the pickle says."""
    sizes = {member.name: member.size for member in directory.members}
    flaws = []
    for storage in found.storages.values():
        name = f"{prefix}/data/{storage.key}"
        size = sizes.get(name, sizes.get(f"{prefix}/constants/{storage.key}", sizes.get(f"{prefix}/{storage.key}")))
        if size is None:
            flaws.append(Flaw("storage-missing", {"member": name}))
        elif size != _bytes(storage):
            flaws.append(Flaw("storage-size", {"member": name, "bytes": size, "wanted": _bytes(storage)}))
        if len(flaws) >= _ODD_SHOWN:
            break
    return flaws


def read_pickle(window: Window, at: int = 0) -> Contents:
    """A file of pickles one after the other: a checkpoint of old torch, or any other."""
    budget = Budget()
    first = play(window, at, budget)
    if first.value == MAGIC and not first.flaws:
        return _read_legacy(window, first, budget)
    played = _with_followers(window, first, budget)
    return _contents("pickle", unfold(played.value), list(played.imports), list(played.flaws))


def _read_legacy(window: Window, first: Played, budget: Budget) -> Contents:
    """Magic and protocol number, system, object, keys of the storages; then each storage behind its count."""
    played, at = [first], first.end
    for _ in range(4):
        one = play(window, at, budget)
        played.append(one)
        at = one.end
        if one.flaws:
            break
    imports = [name for one in played for name in one.imports]
    flaws = [flaw for one in played for flaw in one.flaws]
    found = unfold(played[3].value) if len(played) > 3 else Checkpoint()
    if len(played) == 5 and not flaws:
        flaws += _legacy_storages(window, at, played[4].value, found.storages)
    return _contents("torch-legacy", found, imports, flaws)


def _legacy_storages(window: Window, at: int, keys: object, storages: dict[str, Storage]) -> list[Flaw]:
    cursor = Cursor(window, at)
    if not isinstance(keys, list):
        return [Flaw("pickle-broken", {"at": at})]
    try:
        for key in keys:
            storage = storages.get(str(key))
            count = cursor.number("q")
            if storage is not None and count != storage.count:
                return [Flaw("storage-size", {"member": str(key), "bytes": count, "wanted": storage.count})]
            cursor.skip(count * (BITS[storage.dtype] // 8 if storage else 4))
    except Broken as broken:
        return [broken.flaw]
    return []


def read_tar(window: Window) -> Contents:
    """The tar that torch wrote before 0.1.10; any other tar counts as an archive."""
    stream = io.BytesIO(window.peek(0, LARGEST))
    try:
        with tarfile.open(fileobj=stream, mode="r:") as archive:
            members = {member.name: member for member in archive if member.isfile()}
            if not _TAR_PARTS & members.keys():
                return Contents("tar", entries=tuple(members))
            if not members.keys() >= _TAR_PARTS:
                raise Broken("cut", at=window.size, wanted=1)
            inside = {name: archive.extractfile(members[name]) for name in _TAR_PARTS}
            data = {name: stream.read() if stream else b"" for name, stream in inside.items()}
    except (tarfile.TarError, EOFError, ValueError, OverflowError):
        raise Broken("tar", at=stream.tell()) from None
    budget = Budget()
    played = {name: _play_all(content, budget) for name, content in data.items() if content}
    main = played.get("pickle", Played(None, (), 0))
    imports = [name for one in played.values() for name in one.imports]
    flaws = list(main.flaws)
    # numbers lie between the pickles of these two, so that what follows the first cannot be followed
    if not flaws and any(played[name].end < len(data[name]) for name in played):
        flaws.append(Flaw("tar-unchecked"))
    return _contents("torch-tar", unfold(main.value), imports, flaws)


def _play_all(data: bytes, budget: Budget) -> Played:
    window = Window(io.BytesIO(data))
    return _with_followers(window, play(window, 0, budget), budget)


def _contents(form: str, found: Checkpoint, imports: list[Import], flaws: list[Flaw]) -> Contents:
    return Contents(
        form,
        tensors=tuple(found.tensors),
        entries=tuple(dict.fromkeys(found.entries)),
        values=found.values,
        imports=_once(imports),
        flaws=tuple(flaws[:_ODD_SHOWN]),
    )


def _once(imports: list[Import]) -> tuple[Import, ...]:
    return tuple(sorted(set(imports)))


def _bytes(storage: Storage) -> int:
    return storage.count * BITS[storage.dtype] // 8
