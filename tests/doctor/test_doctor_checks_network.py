"""What the checks say of proxies, certificates, hubs and ports."""

from __future__ import annotations

import os

import pytest
from doctor_cases import Case, assert_said, assert_worded
from doctor_places import machine

from voicelog.doctor.network import Proxy, Reach, ReachOutcome
from voicelog.doctor.system import Port
from voicelog.language import LANGUAGES, Language
from voicelog.signatures.base import KnowledgeBase

pytestmark = pytest.mark.usefixtures("plain_machine")

OUTCOMES: dict[ReachOutcome, str] = {
    "reached": "",
    "refused": "net.hub-unreachable",
    "timeout": "net.hub-unreachable",
    "certificate": "net.ssl-certificate",
    "proxy": "net.proxy",
    "status": "net.http-error",
}

CASES: dict[str, Case] = {
    # name: machine, check, status, message, cause
    "silent proxy": (
        machine(proxies=(Proxy("https", "127.0.0.1:7890", "http", "silent"),)),
        *("network.proxy", "fail", "proxy-silent", "net.proxy"),
    ),
    "malformed proxy": (
        machine(proxies=(Proxy("https", "127.0.0.1：7890", "", "malformed"),)),
        *("network.proxy", "fail", "proxy-malformed", "net.proxy"),
    ),
    "socks proxy": (
        machine(proxies=(Proxy("all", "127.0.0.1:1080", "socks5"),)),
        *("network.proxy", "fail", "proxy-socks", "net.proxy"),
    ),
    "certificates missing": (
        machine(variables={"SSL_CERT_FILE": "/nowhere/ca.pem"}),
        *("network.certificates", "fail", "certificates-missing", "net.ssl-certificate"),
    ),
    "no proxy": (machine(), "network.proxy", "ok", "no-proxy", ""),
    "a proxy that answers": (
        machine(proxies=(Proxy("https", "127.0.0.1:7890", "http"),)),
        *("network.proxy", "ok", "proxy", ""),
    ),
    "usual certificates": (machine(), "network.certificates", "ok", "certificates-usual", ""),
    "certificates of one's own": (
        machine(variables={"SSL_CERT_FILE": os.devnull}),
        *("network.certificates", "ok", "certificates-named", ""),
    ),
    "nobody asked": (machine(), "network.hubs", "skip", "network-unasked", ""),
    **{
        f"a hub: {outcome}": (
            machine(network=(Reach("https://huggingface.co", outcome, "said", 1.0),)),
            *("network.hubs", "ok" if outcome == "reached" else "warn", f"hub-{outcome}", cause),
        )
        for outcome, cause in OUTCOMES.items()
    },
    "free ports": (machine(), "network.ports", "ok", "ports-free", ""),
    "port busy": (machine(ports=(Port(7860, "python (4)"),)), "network.ports", "warn", "port-busy", "net.port-in-use"),
    "port refused": (machine(ports=(Port(7860, "", True),)), "network.ports", "warn", "port-refused", "net.blocked"),
    "hub unreachable": (
        machine(
            network=(
                Reach("https://huggingface.co", "timeout", "timed out", 5.0),
                Reach("https://hf-mirror.com", "reached", "HTTP 200", 0.2),
            )
        ),
        *("network.hubs", "warn", "hub-timeout", "net.hub-unreachable"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_check_says_what_is_there(name: str, base: KnowledgeBase) -> None:
    assert_said(CASES[name], base)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_every_finding_has_words_and_a_next_step(name: str, language: Language, base: KnowledgeBase) -> None:
    assert_worded(CASES[name][0], language, base)
