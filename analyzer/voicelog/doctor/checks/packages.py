"""Installed packages: against the project's requirements, against each other, and against what is known to break."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from voicelog.doctor.compatibility import load_compatibility, minor, within
from voicelog.doctor.environment import Environment
from voicelog.doctor.finding import fail, ok, skip, warn
from voicelog.doctor.gather import Machine
from voicelog.doctor.requirements import Project, Wanted, applies, parse_requirement, read_project
from voicelog.model import Finding

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_SHOWN = 6
_BUILD = re.compile(r"cpu|cu\d+|rocm[\d.]+|xpu")
_COMPANIONS = ("torchaudio", "torchvision", "torchcodec")


def requirements(machine: Machine) -> Iterator[Finding]:
    check = "packages.requirements"
    if machine.project is None or not machine.environment.version:
        yield skip(check, "no-project")
        return
    project = read_project(machine.project)
    if not project.wanted:
        yield skip(check, "no-requirements")
        return
    missing, differing = _unmet(project.wanted, machine.environment)
    for found, finding, message, cause in (
        (missing, fail, "requirements-missing", "deps.module-missing"),
        (differing, warn, "requirements-differ", "deps.conflict"),
    ):
        if found:
            yield finding(
                check,
                message,
                evidence=found[:_SHOWN],
                cause=cause,
                commands=_install(project, machine.environment),
                path=machine.project.absolute() / project.file,
                count=len(found),
                file=project.file,
            )
    if not missing and not differing:
        yield ok(check, "requirements-met", count=len(project.wanted), file=project.file)


def _install(project: Project, environment: Environment) -> list[str]:
    """The command that installs a requirement file; for other kinds of file, what is missing by its name."""
    if project.file.startswith("requirements"):
        return ['{pip} install -r "{path}"']
    names = [
        f'"{_named(one.requirement)}"'
        for one, version in _applying(project.wanted, environment)
        if not version or not one.requirement.specifier.contains(version, prereleases=True)
    ]
    return [f"{{pip}} install {' '.join(names)}"]


def _named(requirement: Requirement) -> str:
    """What an index is asked for: no marker, and no address, which may be anything."""
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    return f"{requirement.name}{extras}{requirement.specifier}"


def _applying(wanted: tuple[Wanted, ...], environment: Environment) -> Iterator[tuple[Wanted, str]]:
    """Requirements that count in this environment, each with the version that is installed, or nothing."""
    from packaging.utils import canonicalize_name

    markers = environment.python.get("markers", {})
    for one in wanted:
        if applies(one.requirement, markers):
            yield one, environment.version_of(canonicalize_name(one.requirement.name))


def _unmet(wanted: tuple[Wanted, ...], environment: Environment) -> tuple[list[str], list[str]]:
    missing, differing = [], []
    for one, version in _applying(wanted, environment):
        where = f"{one.file}:{one.line}: " if one.line else ""
        if not version:
            missing.append(f"{where}{one.requirement}")
        elif not one.requirement.specifier.contains(version, prereleases=True):
            differing.append(f"{where}{one.requirement}, installed: {version}")
    return missing, differing


def dependencies(machine: Machine) -> Iterator[Finding]:
    """What `pip check` finds, grouped by the cause that it leads to."""
    check, environment = "packages.dependencies", machine.environment
    if not environment.installed:
        yield skip(check, "no-packages")
        return
    blame = load_compatibility().blame
    markers = environment.python.get("markers", {})
    by_cause: dict[str, list[str]] = defaultdict(list)
    for one in environment.installed.values():
        for text in one.requires:
            if problem := _unmet_dependency(text, markers, environment):
                name, what = problem
                by_cause[blame.get(name, "deps.conflict")].append(f"{one.name} {one.version}: {what}")
    for cause, problems in by_cause.items():
        yield warn(
            check,
            "dependencies-unmet",
            evidence=sorted(problems)[:_SHOWN],
            cause=cause,
            commands=["{pip} check"],
            count=len(problems),
        )
    if not by_cause:
        yield ok(check, "dependencies-met", count=len(environment.installed))


def _unmet_dependency(text: str, markers: dict[str, str], environment: Environment) -> tuple[str, str] | None:
    """The package that is missing or of another version, and how."""
    from packaging.utils import canonicalize_name

    requirement = parse_requirement(text)
    if requirement is None or not applies(requirement, markers):
        return None
    name = canonicalize_name(requirement.name)
    version = environment.version_of(name)
    if not version:
        return name, f"{requirement.name}{requirement.specifier} is not installed"
    if requirement.specifier.contains(version, prereleases=True):
        return None
    return name, f"{requirement.name}{requirement.specifier}, installed: {version}"


def pairs(machine: Machine) -> Iterator[Finding]:
    check, environment = "packages.pairs", machine.environment
    if not environment.installed:
        yield skip(check, "no-packages")
        return
    versions = {name: one.version for name, one in environment.installed.items()}
    broken = [
        pair
        for pair in load_compatibility().broken_pairs(versions, environment.version)
        # Libraries of CUDA fit or do not only where there is a card to use them.
        if machine.driver.cards or not pair.cause.startswith("gpu.")
    ]
    for pair in broken:
        named = [f"{name} {versions.get(name, '-')}" for name in pair.packages]
        if pair.python:
            named.append(f"Python {environment.version}")
        report = fail if pair.severity == "error" else warn
        message = "pair-needs" if "absent" in pair.packages.values() else "pair-broken"
        yield report(
            check,
            message,
            evidence=pair.sources[:1],
            cause=pair.cause,
            commands=[pair.command] if pair.command else [],
            facts=[name.replace("-", "_") for name in pair.packages],
            one=named[0],
            two=named[1].removesuffix(" -"),
        )
    if not broken:
        yield ok(check, "pairs-fine", count=len(load_compatibility().pairs))


def companions(machine: Machine) -> Iterator[Finding]:
    check, environment = "packages.companions", machine.environment
    torch = environment.version_of("torch")
    if not torch:
        yield skip(check, "no-torch")
        return
    table = load_compatibility()
    fitting = []
    for name in _COMPANIONS:
        version = environment.version_of(name)
        if not version or table.fits_any_later(name, version, torch):
            continue
        wanted = table.companions(torch, name)
        if wanted and minor(version) not in wanted:
            yield fail(
                check,
                "companion-misfits",
                cause="audio.torchcodec-missing" if name == "torchcodec" else "deps.torch-companion-mismatch",
                commands=[f'{{pip}} install "{name}=={wanted[-1]}.*"{_index(torch)}'],
                facts=["torch", name],
                name=name,
                version=version,
                torch=torch,
                wanted=" / ".join(wanted),
            )
        elif _other_build(torch, version):
            yield fail(
                check,
                "companion-build",
                cause="deps.torch-companion-mismatch",
                commands=[f'{{pip}} install --force-reinstall --no-deps "{name}=={minor(version)}.*"{_index(torch)}'],
                facts=["torch", name],
                name=name,
                version=version,
                torch=torch,
            )
        else:
            fitting.append(f"{name} {version}")
    pythons = table.pythons(torch)
    if pythons and not within(environment.version, pythons):
        yield warn(
            check,
            "torch-python",
            cause="python.version-unsupported",
            facts=["torch", "python"],
            torch=torch,
            version=environment.version,
            wanted=pythons,
        )
    if fitting:
        yield ok(check, "companions-fit", torch=torch, names=", ".join(fitting))


def _index(torch: str) -> str:
    """The option that names where this very build of torch comes from; nothing where its version does not say."""
    build = torch.partition("+")[2]
    return f" --index-url https://download.pytorch.org/whl/{build}" if _BUILD.fullmatch(build) else ""


def _other_build(torch: str, companion: str) -> bool:
    """Whether both say which CUDA they were built for, and say different things."""
    one, two = torch.partition("+")[2], companion.partition("+")[2]
    return bool(one and two) and one != two
