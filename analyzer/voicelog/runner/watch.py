"""The process tree of a run, looked at once a second from a thread of its own."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from voicelog.machine.limits import memory_limit
from voicelog.runner.codec import plain
from voicelog.runner.logs import LogWriter
from voicelog.runner.types import Sample

if TYPE_CHECKING:
    import psutil

    from voicelog.runner.gpus import Gpus

_EVERY = 1.0
_SILENT = 10.0
_SLOWER_AFTER = 600
"""Samples from which a long run is looked at less and less often: each further one at most 1 % later."""


class Watch:
    """Samples of one run, kept in memory and written to `folder` as they come."""

    def __init__(self, pid: int, folder: Path, place: str, log: LogWriter, started: float) -> None:
        self._pid = pid
        self._place = place
        self._log = log
        self._started = started
        self._file = folder / "samples.jsonl"
        self._cpu: dict[int, float] = {}
        self._cpu_at = started
        self.samples: list[Sample] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="voicelog-watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        import psutil

        from voicelog.runner.gpus import Gpus

        try:
            root = psutil.Process(self._pid)
        except psutil.Error:
            return
        gpus = Gpus()
        try:
            with contextlib.ExitStack() as stack:
                stream = None
                with contextlib.suppress(OSError):
                    stream = stack.enter_context(self._file.open("ab", buffering=0))
                while True:
                    sample = self._sample(root, gpus)
                    self.samples.append(sample)
                    if stream is not None:
                        with contextlib.suppress(OSError):
                            stream.write(b"\n" + json.dumps(plain(sample)).encode())
                            os.fsync(stream.fileno())
                    if self._stop.wait(max(_EVERY, sample.at / _SLOWER_AFTER)):
                        return
        finally:
            gpus.close()

    def _sample(self, root: psutil.Process, gpus: Gpus) -> Sample:
        import psutil

        now = time.monotonic()
        memory = threads = processes = 0
        spent: dict[int, float] = {}
        for process in _tree(root):
            with contextlib.suppress(psutil.Error), process.oneshot():
                times = process.cpu_times()
                spent[process.pid] = times.user + times.system
                memory += process.memory_info().rss
                threads += process.num_threads()
                processes += 1
        used = sum(max(0.0, value - self._cpu.get(pid, 0.0)) for pid, value in spent.items())
        passed = max(now - self._cpu_at, 0.001)
        self._cpu, self._cpu_at = spent, now
        silent = now - max(self._log.last_output, self._started)
        machine, swap = psutil.virtual_memory(), psutil.swap_memory()
        return Sample(
            at=round(now - self._started, 3),
            memory=memory,
            cpu=round(100 * used / passed, 1),
            threads=threads,
            processes=processes,
            silent=round(silent, 3),
            memory_free=machine.available,
            memory_limit=memory_limit(machine.total),
            swap_used=swap.used,
            swapped_in=swap.sin,
            disk_free=_disk_free(self._place),
            sockets=_sockets(root) if silent > _SILENT else 0,
            gpus=gpus.read(),
        )


def _tree(root: psutil.Process) -> list[psutil.Process]:
    import psutil

    with contextlib.suppress(psutil.Error):
        return [root, *root.children(recursive=True)]
    return []


def _sockets(root: psutil.Process) -> int:
    """Network connections that are open to another machine or service."""
    import psutil

    count = 0
    for process in _tree(root):
        with contextlib.suppress(psutil.Error):
            count += sum(one.status == psutil.CONN_ESTABLISHED for one in process.net_connections("inet"))
    return count


def _disk_free(place: str) -> int:
    import psutil

    try:
        return int(psutil.disk_usage(place).free)
    except OSError:
        return 0
