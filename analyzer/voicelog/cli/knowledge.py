"""The knowledge base that a command answers from."""

from __future__ import annotations

from pathlib import Path

from voicelog import api
from voicelog.cli.settings import Settings
from voicelog.errors import ConfigurationError
from voicelog.packs.find import find_packs
from voicelog.signatures.base import KnowledgeBase


def open_knowledge(settings: Settings, *places: Path) -> KnowledgeBase:
    """The bundled base with the folders that the settings name, and beside it the packs.

    Packs are those of the settings, of the projects that `places` (else the current folder) lie in, and the user's.
    """
    check_folders(settings)
    packs = find_packs(settings.packs, places or [Path.cwd()])
    return api.open_knowledge([Path(one) for one in settings.knowledge], packs)


def deferred_knowledge(settings: Settings) -> KnowledgeBase:
    """The same, opened only when an answer needs a text of it; a wrong setting is said at once."""
    check_folders(settings)
    return KnowledgeBase.deferred(lambda: open_knowledge(settings))


def check_folders(settings: Settings) -> None:
    """Raises ConfigurationError where a folder of signatures is not there."""
    for folder in settings.knowledge:
        if not Path(folder).is_dir():
            hint = "correct --knowledge, VOICELOG_KNOWLEDGE or the configuration file"
            raise ConfigurationError("no-knowledge", "is no folder of signatures", where=folder, hint=hint)
