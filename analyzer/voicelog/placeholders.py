"""Texts with `{name}` and `[[ optional ]]`: what they name, and what they say once filled."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAME = re.compile(r"\{([a-z_][a-z0-9_.]*)\}")
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)


def names(text: str) -> frozenset[str]:
    """Every placeholder of `text`."""
    return frozenset(_NAME.findall(text))


def optional_names(text: str) -> frozenset[str]:
    """Placeholders that stand between [[ and ]] only."""
    outside = _OPTIONAL.sub("", text)
    return frozenset(name for part in _OPTIONAL.findall(text) for name in _NAME.findall(part)) - names(outside)


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with its placeholders replaced; an optional part without all its values is left out."""

    def part(found: re.Match[str]) -> str:
        inside = found.group(1)
        return inside if all(name in values for name in _NAME.findall(inside)) else ""

    return _NAME.sub(lambda found: values.get(found.group(1), "…"), _OPTIONAL.sub(part, text))


def complete(text: str, values: Mapping[str, str]) -> bool:
    """Whether every placeholder has a value."""
    return all(name in values for name in names(text))
