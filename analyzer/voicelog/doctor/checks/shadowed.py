"""Installations that hide each other: twice the same, two of one module, remains of pip, files of the project."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from voicelog.doctor.compatibility import load_compatibility
from voicelog.doctor.environment import Environment
from voicelog.doctor.finding import ok, skip, warn
from voicelog.doctor.gather import Machine
from voicelog.model import Finding

_WATCHED = {
    *("numpy", "scipy", "torch", "torchaudio", "librosa", "soundfile", "sounddevice", "transformers", "gradio"),
    *("whisper", "numba", "pydantic", "requests", "fairseq", "onnxruntime", "yaml", "matplotlib"),
}
"""Packages that a file of the same name in the project hides, with known consequences."""


def shadowed(machine: Machine) -> Iterator[Finding]:
    check, environment = "packages.shadowed", machine.environment
    if not environment.installed:
        yield skip(check, "no-packages")
        return
    found = [*_twice(check, environment), *_one_module(check, environment), *_leftovers(check, environment)]
    if machine.project is not None:
        found += _hidden_by_files(check, machine.project, environment)
    yield from found or [ok(check, "nothing-shadowed")]


def _twice(check: str, environment: Environment) -> Iterator[Finding]:
    for kept, hidden in environment.hidden:
        yield warn(
            check,
            "installed-twice",
            evidence=[f"{kept.version}  {kept.folder}", f"{hidden.version}  {hidden.folder}"],
            cause="deps.wrong-environment" if kept.folder != hidden.folder else "deps.broken-install",
            commands=["{pip} uninstall -y {name}", "{pip} install {name}"],
            name=kept.name,
            version=kept.version,
            hidden=hidden.version,
        )


def _one_module(check: str, environment: Environment) -> Iterator[Finding]:
    for module, distributions in load_compatibility().same_module:
        installed = [name for name in distributions if name in environment.installed]
        if len(installed) > 1:
            yield warn(
                check,
                "same-module",
                evidence=[f"{name} {environment.version_of(name)}" for name in installed],
                cause="gpu.cpu-only-build" if module in ("onnxruntime", "paddle") else "deps.wrong-package",
                commands=[
                    f"{{pip}} uninstall -y {' '.join(installed)}",
                    f"{{pip}} install {installed[-1]}",
                ],
                module=module,
                names=", ".join(installed),
            )


def _leftovers(check: str, environment: Environment) -> Iterator[Finding]:
    if environment.leftovers:
        yield warn(
            check,
            "leftovers",
            evidence=environment.leftovers,
            cause="deps.broken-install",
            count=len(environment.leftovers),
        )


def _hidden_by_files(check: str, project: Path, environment: Environment) -> list[Finding]:
    """Files of the project that an import finds instead of a module of the same name."""
    standard = sys.stdlib_module_names
    hiding = [
        path.name
        for path in sorted(project.glob("*.py"))
        if (path.stem in standard and path.stem != "test") or path.stem in _WATCHED & environment.installed.keys()
    ]
    return [
        warn(check, "file-hides", evidence=[str(project / name)], cause="python.name-shadowed", file=name)
        for name in hiding
    ]
