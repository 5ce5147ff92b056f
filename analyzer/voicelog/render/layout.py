"""What every page for a terminal shares: its width, its colours, its language."""

from __future__ import annotations

from voicelog.language import Language, word
from voicelog.render.width import width, wrap

STYLES = {
    "bold": "1",
    "red": "1;31",
    "green": "1;32",
    "fine": "32",
    "yellow": "33",
    "cyan": "36",
    "dim": "2",
}
_NARROWEST, _WIDEST = 40, 110


class Layout:
    """Text for one terminal; lines longer than a person reads with ease are not made on wide ones either."""

    def __init__(self, language: Language, *, columns: int = 80, color: bool = False) -> None:
        self._language = language
        self._columns = max(_NARROWEST, min(columns, _WIDEST))
        self._color = color

    def _word(self, name: str, **values: object) -> str:
        return word(name, self._language, values)

    def _style(self, text: str, style: str) -> str:
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self._color and text else text

    def _wrapped(self, text: str, indent: str = "  ", first: str | None = None) -> list[str]:
        lines = wrap(text, self._columns - width(indent))
        return [(first if first is not None and at == 0 else indent) + line for at, line in enumerate(lines)]
