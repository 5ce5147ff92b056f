"""One value of a configuration file changed: everything else in the file stays as it is, byte for byte."""

from __future__ import annotations

import difflib
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from voicelog.errors import InputError
from voicelog.files import write_whole
from voicelog.runner.types import Edit
from voicelog.signatures.types import Setting

_LARGEST = 4 * 2**20


def find_edit(setting: Setting, folder: str) -> Edit | None:
    """What the setting would change below `folder`, or None where no file has the key or it has that value."""
    for name in setting.files:
        path = Path(folder, name)
        text = _text(path)
        for key in setting.keys if text else ():
            found = _value_of(text, key)
            if found is None:
                continue
            start, end = found
            after = _like(text[start:end], setting.value)
            if after != text[start:end]:
                return Edit(str(path), key, text[start:end], after)
    return None


def changed_text(edit: Edit) -> tuple[str, str]:
    """The whole file before and after; raises InputError where the value is no longer there."""
    text = _text(Path(edit.path))
    found = _value_of(text, edit.key)
    if found is None or text[slice(*found)] != edit.before:
        raise InputError("changed-file", f"'{edit.key}' is no longer {edit.before}", where=edit.path, hint="look again")
    return text, text[: found[0]] + edit.after + text[found[1] :]


def difference(edit: Edit) -> Iterator[str]:
    """The changed lines with - and +."""
    before, after = changed_text(edit)
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return (line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---"))


def make(edit: Edit) -> Edit:
    """Change the file, keep it as it was beside it, and say where; raises InputError where that cannot be done."""
    path = Path(edit.path)
    before, after = changed_text(edit)
    backup = path.with_name(f"{path.name}.voicelog-{time.strftime('%Y%m%d-%H%M%S')}.bak")
    try:
        with backup.open("x", encoding="utf-8", newline="") as stream:
            stream.write(before)
        write_whole(path, after.encode(), durable=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            "cannot-edit", f"cannot be changed: {reason}", where=edit.path, hint="check its permissions"
        ) from None
    return edit._replace(backup=str(backup))


def undo(edit: Edit) -> bool:
    """Put the value back as it was; False where somebody else has changed it since."""
    path, backup = Path(edit.path), Path(edit.backup)
    text = _text(path)
    found = _value_of(text, edit.key)
    if found is None or text[slice(*found)] != edit.after:
        return False
    restored = text[: found[0]] + edit.before + text[found[1] :]
    try:
        write_whole(path, restored.encode(), durable=True)
        if restored == _text(backup):
            backup.unlink()
    except OSError:
        return False
    return True


def _text(path: Path) -> str:
    """The file with its own line ends, or nothing where it is no small UTF-8 text."""
    try:
        if path.stat().st_size > _LARGEST:
            return ""
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _value_of(text: str, key: str) -> tuple[int, int] | None:
    """Where the plain value of a dotted key stands; JSON is read as the YAML that it is."""
    import yaml

    try:  # JSON may be indented with tabs, YAML may not: a space is as wide
        node: Any = yaml.compose(text.replace("\t", " "), Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    for part in key.split("."):
        if node is None or node.id != "mapping":
            return None
        node = next((value for name, value in node.value if name.value == part), None)
    if node is None or node.id != "scalar":
        return None
    return node.start_mark.index, node.end_mark.index


def _like(before: str, value: str) -> str:
    """`value` written as the one before it: quoted where that was."""
    if before[:1] == '"':
        return json.dumps(value, ensure_ascii=False)
    if before[:1] == "'":
        return "'" + value.replace("'", "''") + "'"
    return {"True": value.capitalize(), "False": value.capitalize()}.get(before, value)


def all_edits(settings: Sequence[Setting], folder: str) -> tuple[Edit, ...]:
    """One edit for each setting that finds its file."""
    return tuple(edit for edit in (find_edit(setting, folder) for setting in settings) if edit is not None)
