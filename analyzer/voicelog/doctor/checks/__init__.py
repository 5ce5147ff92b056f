"""The checks: each looks at what was gathered and yields findings; none of them asks the machine anything itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from voicelog.doctor.checks import (
    audio,
    folders,
    gpu,
    hardware,
    imports,
    network,
    packages,
    python,
    security,
    shadowed,
    torch,
)
from voicelog.doctor.finding import crashed
from voicelog.doctor.gather import Machine, NotYet
from voicelog.model import Finding

Check = Callable[[Machine], Iterator[Finding]]

CHECKS: tuple[tuple[str, str, Check], ...] = (
    ("python.interpreter", "deps.broken-install", python.interpreter),
    ("python.version", "python.version-unsupported", python.version),
    ("python.environment", "deps.wrong-environment", python.environment),
    ("python.variables", "python.name-shadowed", python.variables),
    ("python.pip", "os.command-not-found", python.pip),
    ("packages.requirements", "deps.module-missing", packages.requirements),
    ("packages.dependencies", "deps.conflict", packages.dependencies),
    ("packages.pairs", "deps.conflict", packages.pairs),
    ("packages.companions", "deps.torch-companion-mismatch", packages.companions),
    ("packages.shadowed", "deps.wrong-environment", shadowed.shadowed),
    ("packages.imports", "deps.broken-install", imports.imports),
    ("gpu.driver", "gpu.driver-missing", gpu.driver),
    ("gpu.memory", "gpu.out-of-memory", gpu.memory),
    ("gpu.half", "gpu.nan-output", gpu.half),
    ("torch.build", "gpu.cpu-only-build", torch.build),
    ("torch.driver", "gpu.driver-too-old", torch.driver),
    ("torch.devices", "gpu.cuda-unavailable", torch.devices),
    ("torch.architectures", "gpu.arch-unsupported", torch.architectures),
    ("torch.product", "gpu.cublas-error", torch.product),
    ("torch.cudnn", "gpu.cudnn-error", torch.cudnn),
    ("onnxruntime.providers", "gpu.onnxruntime-provider", imports.providers),
    ("memory.ram", "memory.ram-exhausted", hardware.ram),
    ("memory.swap", "memory.pagefile-too-small", hardware.swap),
    ("memory.shared", "memory.shm-too-small", hardware.shared),
    ("processor.instructions", "hardware.cpu-instructions", hardware.instructions),
    ("disk.space", "hardware.disk-full", folders.space),
    ("audio.ffmpeg", "audio.ffmpeg-missing", audio.ffmpeg),
    ("audio.libsndfile", "audio.libsndfile-missing", audio.libsndfile),
    ("audio.portaudio", "audio.portaudio-missing", audio.portaudio),
    ("audio.sox", "audio.sox-missing", audio.sox),
    ("text.espeak", "text.espeak-missing", audio.espeak),
    ("text.encoding", "encoding.decode", python.encoding),
    ("paths.project", "path.non-ascii", folders.paths),
    ("rights.folders", "path.permission-denied", folders.rights),
    ("rights.links", "path.symlink-privilege", folders.links),
    ("network.proxy", "net.proxy", network.proxies),
    ("network.certificates", "net.ssl-certificate", network.certificates),
    ("network.hubs", "net.hub-unreachable", network.hubs),
    ("network.ports", "net.port-in-use", network.ports),
    ("system.runtime", "os.dll-load-failed", hardware.runtime),
    ("system.security", "os.antivirus", security.scanners),
    ("system.firewall", "net.blocked", security.firewall),
)
"""Name of each check, the failure that it guards against, and the check."""


def run_checks(machine: Machine) -> tuple[Finding, ...]:
    """All findings in the order of the table; a check that fails itself is a finding too."""
    return tuple(one for name, cause, check in CHECKS for one in _findings(name, cause, check, machine))


class LiveChecks:
    """Each check once, as soon as all that it looks at has arrived; `found` gets its findings."""

    def __init__(self, found: Callable[[tuple[Finding, ...]], None]) -> None:
        self._found = found
        self._left = list(CHECKS)

    def __call__(self, machine: Machine) -> None:
        """Run those that can be run on what is there of a machine."""
        waiting = []
        for name, cause, check in self._left:
            try:
                findings = _findings(name, cause, check, machine)
            except NotYet:
                waiting.append((name, cause, check))
            else:
                self._found(findings)
        self._left = waiting


def _findings(name: str, cause: str, check: Check, machine: Machine) -> tuple[Finding, ...]:
    found: list[Finding] = []
    try:
        for one in check(machine):
            found.append(one if one.cause else one._replace(cause=cause))
    except NotYet:
        raise
    except Exception as error:
        shown = f"{type(error).__name__}: {error}"
        found.append(crashed(name, "check-failed", evidence=[shown], cause=cause))
    return tuple(found)
