"""One pattern from a table of wordings."""

from __future__ import annotations

import re


def any_of(*patterns: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern that matches where one of `patterns` does."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), flags)
