"""How much a run held over its time, in as many points as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from voicelog.runner.types import Run, Sample


class Curve(NamedTuple):
    """One quantity of a run over its time."""

    name: str
    """memory, or the card's number."""
    card: str
    """The card whose memory it is; empty for that of the machine."""
    limit: int
    """Bytes that there are in all; 0 where nobody told."""
    times: tuple[float, ...]
    """Seconds since the start, ascending."""
    values: tuple[float, ...]
    """Bytes at these times."""

    @property
    def highest(self) -> float:
        return max(self.values, default=0.0)

    def points(self, count: int) -> list[float]:
        """0, then the highest value in each of the equal parts of the time, `count` points in all.

        The 0 is what a program holds before it starts: a scale that began at the lowest sample would make a constant
        look like nothing. A part without a sample has the value of the sample before it.
        """
        parts = count - 1
        if not self.times or parts < 1:
            return []
        whole = self.times[-1] or 1.0
        highest: dict[int, float] = {}
        latest: dict[int, float] = {}
        for at, value in zip(self.times, self.values, strict=True):
            part = min(int(at / whole * parts), parts - 1)
            highest[part] = max(highest.get(part, 0.0), value)
            latest[part] = value
        points, before = [0.0], 0.0
        for part in range(parts):
            points.append(highest.get(part, before))
            before = latest.get(part, before)
        return points


def curves_of(run: Run) -> list[Curve]:
    """Memory of the program, and of each card, where they were sampled at least twice."""
    if len(run.samples) < 2:
        return []
    last = run.samples[-1]
    found = [_curve(run.samples, "memory", "", last.memory_limit, lambda one: one.memory)]
    for gpu in last.gpus:
        found.append(_curve(run.samples, str(gpu.number), gpu.name, gpu.memory_total, _used(gpu.number)))
    return found


def _used(number: int) -> Callable[[Sample], int]:
    return lambda sample: next((gpu.memory_used for gpu in sample.gpus if gpu.number == number), 0)


def _curve(samples: Sequence[Sample], name: str, card: str, limit: int, value: Callable[[Sample], int]) -> Curve:
    times = tuple(sample.at for sample in samples)
    return Curve(name, card, limit, times, tuple(float(value(sample)) for sample in samples))
