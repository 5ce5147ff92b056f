"""The NVIDIA driver and its cards, as the system tells of them."""

from __future__ import annotations

from collections.abc import Iterator

from voicelog.doctor.finding import crashed, fail, gigabytes, ok, skip, warn
from voicelog.doctor.gather import Machine
from voicelog.machine.nvidia import MISMATCH
from voicelog.model import Finding

_LITTLE = 4 * 1024
"""MiB: with less, most voice models need half precision or the CPU."""
_MEBIBYTE = 1 << 20


def driver(machine: Machine) -> Iterator[Finding]:
    check, found = "gpu.driver", machine.driver
    facts = ["driver", "driver_cuda", "gpu", "gpu_arch", "gpu_vendor"]
    if found.works and not found.cards:
        yield fail(check, "driver-no-card", evidence=[found.path], cause="gpu.driver-missing", version=found.version)
    elif found.works:
        yield ok(
            check,
            "driver-works",
            evidence=[_named(card.name, card.capability) for card in found.cards],
            facts=facts,
            version=found.version,
            cuda=found.cuda or "?",
        )
    elif found.timed_out:
        yield crashed(check, "driver-hangs", evidence=[found.path], cause="gpu.driver-missing")
    elif found.path:
        cause = "gpu.driver-library-mismatch" if MISMATCH in found.message else "gpu.driver-missing"
        yield fail(check, "driver-fails", evidence=[found.message], cause=cause, facts=["driver_missing"])
    elif any(adapter.vendor == "nvidia" for adapter in machine.adapters):
        names = [adapter.name for adapter in machine.adapters if adapter.vendor == "nvidia"]
        yield fail(check, "driver-missing", evidence=names, cause="gpu.driver-missing", facts=["driver_missing"])
    else:
        names = [f"{adapter.vendor} {adapter.name}".strip() for adapter in machine.adapters]
        yield skip(check, "no-nvidia-card", evidence=names, facts=["gpu_vendor"])


def _named(name: str, capability: str) -> str:
    return f"{name} ({capability})" if capability else name


def memory(machine: Machine) -> Iterator[Finding]:
    check = "gpu.memory"
    if not machine.driver.cards:
        yield skip(check, "no-nvidia-card")
    for card in machine.driver.cards:
        sizes = {"total": gigabytes(card.total * _MEBIBYTE), "used": gigabytes(card.used * _MEBIBYTE)}
        facts = ["vram_total", "vram_free"]
        if card.total and card.used > card.total / 2:
            yield warn(
                check,
                "vram-taken",
                cause="gpu.out-of-memory",
                commands=["nvidia-smi"],
                facts=facts,
                card=card.name,
                **sizes,
            )
        elif card.total and card.total <= _LITTLE:
            yield warn(check, "vram-little", cause="gpu.out-of-memory", facts=facts, card=card.name, **sizes)
        else:
            yield ok(check, "vram", facts=facts, card=card.name, **sizes)


def half(machine: Machine) -> Iterator[Finding]:
    """GTX 16 cards compute in half precision and give NaN."""
    check = "gpu.half"
    names = [card.name for card in machine.driver.cards]
    for name in names:
        if "GTX 16" in name:
            yield warn(check, "half-nan", cause="gpu.nan-output", facts=["gpu"], card=name)
        else:
            yield ok(check, "half-fine", facts=["gpu"], card=name)
    if not names:
        yield skip(check, "no-nvidia-card")
