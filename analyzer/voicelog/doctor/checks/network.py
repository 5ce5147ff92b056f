"""Proxies, certificates and ports of this machine; hubs only where the user asked for the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from voicelog.doctor.finding import fail, ok, skip, warn
from voicelog.doctor.gather import Machine
from voicelog.doctor.network import Proxy, Reach
from voicelog.doctor.system import Port
from voicelog.model import Finding

_CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_CAUSES = {
    "refused": "net.hub-unreachable",
    "timeout": "net.hub-unreachable",
    "certificate": "net.ssl-certificate",
    "proxy": "net.proxy",
    "status": "net.http-error",
}
_BY_ADDRESS = (
    ("github.com", "net.hub-unreachable.git"),
    ("pypi.org", "net.hub-unreachable.pip"),
    ("pytorch.org", "net.hub-unreachable.pip"),
)
"""What cannot be reached needs another fix where it is no model hub."""
_CHINESE_MIRROR = "hf-mirror.com"


def proxies(machine: Machine) -> Iterator[Finding]:
    check = "network.proxy"
    found: tuple[Proxy, ...] = machine.parts.get("proxies", ())
    for proxy in found:
        shown = [f"{proxy.scheme}: {proxy.address}"]
        if proxy.problem == "silent":
            yield fail(
                check, "proxy-silent", evidence=shown, cause="net.proxy", facts=["proxy_silent"], address=proxy.address
            )
        elif proxy.problem == "malformed":
            yield fail(check, "proxy-malformed", evidence=shown, cause="net.proxy", address=proxy.address)
        elif proxy.kind.startswith("socks") and "pysocks" not in machine.environment.installed:
            yield fail(
                check,
                "proxy-socks",
                evidence=shown,
                cause="net.proxy",
                commands=["{pip} install pysocks"],
                address=proxy.address,
            )
        else:
            yield ok(check, "proxy", evidence=shown, facts=["proxy"], address=proxy.address)
    if not found:
        yield ok(check, "no-proxy")


def certificates(machine: Machine) -> Iterator[Finding]:
    check = "network.certificates"
    known = machine.environment.variables
    named = [(name, known[name]) for name in _CERTIFICATES if known.get(name)]
    for name, value in named:
        if Path(value).exists():
            yield ok(check, "certificates-named", evidence=[f"{name}={value}"], name=name)
        else:
            yield fail(
                check,
                "certificates-missing",
                evidence=[f"{name}={value}"],
                cause="net.ssl-certificate",
                facts=["certificates_missing"],
                name=name,
            )
    if not named:
        yield ok(check, "certificates-usual")


def hubs(machine: Machine) -> Iterator[Finding]:
    check = "network.hubs"
    reached: tuple[Reach, ...] | None = machine.parts.get("network")
    if reached is None:
        yield skip(check, "network-unasked")
        return
    mirror = any(_CHINESE_MIRROR in one.address and one.outcome == "reached" for one in reached)
    windows = machine.environment.system == "windows"
    for one in reached:
        if one.outcome == "reached":
            yield ok(check, "hub-reached", evidence=[f"{one.detail}, {one.seconds:.1f} s"], address=one.address)
            continue
        blocked = one.outcome in ("refused", "timeout") and "huggingface.co" in one.address and mirror
        setting = "HF_ENDPOINT=https://hf-mirror.com"
        commands = [f"setx {setting.replace('=', ' ', 1)}" if windows else f"export {setting}"] if blocked else []
        yield warn(
            check,
            f"hub-{one.outcome}",
            evidence=[one.detail],
            cause=_cause(one),
            commands=commands,
            address=one.address,
        )


def _cause(one: Reach) -> str:
    cause = _CAUSES[one.outcome]
    narrower = next((narrow for place, narrow in _BY_ADDRESS if place in one.address), cause)
    return narrower if cause == "net.hub-unreachable" else cause


def ports(machine: Machine) -> Iterator[Finding]:
    check = "network.ports"
    busy: tuple[Port, ...] = machine.parts.get("ports", ())
    for port in busy:
        if port.refused:
            yield warn(check, "port-refused", cause="net.blocked", facts=["port_refused"], port=port.number)
        else:
            yield warn(
                check,
                "port-busy",
                evidence=[port.holder],
                cause="net.port-in-use",
                facts=["port_busy"],
                port=port.number,
            )
    if not busy:
        yield ok(check, "ports-free")
