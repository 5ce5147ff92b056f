"""Words of the place that shows a log and its answer."""

from __future__ import annotations

DIAGNOSE_WORDS: dict[str, tuple[str, str]] = {
    "log-reading": ("reading…", "正在读取…"),
    "log-lines": ("{count} lines", "共 {count} 行"),
}
