"""Patterns that cannot be made to run for ever: RE2 where it loads, else `re` on the bounded lines that we search.

Signatures and packs are untrusted, so a pattern must be one that RE2 accepts; lines are cut before they are searched.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any, cast

try:
    import re2

    _options = re2.Options()
    _options.log_errors = False
    _options.max_mem = 16 << 20
except Exception:  # the wheel needs a C++ runtime that some of the machines we explain lack
    re2 = None

_NAMED_GROUP = re.compile(r"\(\?P<\w+>")


@lru_cache(maxsize=4096)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """`pattern`, searched with ASCII classes; raises ValueError where it is outside RE2's syntax or wrong.

    RE2's object has the methods of `re.Pattern` that are used here.
    """
    if re2 is not None:
        try:
            return cast("re.Pattern[str]", re2.compile(pattern, _options))
        except re2.error as error:
            reason = error.args[0] if error.args else "?"
            raise ValueError(reason.decode() if isinstance(reason, bytes) else str(reason)) from None
    try:
        return re.compile(pattern, re.ASCII)
    except re.error as error:
        raise ValueError(str(error)) from None


def any_of(*patterns: str, ignore_case: bool = False) -> re.Pattern[str]:
    """A pattern that matches where one of `patterns` does."""
    return compile_pattern(("(?i)" if ignore_case else "") + "|".join(f"(?:{pattern})" for pattern in patterns))


def literal(text: bytes) -> re.Pattern[bytes]:
    """What finds `text` in bytes, ASCII letters in either case."""
    if re2 is None or not text.isascii():
        return re.compile(re.escape(text), re.IGNORECASE)
    return cast("re.Pattern[bytes]", re2.compile(b"(?i)" + re2.escape(text), _options))


def holds(pattern: re.Pattern[str], text: str) -> bool:
    """Whether `pattern` matches somewhere in `text`; RE2 is quicker where nobody asks where."""
    return pattern.search(text if re2 is None else text.encode("utf-8", "surrogatepass")) is not None  # type: ignore[arg-type]


def lines_where(lines: Sequence[str], *patterns: re.Pattern[str]) -> set[int]:
    """The lines, counted from 0, in which one of `patterns` matches; the others cost next to nothing."""
    if re2 is None or not lines:
        return {number for number, line in enumerate(lines) if any(pattern.search(line) for pattern in patterns)}
    text = "\n".join(lines).encode("utf-8", "surrogatepass")
    starts = list(accumulate((len(line) + 1 for line in text.split(b"\n")), initial=0))
    return {line for pattern in patterns for line in _lines_where(pattern, text, starts)}


def _lines_where(pattern: Any, text: bytes, starts: list[int]) -> Iterator[int]:
    within: Any = compile_pattern(f"(?m){pattern.pattern}")
    at = 0
    while at <= len(text) and (hit := within.search(text, at)):
        first = bisect_right(starts, hit.start()) - 1
        last = bisect_right(starts, max(hit.end() - 1, hit.start())) - 1
        for line in range(first, last + 1):
            # a match over several lines says nothing of any one of them
            if first == last or pattern.search(text[starts[line] : starts[line + 1] - 1]):
                yield line
        at = starts[last + 1]


def either(*patterns: re.Pattern[str]) -> re.Pattern[str]:
    """A pattern that matches where one of `patterns` does; it captures nothing."""
    return any_of(*(_NAMED_GROUP.sub("(?:", pattern.pattern) for pattern in patterns))
