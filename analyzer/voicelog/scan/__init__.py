"""Logs of any size: one pass over their bytes finds the parts worth reading, and only those are decoded and parsed."""

from __future__ import annotations

from voicelog.scan.excerpt import excerpt

__all__ = ["excerpt"]
