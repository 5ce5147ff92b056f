"""Where the bundled knowledge is."""

from __future__ import annotations

from pathlib import Path


def bundled() -> Path:
    """The knowledge shipped in the wheel, or the checkout's own when run from one."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "knowledge"
    return shipped if shipped.is_dir() else package.parents[1] / "knowledge"
