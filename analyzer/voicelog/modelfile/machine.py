"""How much memory this machine and its graphics card have."""

from __future__ import annotations

import contextlib
import shutil
import subprocess

from voicelog.modelfile.types import Machine

_LONGEST = 3.0
"""Seconds that nvidia-smi may take."""
_QUERY = ("--query-gpu=memory.total,name", "--format=csv,noheader,nounits")


def this_machine() -> Machine:
    """Memory in bytes; 0 for what cannot be found out."""
    memory = 0
    with contextlib.suppress(Exception):  # a size that is not known is left out, whatever the reason
        import psutil

        memory = int(psutil.virtual_memory().total)
    card, name = _card()
    return Machine(memory, card, name)


def _card() -> tuple[int, str]:
    """Memory and name of the card with most of it."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return 0, ""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed query
            [program, *_QUERY], capture_output=True, timeout=_LONGEST, stdin=subprocess.DEVNULL, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0, ""
    cards = []
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        megabytes, _, name = line.partition(",")
        if megabytes.strip().isdigit():
            cards.append((int(megabytes) * 2**20, name.strip()[:80]))
    return max(cards, default=(0, ""))
