"""What must not be shared, replaced: the user's name, home folders, tokens, mail addresses."""

from __future__ import annotations

import getpass
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

_HOMES = re.compile(r"(?i)((?:[A-Z]:)?[\\/](?:users|home|documents and settings)[\\/])(?!<)[^\\/\s:;,'\"`]+")
_TOKENS = re.compile(
    r"\b(?:hf_[A-Za-z0-9]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|sk-[\w-]{16,}|AKIA[A-Z0-9]{16}"
    r"|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,})"
)
_CREDENTIALS = re.compile(r"(?<=://)[^\s/@:]+(?::[^\s/@]*)?@")
_MAILS = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")


class Redacted(NamedTuple):
    """A text that may be shared, and how often each kind of thing was replaced."""

    text: str
    counts: Mapping[str, int]


def redact(text: str) -> Redacted:
    """`text` with stand-ins for what tells who and where somebody is."""
    counts: Counter[str] = Counter()

    def put(kind: str, stand_in: str | Callable[[re.Match[str]], str]) -> Callable[[re.Match[str]], str]:
        def replaced(found: re.Match[str]) -> str:
            counts[kind] += 1
            return stand_in if isinstance(stand_in, str) else stand_in(found)

        return replaced

    text = _TOKENS.sub(put("token", "<token>"), text)
    text = _CREDENTIALS.sub(put("credentials", "<credentials>@"), text)
    text = _MAILS.sub(put("mail", "<mail>"), text)
    home = str(Path.home())
    if len(home) > 1:
        text = re.sub(re.escape(home) + r"(?=$|[\\/\s:;,'\"`])", put("home", "<home>"), text)
    text = _HOMES.sub(put("home", lambda found: f"{found[1]}<user>"), text)
    name = _user_name()
    if len(name) > 3:
        text = re.sub(rf"(?<![\w<]){re.escape(name)}(?![\w>])", put("user", "<user>"), text)
    return Redacted(text, dict(counts))


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
