"""Security software that may hold files or connections back."""

from __future__ import annotations

from collections.abc import Iterator

from voicelog.doctor.finding import fail, ok, skip, warn
from voicelog.doctor.gather import Machine
from voicelog.doctor.security import Security
from voicelog.model import Finding

_CONSOLE = "wf.msc"
"""Opens Windows' own window of firewall rules."""


def scanners(machine: Machine) -> Iterator[Finding]:
    check, found = "system.security", _security(machine)
    if machine.parts.get("quarantine"):
        yield warn(
            check,
            "quarantined",
            evidence=[str(machine.project)],
            cause="os.antivirus",
            commands=[f'xattr -dr com.apple.quarantine "{machine.project}"'],
        )
    if found.app_control:
        yield warn(check, "app-control", cause="os.antivirus", facts=["app_control"])
    if found.guarded_folders:
        yield warn(check, "folders-guarded", cause="os.antivirus", facts=["guarded_folders"])
    if found.scanners:
        yield ok(check, "security-products", evidence=found.scanners)
    elif not (found.app_control or found.guarded_folders or machine.parts.get("quarantine")):
        yield skip(check, "no-security-products")


def firewall(machine: Machine) -> Iterator[Finding]:
    check, found = "system.firewall", _security(machine)
    windows = machine.environment.system == "windows"
    commands = [_CONSOLE] if windows else []
    if found.blocked_out:
        yield fail(
            check, "firewall-keeps-in", evidence=found.blocked_out, cause="net.hub-unreachable", commands=commands
        )
    if found.blocked_in or found.closed:
        yield warn(
            check,
            "firewall-closed" if found.closed else "firewall-keeps-out",
            evidence=found.firewall if found.closed else found.blocked_in,
            cause="net.blocked",
            commands=commands,
        )
    if found.firewall and not (found.blocked_out or found.blocked_in or found.closed):
        yield ok(check, "firewall-on", evidence=found.firewall)
    elif not found.firewall:
        yield skip(check, "no-firewall")


def _security(machine: Machine) -> Security:
    return machine.part("security", Security) or Security()
