"""Firewalls and virus scanners, out of what systems tell an ordinary user; Windows and macOS by recorded values."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from doctor_cases import Case, assert_said, assert_worded
from doctor_places import machine

from voicelog.doctor.security import Security, of_linux, of_macos, of_windows, read_security
from voicelog.language import LANGUAGES, Language
from voicelog.signatures.base import KnowledgeBase

pytestmark = pytest.mark.usefixtures("plain_machine")

PYTHON = r"D:\语音 模型\runtime\python.exe"
POLICY = "SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy"
GROUP = "SOFTWARE\\Policies\\Microsoft\\WindowsFirewall"
DEFENDER = "SOFTWARE\\Microsoft\\Windows Defender\\Windows Defender Exploit Guard\\Controlled Folder Access"
APP_CONTROL = "SYSTEM\\CurrentControlSet\\Control\\CI\\Policy"
ON = {f"{POLICY}\\{one}Profile": {"EnableFirewall": 1} for one in ("Domain", "Standard", "Public")}
NAMES = ("Windows (domain)", "Windows (private)", "Windows (public)")


def rule(action: str = "Block", active: str = "TRUE", direction: str = "In", program: str = PYTHON) -> str:
    """As Windows writes them when somebody clicks "Cancel" in its question about a program (MS-GPFAS 2.2.2.19)."""
    return f"v2.31|Action={action}|Active={active}|Dir={direction}|Protocol=6|Profile=Public|App={program}|Name=python.exe|Desc=python.exe|Defer=User|"


def windows(values: Mapping[str, Mapping[str, object]], products: str = "") -> Security:
    return of_windows(lambda key: values.get(key, {}), products, [PYTHON])


def with_rules(*rules: str, place: str = POLICY) -> dict[str, Mapping[str, object]]:
    return {**ON, f"{place}\\FirewallRules": {f"{{{number:032}}}": text for number, text in enumerate(rules)}}


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({}, Security()),
        (ON, Security(firewall=NAMES)),
        ({f"{POLICY}\\PublicProfile": {"EnableFirewall": 0}}, Security()),
        (with_rules(rule()), Security(firewall=NAMES, blocked_in=("python.exe",))),
        (with_rules(rule(), rule(), place=GROUP), Security(firewall=NAMES, blocked_in=("python.exe",))),
        (with_rules(rule(direction="Out")), Security(firewall=NAMES, blocked_out=("python.exe",))),
        (with_rules(rule(program=PYTHON.upper().replace("\\", "/"))), Security(firewall=NAMES, blocked_in=("python.exe",))),
        (with_rules(rule(action="Allow"), rule(active="FALSE"), rule(program="C:\\x.exe"), "v2.31", ""), Security(firewall=NAMES)),
        ({f"{POLICY}\\FirewallRules": {"a": rule()}}, Security()),
        (
            {f"{POLICY}\\PublicProfile": {"EnableFirewall": 1, "DoNotAllowExceptions": 1}},
            Security(firewall=("Windows (public)",), closed=True),
        ),
        (
            {f"{POLICY}\\PublicProfile": {"EnableFirewall": 1}, f"{GROUP}\\PublicProfile": {"DefaultOutboundAction": 1}},
            Security(firewall=("Windows (public)",), blocked_out=("Windows (public)",)),
        ),
        ({f"{POLICY}\\PublicProfile": {"EnableFirewall": 1}, f"{GROUP}\\PublicProfile": {"EnableFirewall": 0}}, Security()),
        (
            {f"{POLICY}\\StandardProfile": {"EnableFirewall": 0}, f"{GROUP}\\PrivateProfile": {"EnableFirewall": 1}},
            Security(firewall=("Windows (private)",)),
        ),
        ({APP_CONTROL: {"VerifiedAndReputablePolicyState": 1}}, Security(app_control=True)),
        ({APP_CONTROL: {"VerifiedAndReputablePolicyState": 2}}, Security()),
        ({DEFENDER: {"EnableControlledFolderAccess": 1}}, Security(guarded_folders=True)),
        ({DEFENDER: {"EnableControlledFolderAccess": 2}}, Security()),
    ],
)  # fmt: skip
def test_what_the_registry_of_windows_tells(values: Mapping[str, Mapping[str, object]], wanted: Security) -> None:
    assert windows(values) == wanted


def test_scanners_that_are_switched_on() -> None:
    """397568 and 393472 are Defender on and off, 266240 is another maker's, as Windows machines report them."""
    said = "397568|Windows Defender\r\n266240|火绒安全软件\r\n393472|Off Antivirus\r\n|\r\nGet-CimInstance : Access denied\r\n"
    assert windows({}, said).scanners == ("Windows Defender", "火绒安全软件")


@pytest.mark.parametrize(
    ("state", "everything", "wanted"),
    [
        ("Firewall is enabled. (State = 1)\n", "Firewall has block all state set to disabled.\n", Security(firewall=("macOS",))),
        ("Firewall is enabled. (State = 1)\n", "Block all DISABLED! \n", Security(firewall=("macOS",))),
        ("Firewall is enabled. (State = 2)\n", "Block all ENABLED! \n", Security(firewall=("macOS",), closed=True)),
        ("Firewall is disabled. (State = 0)\n", "Block all DISABLED! \n", Security()),
        ("", "", Security()),
    ],
)  # fmt: skip
def test_what_the_firewall_of_macos_says(state: str, everything: str, wanted: Security) -> None:
    assert of_macos(state, everything) == wanted


def test_what_files_of_linux_tell(tmp_path: Path) -> None:
    assert of_linux(tmp_path) == Security()
    for name, text in (
        ("etc/ufw/ufw.conf", "# /etc/ufw/ufw.conf\n# Set to yes to start on boot.\nENABLED=no\nLOGLEVEL=low\n"),
        ("sys/fs/selinux/enforce", "0"),
    ):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    assert of_linux(tmp_path) == Security()
    (tmp_path / "etc/ufw/ufw.conf").write_text("ENABLED=yes\n")
    (tmp_path / "sys/fs/selinux/enforce").write_text("1")
    (tmp_path / "run").mkdir()
    (tmp_path / "run/firewalld.pid").write_text("812\n")
    assert of_linux(tmp_path) == Security(scanners=("SELinux",), firewall=("ufw", "firewalld"))


@pytest.mark.skipif(sys.platform != "linux", reason="of Linux")
def test_this_machine() -> None:
    assert read_security([]) == of_linux(Path("/"))


CASES: dict[str, Case] = {
    # name: machine, check, status, message, cause
    "smart app control": (
        machine(security=Security(app_control=True)),
        *("system.security", "warn", "app-control", "os.antivirus"),
    ),
    "guarded folders": (
        machine(security=Security(guarded_folders=True)),
        *("system.security", "warn", "folders-guarded", "os.antivirus"),
    ),
    "a scanner": (
        machine(security=Security(scanners=("Windows Defender",))),
        *("system.security", "ok", "security-products", ""),
    ),
    "no scanner": (machine(), "system.security", "skip", "no-security-products", ""),
    "a quarantine": (
        machine(quarantine=True, project=Path("/Users/mei/语音"), system="Darwin"),
        *("system.security", "warn", "quarantined", "os.antivirus"),
    ),
    "a rule against downloads": (
        machine(security=Security(firewall=NAMES, blocked_out=("python.exe",))),
        *("system.firewall", "fail", "firewall-keeps-in", "net.hub-unreachable"),
    ),
    "a rule against visitors": (
        machine(security=Security(firewall=NAMES, blocked_in=("python.exe",))),
        *("system.firewall", "warn", "firewall-keeps-out", "net.blocked"),
    ),
    "closed": (
        machine(security=Security(firewall=("macOS",), closed=True), system="Darwin"),
        *("system.firewall", "warn", "firewall-closed", "net.blocked"),
    ),
    "on": (machine(security=Security(firewall=("ufw",)), system="Linux"), "system.firewall", "ok", "firewall-on", ""),
    "off": (machine(system="Linux"), "system.firewall", "skip", "no-firewall", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_a_check_says_what_is_there(name: str, base: KnowledgeBase) -> None:
    assert_said(CASES[name], base)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_every_finding_has_words_and_a_next_step(name: str, language: Language, base: KnowledgeBase) -> None:
    assert_worded(CASES[name][0], language, base)
