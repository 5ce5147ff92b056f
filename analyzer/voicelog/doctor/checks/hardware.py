"""Memory, processor, and what the operating system brings along."""

from __future__ import annotations

from collections.abc import Iterator

from voicelog.doctor.finding import crashed, fail, gigabytes, ok, skip, warn
from voicelog.doctor.gather import Machine
from voicelog.machine.memory import Memory
from voicelog.model import Finding

_GIBIBYTE = 1 << 30
_LITTLE_MEMORY = 8 * _GIBIBYTE
_LITTLE_COMMIT = 16 * _GIBIBYTE
"""Memory and page file together: several processes that each load CUDA's libraries commit more than that."""
_LITTLE_SHARED = _GIBIBYTE
"""Docker gives 64 MB unless told otherwise; workers that hand over batches need more."""


def _memory(machine: Machine) -> Memory | None:
    return machine.part("memory", Memory)


def _unread(check: str, machine: Machine, part: str) -> Finding:
    return crashed(check, "part-unread", evidence=[machine.problems.get(part, "")], part=part)


def ram(machine: Machine) -> Iterator[Finding]:
    check, memory = "memory.ram", _memory(machine)
    if memory is None:
        yield _unread(check, machine, "memory")
        return
    sizes = {"total": gigabytes(memory.total), "available": gigabytes(memory.available)}
    cause = "memory.oom-killed" if memory.limited else "memory.ram-exhausted"
    if memory.total < _LITTLE_MEMORY * 0.95:
        message = "memory-limited" if memory.limited else "memory-little"
        yield warn(check, message, cause=cause, facts=["ram_total"], **sizes)
    elif memory.available < _GIBIBYTE * 2:
        yield warn(check, "memory-taken", cause=cause, facts=["ram_total"], **sizes)
    else:
        yield ok(check, "memory", facts=["ram_total"], **sizes)


def swap(machine: Machine) -> Iterator[Finding]:
    check, memory = "memory.swap", _memory(machine)
    if memory is None:
        yield _unread(check, machine, "memory")
    elif machine.environment.system != "windows":
        yield ok(check, "swap", swap=gigabytes(memory.swap))
    elif memory.total + memory.swap < _LITTLE_COMMIT:
        yield warn(
            check,
            "pagefile-small",
            cause="memory.pagefile-too-small",
            facts=["pagefile"],
            swap=gigabytes(memory.swap),
            total=gigabytes(memory.total),
        )
    else:
        yield ok(check, "pagefile", facts=["pagefile"], swap=gigabytes(memory.swap))


def shared(machine: Machine) -> Iterator[Finding]:
    check, memory = "memory.shared", _memory(machine)
    if memory is None:
        yield _unread(check, machine, "memory")
    elif memory.shared is None:
        yield skip(check, "no-shared-memory")
    elif memory.shared < _LITTLE_SHARED:
        yield warn(
            check,
            "shared-small",
            cause="memory.shm-too-small",
            facts=["shm_small"],
            size=f"{memory.shared >> 20} MB",
        )
    else:
        yield ok(check, "shared", size=gigabytes(memory.shared))


def instructions(machine: Machine) -> Iterator[Finding]:
    check = "processor.instructions"
    avx2 = _processor(machine)[0]
    if avx2 is None:
        yield skip(check, "no-x86")
    elif avx2:
        yield ok(check, "avx2")
    else:
        yield warn(check, "no-avx2", cause="hardware.cpu-instructions", facts=["avx2_missing"])


def _processor(machine: Machine) -> tuple[bool | None, bool | None, tuple[str, ...]]:
    found: tuple[bool | None, bool | None, tuple[str, ...]] = machine.parts.get("processor", (None, None, ()))
    return found


def runtime(machine: Machine) -> Iterator[Finding]:
    """The Visual C++ runtime, which compiled packages on Windows are linked with."""
    check, missing = "system.runtime", _processor(machine)[2]
    if machine.environment.system != "windows":
        yield skip(check, "not-windows")
    elif missing:
        yield fail(
            check,
            "runtime-missing",
            evidence=missing,
            cause="os.dll-load-failed",
        )
    else:
        yield ok(check, "runtime")
