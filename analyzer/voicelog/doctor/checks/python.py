"""The interpreter: does it run, is it the version that the project wants, what environment is it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from voicelog.doctor.answers import Answer
from voicelog.doctor.compatibility import within
from voicelog.doctor.finding import crashed, exit_code, fail, ok, skip, warn
from voicelog.doctor.gather import Machine
from voicelog.doctor.requirements import read_project
from voicelog.model import Finding

_OLDEST_PIP = "20.3"
"""The first pip with the resolver that keeps what is installed consistent (pip's changelog)."""


def interpreter(machine: Machine) -> Iterator[Finding]:
    check, answer = "python.interpreter", machine.steps["environment"]
    path = machine.target.path
    found = machine.environment
    if not found.version:
        yield _no_answer(check, answer, path)
        return
    if found.python.get("bits") == 32:
        yield fail(
            check,
            "python-32-bit",
            evidence=[path],
            cause="os.arch-mismatch",
            facts=["python_bits"],
            version=found.version,
        )
    else:
        yield ok(check, "python-runs", evidence=[path], facts=["python", "interpreter"], version=found.version)
    yield from failed_stages(check, answer)


def _no_answer(check: str, answer: Answer, path: str) -> Finding:
    if "future feature annotations" in answer.detail or "SyntaxError" in answer.detail:
        return fail(check, "python-too-old", evidence=[answer.detail], cause="python.version-unsupported", path=path)
    return crashed(
        check,
        f"python-{answer.outcome}",
        evidence=[answer.detail],
        cause="deps.broken-install",
        path=path,
        code=exit_code(answer.code),
    )


def failed_stages(check: str, answer: Answer) -> Iterator[Finding]:
    """Stages of a step that ended with an exception of their own."""
    for stage, (kind, message) in answer.errors.items():
        yield crashed(check, "stage-failed", evidence=[f"{kind}: {message}"], stage=stage)


def version(machine: Machine) -> Iterator[Finding]:
    check, have = "python.version", machine.environment.version
    if machine.project is None or not have:
        yield skip(check, "no-project")
        return
    project = read_project(machine.project)
    for problem in project.unreadable:
        yield warn(check, "project-unreadable", evidence=[problem], cause="model.config-syntax")
    if not project.python:
        yield skip(check, "no-python-wanted")
    elif within(have, project.python):
        yield ok(check, "python-fits", version=have, wanted=project.python, file=project.python_file)
    else:
        yield fail(
            check,
            "python-misfits",
            cause="python.version-unsupported",
            facts=["python"],
            version=have,
            wanted=project.python,
            file=project.python_file,
        )


def environment(machine: Machine) -> Iterator[Finding]:
    check, found = "python.environment", machine.environment
    if not found.version:
        yield skip(check, "no-interpreter")
    elif found.kind != "system":
        yield ok(check, f"environment-{found.kind}", evidence=[found.prefix], facts=["environment"])
    elif found.python.get("externally_managed"):
        yield warn(
            check,
            "environment-managed",
            evidence=[found.prefix],
            cause="os.admin-required",
            commands=["{python} -m venv .venv"],
            facts=["environment"],
        )
    elif os.path.exists("/.dockerenv"):  # noqa: PTH110
        yield ok(check, "environment-container", evidence=[found.prefix], facts=["environment"])
    else:
        yield warn(
            check,
            "environment-system",
            evidence=[found.prefix],
            cause="deps.wrong-environment",
            commands=["{python} -m venv .venv"],
            facts=["environment"],
        )


def variables(machine: Machine) -> Iterator[Finding]:
    check = "python.variables"
    known = machine.environment.variables
    names = [name for name in ("PYTHONHOME", "PYTHONPATH") if known.get(name)]
    for name in names:
        cause = "deps.wrong-environment" if name == "PYTHONHOME" else "python.name-shadowed"
        yield warn(check, "variable-set", evidence=[f"{name}={known[name]}"], cause=cause, name=name)
    if not names:
        yield ok(check, "variables-clean")


def pip(machine: Machine) -> Iterator[Finding]:
    check = "python.pip"
    if not machine.environment.version:
        yield skip(check, "no-interpreter")
        return
    if "pip" not in machine.environment.installed:
        yield warn(check, "pip-missing", cause="os.command-not-found", commands=["{python} -m ensurepip --upgrade"])
        return
    program = machine.program("pip")
    if not program.starts or not program.version:
        lines = program.ended.errors.strip().splitlines()[-1:] if program.ended else []
        yield fail(
            check,
            "pip-broken",
            evidence=lines,
            cause="deps.broken-install",
            commands=["{python} -m ensurepip --upgrade"],
        )
    elif not within(program.version, f">={_OLDEST_PIP}"):
        yield warn(
            check,
            "pip-old",
            cause="deps.conflict",
            commands=["{pip} install --upgrade pip"],
            facts=["pip"],
            version=program.version,
        )
    else:
        yield ok(check, "pip-runs", facts=["pip"], version=program.version)


def _is_utf8(name: str) -> bool:
    return name.lower().replace("-", "").replace("_", "") in ("utf8", "cp65001")


def encoding(machine: Machine) -> Iterator[Finding]:
    check, known = "text.encoding", machine.environment.encoding
    if not known:
        yield skip(check, "no-interpreter")
        return
    preferred = str(known.get("preferred", ""))
    output = str(known.get("output", ""))
    console = f", console {machine.parts['console']}" if machine.parts.get("console") else ""
    shown = [f"preferred {preferred}, output {output}{console}"]
    windows = machine.environment.system == "windows"
    if error := known.get("locale_error"):
        yield warn(check, "locale-missing", evidence=[str(error)], cause="os.locale-missing")
    if _is_utf8(preferred) and output and not _is_utf8(output):
        yield warn(
            check,
            "output-other",
            evidence=shown,
            cause="encoding.console",
            commands=["setx PYTHONIOENCODING utf-8" if windows else "export PYTHONIOENCODING=utf-8"],
            encoding=output,
        )
        return
    if _is_utf8(preferred):
        yield ok(check, "encoding-utf8", evidence=shown, facts=["encoding"])
        return
    yield warn(
        check,
        "encoding-other",
        evidence=shown,
        cause="encoding.decode",
        commands=["setx PYTHONUTF8 1" if windows else "export PYTHONUTF8=1"],
        facts=["encoding"],
        encoding=preferred,
    )
