"""Where the bundled knowledge is."""

from __future__ import annotations

from pathlib import Path

MANIFEST = "pack.yaml"
"""The file that makes a folder or a zip of signatures a pack."""


def bundled() -> Path:
    """The knowledge shipped in the wheel, or the checkout's own when run from one."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "knowledge"
    return shipped if shipped.is_dir() else package.parents[1] / "knowledge"


def areas(folder: Path) -> list[str]:
    """First parts of the ids below `folder`: names that no pack may take."""
    return sorted(path.name for path in (folder / "signatures").iterdir())
