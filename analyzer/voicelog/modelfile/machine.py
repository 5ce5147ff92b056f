"""The memory that a model has to fit into: this machine's, and that of its largest card."""

from __future__ import annotations

from voicelog.machine.memory import read_memory
from voicelog.machine.nvidia import read_cards
from voicelog.modelfile.types import Machine

_MEBIBYTE = 1 << 20
_LIMIT = 3.0
"""Seconds that the driver may take: who asks about a file did not ask about a driver."""


def this_machine() -> Machine:
    """Memory in bytes; 0 for what cannot be found out."""
    try:
        memory = read_memory().total
    except Exception:  # a size that is not known is left out, whatever the reason
        memory = 0
    cards = [(card.total * _MEBIBYTE, card.name[:80]) for card in read_cards(_LIMIT) if card.total]
    largest = max(cards, default=(0, ""))
    return Machine(memory, *largest)
