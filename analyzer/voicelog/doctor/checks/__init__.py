"""The checks: each looks at what was gathered and yields findings; none of them asks the machine anything itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from voicelog.doctor.checks import audio, folders, gpu, hardware, imports, network, packages, python, torch
from voicelog.doctor.finding import crashed
from voicelog.doctor.gather import Machine
from voicelog.model import Finding

Check = Callable[[Machine], Iterator[Finding]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("python.interpreter", python.interpreter),
    ("python.version", python.version),
    ("python.environment", python.environment),
    ("python.variables", python.variables),
    ("python.pip", python.pip),
    ("packages.requirements", packages.requirements),
    ("packages.dependencies", packages.dependencies),
    ("packages.pairs", packages.pairs),
    ("packages.companions", packages.companions),
    ("packages.shadowed", packages.shadowed),
    ("packages.imports", imports.imports),
    ("gpu.driver", gpu.driver),
    ("gpu.memory", gpu.memory),
    ("gpu.half", gpu.half),
    ("torch.build", torch.build),
    ("torch.driver", torch.driver),
    ("torch.devices", torch.devices),
    ("torch.architectures", torch.architectures),
    ("torch.product", torch.product),
    ("torch.cudnn", torch.cudnn),
    ("onnxruntime.providers", imports.providers),
    ("memory.ram", hardware.ram),
    ("memory.swap", hardware.swap),
    ("memory.shared", hardware.shared),
    ("processor.instructions", hardware.instructions),
    ("disk.space", folders.space),
    ("audio.ffmpeg", audio.ffmpeg),
    ("audio.libsndfile", audio.libsndfile),
    ("audio.portaudio", audio.portaudio),
    ("audio.sox", audio.sox),
    ("text.espeak", audio.espeak),
    ("text.encoding", python.encoding),
    ("paths.project", folders.paths),
    ("rights.folders", folders.rights),
    ("rights.links", folders.links),
    ("network.proxy", network.proxies),
    ("network.certificates", network.certificates),
    ("network.hubs", network.hubs),
    ("network.ports", network.ports),
    ("system.runtime", hardware.runtime),
    ("system.security", hardware.security),
)


def run_checks(machine: Machine) -> tuple[Finding, ...]:
    """All findings in the order of the table; a check that fails itself is a finding too."""
    found: list[Finding] = []
    for name, check in CHECKS:
        try:
            found.extend(check(machine))
        except Exception as error:
            found.append(crashed(name, "check-failed", evidence=(f"{type(error).__name__}: {error}",)))
    return tuple(found)
