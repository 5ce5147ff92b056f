"""Many logs over several processes, answers in the order of the names."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice

from voicelog.cli.writers import Result

Answer = tuple[Result, str]
Work = Callable[[str], list[Answer]]

_BATCH = 8
"""Names that a process gets at once: a small log takes less time than to hand it over."""
_AHEAD = 4
"""Batches in flight for each process: enough to keep it busy, few enough to bound memory."""

_work: Work | None = None


def answers(
    names: Iterable[str], jobs: int, prepare: Callable[..., Work], arguments: tuple[object, ...]
) -> Iterator[list[Answer]]:
    """The answers of each name; `prepare(*arguments)` makes the worker of a process, once."""
    waiting: deque[Future[list[list[Answer]]]] = deque()
    rest = iter(names)
    pool = ProcessPoolExecutor(jobs, initializer=_start, initargs=(prepare, arguments))
    try:
        while batch := list(islice(rest, _BATCH)):
            waiting.append(pool.submit(_run, batch))
            if len(waiting) >= _AHEAD * jobs:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start(prepare: Callable[..., Work], arguments: tuple[object, ...]) -> None:
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work = prepare(*arguments)


def _run(batch: list[str]) -> list[list[Answer]]:
    if _work is None:
        raise RuntimeError("the process was not started by answers()")
    return [_work(name) for name in batch]
