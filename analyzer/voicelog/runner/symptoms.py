"""What only the watching shows, as lines that stand behind the output and are read like it.

Each line is a fact with its figures; which cause it means is decided by the signatures, as for every other line.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from statistics import median

from voicelog.runner.types import Exit, Sample

MARK = "voicelog-watch: "
_MIB = 2**20
_FULL = 0.9
"""Share of the memory from which the kernel has a reason to end a program."""
_HARDLY_FREE = 0.05
_DISK_LOW = 64 * _MIB
_SILENT = 20.0
"""Seconds without output and without work from which a program that had to be stopped hung."""
_IDLE = 5.0
"""Percent of one core under which a program waits."""
_BUSY = 80.0
_LONG = 10
"""Samples from which a run is long enough to speak of its habits."""
_SWAPPED = 512 * _MIB


def observations(exit: Exit, samples: Sequence[Sample], *, oom_kills: int, last_line: str) -> list[str]:
    """The lines for one run that has ended; `oom_kills` counts what the kernel ended meanwhile in this container."""
    return [MARK + line for line in _observed(exit, samples, oom_kills, last_line)]


def _observed(exit: Exit, samples: Sequence[Sample], oom_kills: int, last_line: str) -> Iterator[str]:
    yield from _memory(exit, samples, oom_kills)
    yield from _hang(exit, samples, last_line)
    if exit.code or exit.stopped_by:
        yield from _disk(samples)
    yield from _swapping(samples)
    yield from _idle_gpu(samples)


def ending(exit: Exit) -> str:
    """How the program ended, where that was not well and not on request."""
    if exit.stopped_by or not exit.code:
        return ""
    if exit.signal:
        return f"{MARK}ended by {signal_name(exit.signal)} without a word of its own"
    if exit.code > 255:
        return f"{MARK}ended with status 0x{exit.code & 0xFFFFFFFF:08X}"
    return f"{MARK}exit code {exit.code}"


def signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _memory(exit: Exit, samples: Sequence[Sample], oom_kills: int) -> Iterator[str]:
    if exit.signal != 9 or exit.stopped_by or not samples:
        return
    limit = samples[-1].memory_limit
    most = max(exit.memory, *(sample.memory for sample in samples))
    tight = most >= _FULL * limit or samples[-1].memory_free <= _HARDLY_FREE * limit
    if oom_kills or tight:
        share = f"{100 * most // limit} % of the limit ({size(most)} of {size(limit)})"
        yield f"killed by the kernel with memory at {share}"


def _hang(exit: Exit, samples: Sequence[Sample], last_line: str) -> Iterator[str]:
    if not exit.stopped_by or not samples or samples[-1].silent < _SILENT:
        return
    quiet = [sample.cpu for sample in samples if sample.at > samples[-1].at - samples[-1].silent]
    if quiet and median(quiet) <= _IDLE:
        where = f"waiting on {samples[-1].sockets} network connections" if samples[-1].sockets else "waiting"
        yield f"no output and no work for {samples[-1].silent:.0f} s, {where}, after the line: {last_line[:120]}"


def _disk(samples: Sequence[Sample]) -> Iterator[str]:
    if not samples or samples[-1].disk_free > _DISK_LOW:
        return
    first, last = samples[0].disk_free, samples[-1].disk_free
    if last < first or last == 0:
        yield f"the disk filled up, {size(last)} left of {size(first)} at the start"


def _swapping(samples: Sequence[Sample]) -> Iterator[str]:
    if len(samples) < _LONG:
        return
    third = len(samples) // 3
    grown = samples[-1].swap_used - samples[0].swap_used
    read = samples[-1].swapped_in - samples[0].swapped_in
    early, late = (median(sample.cpu for sample in part) for part in (samples[:third], samples[-third:]))
    if grown > _SWAPPED and read > _SWAPPED and late < early / 2:
        work = f"processor {early:.0f} % then {late:.0f} %"
        yield f"slower and slower while swapping, {size(grown)} of memory moved to disk, {work}"


def _idle_gpu(samples: Sequence[Sample]) -> Iterator[str]:
    """Cards that nobody uses while the processor does the work of a model."""
    if len(samples) < _LONG or not samples[-1].gpus or median(sample.cpu for sample in samples) < _BUSY:
        return
    seen = [gpu for sample in samples for gpu in sample.gpus]
    before = {gpu.number: gpu.memory_used for gpu in samples[0].gpus}
    if all(gpu.load <= 1 and gpu.memory_used - before.get(gpu.number, 0) < 64 * _MIB for gpu in seen):
        busy = median(sample.cpu for sample in samples)
        yield f"all work on the processor ({busy:.0f} %) while {seen[0].name} idles"


def size(number: float) -> str:
    """Bytes as a person reads them."""
    return f"{number / 2**30:.1f} GiB" if number >= 2**30 else f"{number / _MIB:.0f} MiB"
