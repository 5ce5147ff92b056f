"""The knowledge base that a command answers from."""

from __future__ import annotations

from pathlib import Path

from voicelog.cli.settings import Settings
from voicelog.errors import ConfigurationError
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.cache import open_base
from voicelog.signatures.location import bundled


def open_knowledge(settings: Settings) -> KnowledgeBase:
    """The bundled base with the folders that the settings name."""
    _check(settings)
    return open_base([bundled(), *map(Path, settings.knowledge)])


def deferred_knowledge(settings: Settings) -> KnowledgeBase:
    """The same, opened only when an answer needs a text of it; a wrong setting is said at once."""
    _check(settings)
    return KnowledgeBase.deferred(lambda: open_knowledge(settings))


def _check(settings: Settings) -> None:
    for folder in settings.knowledge:
        if not Path(folder).is_dir():
            hint = "correct --knowledge, VOICELOG_KNOWLEDGE or the configuration file"
            raise ConfigurationError("no-knowledge", "is no folder of signatures", where=folder, hint=hint)
