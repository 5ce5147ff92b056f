"""Environments, programs and gathered machines for the tests of the doctor: real files, real processes, made small."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import textwrap
import venv
from pathlib import Path
from typing import Any

from voicelog.doctor.answers import Answer
from voicelog.doctor.environment import Distribution, Environment
from voicelog.doctor.gather import Machine
from voicelog.doctor.program import Program
from voicelog.machine.nvidia import Adapter, Card, Driver
from voicelog.model import Examination, Finding, Target

ARCHITECTURES = {
    "1.13.1+cu117": "sm_37 sm_50 sm_60 sm_61 sm_70 sm_75 sm_80 sm_86",
    "2.1.2+cu118": "sm_37 sm_50 sm_60 sm_61 sm_70 sm_75 sm_80 sm_86 sm_90 compute_37",
    "2.8.0+cu128": "sm_70 sm_75 sm_80 sm_86 sm_90 sm_100 sm_120 compute_120",
    "2.8.0+cu129": "sm_75 sm_80 sm_86 sm_90 sm_100 sm_120 compute_120",
}
"""torch.cuda.get_arch_list() of official wheels (the first as its warning about unsupported cards prints it)."""


def make_environment(folder: Path) -> Path:
    """A real virtual environment without pip; its interpreter."""
    venv.create(folder, with_pip=False, symlinks=sys.platform != "win32")
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def site_packages(python: Path) -> Path:
    (found,) = python.parent.parent.rglob("site-packages")
    return found


def install(python: Path, name: str, version: str, *, requires: tuple[str, ...] = (), code: str = "") -> Path:
    """Put a distribution into an environment as an installer does; its folder of metadata."""
    site = site_packages(python)
    record = site / f"{name.replace('-', '_')}-{version}.dist-info"
    record.mkdir()
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {name}",
        f"Version: {version}",
        *(f"Requires-Dist: {one}" for one in requires),
    ]
    (record / "METADATA").write_text("\n".join(lines) + "\n\nA body: not a field.\n", encoding="utf-8")
    (record / "INSTALLER").write_text("pip\n", encoding="utf-8")
    (record / "RECORD").write_text("", encoding="utf-8")
    module = site / name.replace("-", "_").lower()
    module.mkdir(exist_ok=True)
    (module / "__init__.py").write_text(textwrap.dedent(code) or f"__version__ = {version!r}\n", encoding="utf-8")
    return record


def make_program(folder: Path, name: str, *, prints: str = "", code: int = 0, script: str = "") -> Path:
    """A program of this name: prints a text and ends with a code, or runs a piece of Python."""
    folder.mkdir(parents=True, exist_ok=True)
    body = folder / f"{name}.py"
    body.write_text(script or f"import sys\nprint({prints!r})\nsys.exit({code})\n", encoding="utf-8")
    if sys.platform == "win32":
        path = folder / f"{name}.bat"
        path.write_text(f'@"{sys.executable}" "{body}" %*\n', encoding="utf-8")
    else:
        path = folder / name
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{body}" "$@"\n', encoding="utf-8")
        path.chmod(0o755)
    return path


def nvidia_smi(driver: str, cuda: str, cards: list[str], *, old: bool = False) -> str:
    """A program that answers as nvidia-smi does; an old one refuses to be asked for `compute_cap`."""
    header = f"| NVIDIA-SMI {driver}   Driver Version: {driver}   CUDA Version: {cuda}  |"
    return textwrap.dedent(f"""
        import sys
        query = next((one for one in sys.argv if one.startswith("--query-gpu=")), "")
        if not query:
            print({header!r})
        elif {old!r} and "compute_cap" in query:
            print('Field "compute_cap" is not a valid field to query.')
            sys.exit(2)
        else:
            width = len(query.partition("=")[2].split(","))
            for card in {cards!r}:
                print(", ".join(card.split(", ")[:width]))
    """)


def machine(
    *,
    packages: dict[str, str] | None = None,
    python: str = "3.10.11",
    system: str = "Windows",
    steps: dict[str, Answer] | None = None,
    driver: Driver | None = None,
    adapters: tuple[Adapter, ...] = (),
    project: Path | None = None,
    variables: dict[str, str] | None = None,
    programs: dict[str, Program] | None = None,
    **parts: Any,
) -> Machine:
    """A machine as `gather` gives it, out of what its parts told."""
    environment = Environment(
        python={
            "version": python,
            "bits": parts.pop("bits", 64),
            "system": system,
            "prefix": r"D:\app\venv" if system == "Windows" else "/app/venv",
            "base_prefix": "/usr",
            "variables": variables or {},
            "markers": {"python_version": ".".join(python.split(".")[:2]), "sys_platform": "win32", "extra": ""},
        },
        encoding={"preferred": "UTF-8", "output": "utf-8"},
        installed={name: Distribution(name, version, "/site") for name, version in (packages or {}).items()},
    )
    called = {f"program {name}": one for name, one in (programs or {}).items()}
    told = {"adapters": adapters, "driver": driver or Driver(), **called, **parts}
    done = {"environment": Answer("done", {"python": environment.python}), **(steps or {})}
    target = Target(r"D:\app\venv\Scripts\python.exe" if system == "Windows" else "/app/venv/bin/python", "option", "")
    return Machine(target, project, environment, done, told)


def torch_answer(
    version: str,
    *,
    cuda: str | None,
    available: bool = False,
    architectures: str = "",
    devices: list[Any] | None = None,
) -> Answer:
    """What the torch step tells where all goes well."""
    stages: dict[str, Any] = {
        "import": {"version": version, "file": "/site/torch/__init__.py", "cuda": cuda, "hip": None},
        "cuda": {
            "available": available,
            "count": len(devices or ()),
            "architectures": architectures.split(),
            "mps": False,
        },
        "product": {"cpu": 4096.0},
    }
    if available:
        stages["devices"] = {"found": devices or []}
        stages["cudnn"] = {"version": 90100, "sum": 186.0}
        stages |= {f"product-cuda-{number}": {"sum": 4096.0} for number in range(len(devices or ()))}
    return Answer("done", stages)


def card(name: str, capability: str, total: int = 8192, used: int = 500) -> Card:
    return Card(name, total, used, capability)


def by_check(found: Examination | tuple[Finding, ...], check: str) -> list[Finding]:
    findings = found.findings if isinstance(found, Examination) else found
    return [one for one in findings if one.check == check]


def pip_check(python: Path) -> str:
    """What pip itself says of an environment; pip runs from the environment of the tests."""
    code = "import sys, pip._internal.cli.main as m; sys.exit(m.main(['check']))"
    pip = str(Path(str(importlib.import_module("pip").__file__)).parent.parent)
    done = subprocess.run(
        [str(python), "-c", f"import sys; sys.path.append({pip!r}); {code}"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": ""},
    )
    return done.stdout
