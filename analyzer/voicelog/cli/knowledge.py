"""The knowledge base that a command answers from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from voicelog.cli.settings import Settings
from voicelog.errors import ConfigurationError
from voicelog.packs.find import find_packs
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.location import bundled

if TYPE_CHECKING:
    from voicelog.catalog.origin import Places


def open_knowledge(settings: Settings, *places: Path) -> KnowledgeBase:
    """The bundled base with the folders that the settings name, and beside it the packs that `places` lead to."""
    from voicelog import api  # late: a model file without findings is answered without the base

    return api.open_knowledge(knowledge_folders(settings)[1:], knowledge_packs(settings, *places))


def deferred_knowledge(settings: Settings) -> KnowledgeBase:
    """The same, opened only when an answer needs a text of it; a wrong setting is said at once."""
    knowledge_folders(settings)
    return KnowledgeBase.deferred(lambda: open_knowledge(settings))


def knowledge_folders(settings: Settings) -> list[Path]:
    """The bundled folder and those that the settings name; raises ConfigurationError where one is none."""
    for folder in settings.knowledge:
        if not Path(folder).is_dir():
            hint = "correct --knowledge, VOICELOG_KNOWLEDGE or the configuration file"
            raise ConfigurationError("no-knowledge", "is no folder of signatures", where=folder, hint=hint)
    return [bundled(), *map(Path, settings.knowledge)]


def knowledge_packs(settings: Settings, *places: Path) -> tuple[Path, ...]:
    """Packs of the settings, of the projects that `places` (else the current folder) lie in, and the user's."""
    return tuple(find_packs(settings.packs, places or [Path.cwd()]))


def knowledge_places(settings: Settings) -> Places:
    """The folders and packs in which a signature may stand."""
    from voicelog.catalog.origin import Places

    return Places(tuple(knowledge_folders(settings)), knowledge_packs(settings))
