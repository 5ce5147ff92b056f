"""Everything that the checks look at, asked for at once: programs, folders, and steps inside the target."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from voicelog.doctor import network, system
from voicelog.doctor.answers import Answer, read_answer
from voicelog.doctor.environment import Environment, read_environment
from voicelog.doctor.program import Program, find_program, usual_folders
from voicelog.doctor.security import read_security
from voicelog.machine import nvidia
from voicelog.machine.child import end_all, run
from voicelog.machine.memory import read_memory
from voicelog.model import Target

PROBE = Path(__file__).with_name("probe.py")
_WORKERS = 6
_MODULES = ("numpy", "torchaudio", "torchvision", "torchcodec", "ctranslate2")
_PROGRAMS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ffmpeg": (("ffmpeg",), ("-version",)),
    "ffprobe": (("ffprobe",), ("-version",)),
    "espeak": (("espeak-ng", "espeak"), ("--version",)),
    "sox": (("sox",), ("--version",)),
    "git": (("git",), ("--version",)),
}
_LIMITS = {"environment": 20.0, "numpy": 20.0, "pip": 20.0, "library": 10.0}
_LIMIT = 90.0
"""Seconds for a step that imports something large from a slow disk."""

Progress = Callable[[str, bool], None]
"""Called with the name of a step when it begins (False) and when it has ended (True)."""
T = TypeVar("T")


class Cancelled(Exception):
    """Somebody asked for an end before everything was gathered."""


class NotYet(Exception):
    """A check looks at a part that has not arrived."""


class Arriving(dict[str, T]):
    """Parts by name as they arrive; looking at one that is still `awaited` raises NotYet."""

    def __init__(self, arrived: Mapping[str, T], awaited: Iterable[str]) -> None:
        super().__init__(arrived)
        self._awaited = frozenset(awaited)

    def __getitem__(self, name: str) -> T:
        self._see(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._see(name)
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._see(name)
        return super().get(name, default)

    def _see(self, name: object) -> None:
        if name in self._awaited:
            raise NotYet(name)


@dataclass(frozen=True, slots=True)
class Machine:
    """What was found, in parts; a part that could not be had is missing from `parts` and its reason in `problems`."""

    target: Target
    project: Path | None
    environment: Environment
    steps: Mapping[str, Answer]
    """Steps that ran inside the target, by name."""
    parts: Mapping[str, Any] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)

    def part(self, name: str, kind: type[T]) -> T | None:
        """A part that is there and of this type."""
        found = self.parts.get(name)
        return found if isinstance(found, kind) else None

    def program(self, name: str) -> Program:
        return self.part(f"program {name}", Program) or Program(name)

    @property
    def driver(self) -> nvidia.Driver:
        return self.part("driver", nvidia.Driver) or nvidia.Driver()

    @property
    def adapters(self) -> tuple[nvidia.Adapter, ...]:
        return self.part("adapters", tuple) or ()


def gather(
    target: Target,
    project: Path | None,
    *,
    online: bool,
    progress: Progress,
    arrived: Callable[[Machine], None] | None = None,
    stop: threading.Event | None = None,
) -> Machine:
    """Ask everything in parallel; nothing that goes wrong in one part stops another.

    `arrived` gets the machine each time that more of it is known, its missing parts `Arriving`. Raises Cancelled soon
    after `stop` is set.
    """
    pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="doctor")
    try:
        work = _Work(pool, progress, stop or threading.Event())
        work.start("environment", lambda: _step(target, ("environment",), "environment"))
        folders = usual_folders(target.path, project)
        for name, (names, arguments) in _PROGRAMS.items():
            work.start(f"program {name}", _finding(names, arguments, folders))
        work.start("driver", nvidia.read_driver)
        work.start("adapters", nvidia.read_adapters)
        work.start("memory", read_memory)
        work.start("ports", system.busy_ports)
        work.start("processor", lambda: (system.has_avx2(), system.long_paths(), system.missing_runtime()))
        work.start("wsl", system.under_wsl)
        work.start("console", system.console_encoding)
        work.start("proxies", network.read_proxies)
        answer = work.result("environment")
        answer = answer if isinstance(answer, Answer) else Answer("unstartable", detail=work.problems["environment"])
        environment = read_environment(answer)
        if environment.version:
            _start_steps(work, target, environment)
        work.start("security", lambda: read_security(_interpreters(target, environment)))
        variables = environment.variables or dict(os.environ)
        wanted = system.cache_folders(variables)
        if project is not None:
            wanted.insert(0, ("project", project))
            work.start("quarantine", lambda: system.quarantined(project))
        work.start("folders", lambda: system.read_folders(wanted))
        if online:
            work.start("network", lambda: network.reach(network.addresses(variables)))
        while work.awaited:
            work.collect()
            if arrived is not None:
                arrived(_machine(target, project, environment, work))
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        end_all()
        raise
    pool.shutdown()
    return _machine(target, project, environment, work)


def _machine(target: Target, project: Path | None, environment: Environment, work: _Work) -> Machine:
    """What has arrived so far; at the end that is everything."""
    steps = {name: one for name, one in work.results.items() if isinstance(one, Answer)}
    steps.setdefault("environment", Answer("unstartable", detail=work.problems.get("environment", "")))
    parts = {name: one for name, one in work.results.items() if not isinstance(one, Answer)}
    return Machine(
        target,
        project,
        environment,
        Arriving(steps, work.awaited),
        Arriving(parts, work.awaited),
        dict(work.problems),
        dict(work.seconds),
    )


class _Work:
    """Parts under way: when each began, what it gave, or why it gave nothing."""

    def __init__(self, pool: ThreadPoolExecutor, progress: Progress, stop: threading.Event) -> None:
        self._pool = pool
        self._progress = progress
        self._stop = stop
        self._futures: dict[Future[Any], str] = {}
        self.results: dict[str, Any] = {}
        self.problems: dict[str, str] = {}
        self.seconds: dict[str, float] = {}

    def start(self, name: str, ask: Callable[[], Any]) -> None:
        self._futures[self._pool.submit(self._timed, name, ask)] = name

    def _timed(self, name: str, ask: Callable[[], Any]) -> Any:
        self._progress(name, False)
        started = time.monotonic()
        try:
            return ask()
        finally:
            self.seconds[name] = time.monotonic() - started

    def result(self, name: str) -> Any:
        """Wait for one part."""
        while name not in self.results and name not in self.problems:
            self.collect()
        return self.results.get(name)

    @property
    def awaited(self) -> list[str]:
        """Parts that are still under way."""
        return list(self._futures.values())

    def collect(self) -> None:
        """Take what has ended in the meantime; raises Cancelled where nobody wants it any more."""
        if self._stop.is_set():
            raise Cancelled
        # A short wait, so that an interrupt is heard at once on every system.
        done, _ = wait(self._futures, timeout=0.2, return_when=FIRST_COMPLETED)
        for future in done:
            name = self._futures.pop(future)
            error = future.exception()
            if error is None:
                self.results[name] = future.result()
            else:
                self.problems[name] = f"{type(error).__name__}: {error}"
            self._progress(name, True)


def _finding(names: tuple[str, ...], arguments: tuple[str, ...], folders: Iterable[Path]) -> Callable[[], Program]:
    places = tuple(folders)
    return lambda: find_program(names, arguments, places)


def _start_steps(work: _Work, target: Target, environment: Environment) -> None:
    """Steps inside the target for what is installed there; each in a process of its own."""

    def start(name: str, *arguments: str) -> None:
        work.start(name, lambda: _step(target, arguments, name))

    installed = environment.installed
    if "torch" in installed:
        start("torch", "torch")
    if any(name.startswith("onnxruntime") for name in installed):
        start("onnxruntime", "onnxruntime")
    for name in _MODULES:
        if name in installed:
            start(name, "module", name)
    start("soundfile", *(("module", "soundfile") if "soundfile" in installed else ("library", "sndfile")))
    start("devices", *(("devices",) if "sounddevice" in installed else ("library", "portaudio")))
    if "pip" in installed:
        work.start("program pip", lambda: _pip(target))


def _step(target: Target, arguments: tuple[str, ...], name: str) -> Answer:
    limit = _LIMITS.get("library" if arguments[0] == "library" else name, _LIMIT)
    return read_answer(run([target.path, "-B", str(PROBE), *arguments], limit, environment=child_environment(target)))


def _interpreters(target: Target, environment: Environment) -> tuple[str, ...]:
    """The programs that run: on Windows the one in a virtual environment only starts that of its base."""
    base = str(environment.python.get("base_prefix", ""))
    return (target.path, str(Path(base) / "python.exe")) if base else (target.path,)


def _pip(target: Target) -> Program:
    command = [target.path, "-B", "-m", "pip", "--version"]
    ended = run(command, _LIMITS["pip"], environment=child_environment(target))
    line = next(iter(ended.output.strip().splitlines()), "")
    return Program("pip", target.path, line.split()[1] if line.startswith("pip ") else "", line[:200], ended)


def child_environment(target: Target) -> dict[str, str]:
    """Our own variables; on Windows with the folders that a conda environment's libraries need, as its shell has."""
    variables = {name: value for name, value in os.environ.items() if name != "__PYVENV_LAUNCHER__"}
    root = Path(target.path).parent
    if (root / "conda-meta").is_dir() and (root / "python.exe").is_file():
        places = [root, root / "Library" / "mingw-w64" / "bin", root / "Library" / "bin", root / "Scripts"]
        variables["PATH"] = os.pathsep.join([*map(str, places), variables.get("PATH", "")])
    return variables
