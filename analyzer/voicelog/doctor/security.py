"""What may hold files or connections back: virus scanners, rules of the firewall, policies; read without any rights."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from voicelog.machine.child import run

_PRODUCTS = (
    "Get-CimInstance -Namespace root/SecurityCenter2 -ClassName AntiVirusProduct"
    " | ForEach-Object { '{0}|{1}' -f $_.productState, $_.displayName }"
)
_ON, _STATE = 0x1000, 0xF000  # bits of productState; Microsoft documents none of them, every vendor sets these
_LOCAL = r"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"
_POLICY = r"SOFTWARE\Policies\Microsoft\WindowsFirewall"
_PROFILES = {
    "domain": ("DomainProfile",),
    "private": ("StandardProfile", "PrivateProfile"),  # the old name stayed in the registry, policies have both
    "public": ("PublicProfile",),
}
_GUARD = r"Windows Defender Exploit Guard\Controlled Folder Access"
_DEFENDER = (r"SOFTWARE\Policies\Microsoft\Windows Defender", r"SOFTWARE\Microsoft\Windows Defender")
_APP_CONTROL = r"SYSTEM\CurrentControlSet\Control\CI\Policy"
_MAC = "/usr/libexec/ApplicationFirewall/socketfilterfw"
_LIMIT = 4.0

Registry = Callable[[str], Mapping[str, object]]
"""The values of a key of HKEY_LOCAL_MACHINE; none where it is not there."""


@dataclass(frozen=True, slots=True)
class Security:
    """What is switched on."""

    scanners: tuple[str, ...] = ()
    app_control: bool = False
    """Smart App Control: refuses libraries that nobody known has signed."""
    guarded_folders: bool = False
    """Controlled folder access: strange programs may not write to Documents, Pictures, Music and their like."""
    firewall: tuple[str, ...] = ()
    """Firewalls, or the profiles of Windows' own, that are on."""
    closed: bool = False
    """It lets nothing in, whatever its rules say."""
    blocked_in: tuple[str, ...] = ()
    """Names of rules that keep other machines from the interpreter."""
    blocked_out: tuple[str, ...] = ()
    """Names of rules, or profiles, that keep the interpreter from other machines."""


def read_security(interpreters: Iterable[str]) -> Security:
    """What this system tells an ordinary user."""
    if sys.platform == "win32":
        ended = run(["powershell", "-NoProfile", "-NonInteractive", "-Command", _PRODUCTS], _LIMIT)
        return of_windows(_registry, ended.output if ended.fine else "", interpreters)
    if sys.platform == "darwin":
        return of_macos(run([_MAC, "--getglobalstate"], _LIMIT).output, run([_MAC, "--getblockall"], _LIMIT).output)
    return of_linux(Path("/"))


def of_windows(registry: Registry, products: str, interpreters: Iterable[str]) -> Security:
    """By the registry (MS-GPFAS 2.2; learn.microsoft.com on Smart App Control and Controlled folder access)."""
    profiles = [(name, _merged(registry, keys)) for name, keys in _PROFILES.items()]
    active = [(name, values) for name, values in profiles if values.get("EnableFirewall") == 1]
    rules = [_rule(str(text)) for key in (_LOCAL, _POLICY) for text in registry(f"{key}\\FirewallRules").values()]
    programs = {_plain(path) for path in interpreters}
    blocking = [one for one in rules if _blocks(one, programs)] if active else []
    guard = [registry(f"{key}\\{_GUARD}").get("EnableControlledFolderAccess") for key in _DEFENDER]
    return Security(
        scanners=tuple(_scanners(products)),
        app_control=registry(_APP_CONTROL).get("VerifiedAndReputablePolicyState") == 1,
        guarded_folders=next((value for value in guard if value is not None), 0) == 1,
        firewall=tuple(f"Windows ({name})" for name, _ in active),
        closed=any(values.get("DoNotAllowExceptions") == 1 for _, values in active),
        blocked_in=_names(blocking, "In"),
        blocked_out=(
            *_names(blocking, "Out"),
            *(f"Windows ({name})" for name, values in active if values.get("DefaultOutboundAction") == 1),
        ),
    )


def _merged(registry: Registry, keys: Iterable[str]) -> dict[str, object]:
    """The settings of a profile: a policy's win over the local ones (MS-FASP 2.2.38)."""
    values: dict[str, object] = {}
    for place in (_LOCAL, _POLICY):
        for key in keys:
            values.update(registry(f"{place}\\{key}"))
    return values


def _scanners(products: str) -> list[str]:
    found = []
    for line in products.splitlines():
        state, _, name = line.strip().partition("|")
        if name and state.isdigit() and int(state) & _STATE == _ON:
            found.append(name.strip())
    return found


def _rule(text: str) -> dict[str, str]:
    """The fields of a rule as Windows writes it: v2.31|Action=Block|Active=TRUE|Dir=In|App=C:\\...|Name=...|"""
    return dict(field.split("=", 1) for field in text.split("|") if "=" in field)


def _blocks(rule: Mapping[str, str], interpreters: Collection[str]) -> bool:
    if (rule.get("Action"), rule.get("Active")) != ("Block", "TRUE"):
        return False
    return _plain(os.path.expandvars(rule.get("App", ""))) in interpreters


def _plain(path: str) -> str:
    return path.replace("/", "\\").lower()


def _names(rules: list[dict[str, str]], direction: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.get("Name", one["App"]) for one in rules if one.get("Dir") == direction))


def of_macos(state: str, everything: str) -> Security:
    """By what its own program says: `Firewall is enabled. (State = 1)`, `Block all DISABLED!` and their like."""
    on = "State = 1" in state or "State = 2" in state
    closed = on and ("State = 2" in state or "enabled" in everything.lower())
    return Security(firewall=("macOS",) if on else (), closed=closed)


def of_linux(root: Path) -> Security:
    """By files that everybody may read (ufw(8), firewalld(1), the kernel's selinuxfs)."""
    firewall = []
    if "ENABLED=yes" in _lines(root / "etc/ufw/ufw.conf"):
        firewall.append("ufw")
    if (root / "run/firewalld.pid").exists():
        firewall.append("firewalld")
    enforcing = _lines(root / "sys/fs/selinux/enforce") == ["1"]
    return Security(scanners=("SELinux",) if enforcing else (), firewall=tuple(firewall))


def _lines(path: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace").split()
    return []


def _registry(key: str) -> Mapping[str, object]:
    if sys.platform != "win32":
        return {}
    import winreg

    values: dict[str, object] = {}
    with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as opened:
        for number in range(winreg.QueryInfoKey(opened)[1]):
            name, value, _ = winreg.EnumValue(opened, number)
            values[name] = value
    return values
