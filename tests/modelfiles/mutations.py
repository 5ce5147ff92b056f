"""Damages files at random and inspects them: `python mutations.py SAMPLE SEED COUNT`, in a process of limited memory.

Prints how many were inspected, how many showed a finding, and the most memory used; ends by a signal or an exception
where one file was too much.
"""

from __future__ import annotations

import faulthandler
import json
import random
import struct
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent / "analyzer")]

from model_samples import SAMPLES, inspect  # noqa: E402

ROOM = 2**30
"""Bytes of address space that all of it may take: many times what honest files need."""
LONGEST = 60
"""Seconds after which one file counts as endless; honest ones take milliseconds, on a busy machine too."""
_ODD = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 2**40, 2**62, 2**63 - 1, 2**64 - 1)
_PIECES = (
    b"\x80\x04",
    b"\x95",
    b"(",
    b"}",
    b"]",
    b"t",
    b"R",
    b"\x93",
    b"\x8e",
    b"cos\nsystem\n",
    b"q\0h\0",
    b"PK\x05\x06",
    b"PK\x01\x02",
    b'{"a":',
    b"[" * 50,
    b"&a [*a]",
    b"\xff" * 8,
)


def damage(data: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """One to eight random changes."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed) + 1)
        end = min(len(changed), at + chance.choice((1, 2, 4, 8, 40, 300)))
        kind = chance.randrange(8)
        if kind == 0 and changed:
            changed[at % len(changed)] = chance.randrange(256)
        elif kind == 1:
            changed[at:end] = struct.pack(chance.choice("<>") + "Q", chance.choice(_ODD))[: chance.choice((1, 2, 4, 8))]
        elif kind == 2:
            del changed[at:end]
        elif kind == 3:
            changed[at:at] = chance.randbytes(chance.choice((1, 4, 30)))
        elif kind == 4:
            changed[at:at] = changed[at:end] * chance.choice((1, 2, 50))
        elif kind == 5:
            changed[at:at] = chance.choice(_PIECES)
        elif kind == 6:
            other = chance.choice(others)
            start = chance.randrange(len(other))
            changed[at:end] = other[start : start + chance.choice((10, 100, 1000))]
        else:
            del changed[max(1, at) :]
    return bytes(changed)


def main(name: str, seed: int, count: int) -> None:
    """Inspect `count` damaged copies of one sample, read to their end as `--deep` does."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        seeds = {one: make(Path(folder) / one).read_bytes() for one, make in SAMPLES.items()}
        others = list(seeds.values())
        path = Path(folder) / f"damaged-{name}"
        _limit()
        found = 0
        for number in range(count):
            data = damage(seeds[name], chance, others)
            path.write_bytes(data)
            faulthandler.dump_traceback_later(LONGEST, exit=True)
            result = inspect(path, deep=number % 4 == 0)
            faulthandler.cancel_dump_traceback_later()
            found += bool(result.findings)
    print(json.dumps({"files": count, "with_findings": found, "peak": _peak()}))


def _limit() -> None:
    """Where the system can, running out of memory ends this process and not the machine."""
    try:
        import resource
    except ImportError:
        return
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))


def _peak() -> int:
    if sys.platform == "linux":  # ru_maxrss would begin at the peak of the process that started this one
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
