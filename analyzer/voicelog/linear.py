"""Patterns that cannot be made to run for ever: RE2 where it loads, else `re` on the bounded lines that we search.

Signatures and packs are untrusted, so a pattern must be one that RE2 accepts; lines are cut before they are searched.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

try:
    import re2

    _options = re2.Options()
    _options.log_errors = False
    _options.max_mem = 16 << 20
except Exception:  # the wheel needs a C++ runtime that some of the machines we explain lack
    re2 = None


@lru_cache(maxsize=4096)
def compile_pattern(pattern: str) -> Any:
    """An object with `search`; raises ValueError where the pattern is outside RE2's syntax or wrong."""
    if re2 is not None:
        try:
            return re2.compile(pattern, _options)
        except re2.error as error:
            reason = error.args[0] if error.args else "?"
            raise ValueError(reason.decode() if isinstance(reason, bytes) else str(reason)) from None
    try:
        return re.compile(pattern, re.ASCII)
    except re.error as error:
        raise ValueError(str(error)) from None
