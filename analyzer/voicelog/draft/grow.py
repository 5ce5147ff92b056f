"""A signature file that grows a wording: a new item under `match` and under `examples`, nothing else touched."""

from __future__ import annotations

import re

_KEY = re.compile(r"^(?P<key>[a-z_]+):")


def grow(text: str, alternative: str, example: str) -> str:
    """The file's text with both items at the ends of their lists; raises ValueError where it has no such lists."""
    for key, item in (("match", alternative), ("examples", example)):
        text = _append(text, key, item)
    return text


def _append(text: str, key: str, item: str) -> str:
    lines = text.split("\n")
    starts = [at for at, line in enumerate(lines) if (found := _KEY.match(line)) and found["key"] == key]
    if len(starts) != 1 or lines[starts[0]].split("#")[0].strip() != f"{key}:":
        raise ValueError(key)
    end = next((at for at in range(starts[0] + 1, len(lines)) if _KEY.match(lines[at])), len(lines))
    while end > starts[0] + 1 and not lines[end - 1].strip():
        end -= 1
    return "\n".join([*lines[:end], *item.split("\n"), *lines[end:]])
