"""Hubs behind real servers on this machine: reached, refused, slow, with a certificate of their own, behind a proxy."""

from __future__ import annotations

import http.server
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from voicelog.doctor import network
from voicelog.doctor.network import addresses, reach, read_proxies

pytestmark = pytest.mark.usefixtures("plain_machine")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        if self.path == "/slow":
            time.sleep(6)
        self.send_response({"/broken": 503, "/missing": 404}.get(self.path, 200))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as one:
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{one.server_port}"
        one.shutdown()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_every_outcome_has_its_name(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_LIMIT", 3.0)
    wanted = {
        f"http://{server}/": "reached",
        f"http://{server}/missing": "reached",
        f"http://{server}/broken": "status",
        f"http://{server}/slow": "timeout",
        f"http://127.0.0.1:{free_port()}/": "refused",
        f"https://{server}/": "certificate",
    }
    assert {one.address: one.outcome for one in reach(wanted)} == wanted


def test_a_proxy_that_refuses(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("no_proxy", "")
    (one,) = reach([f"http://{server}/"])
    assert one.outcome == "proxy"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("http://127.0.0.1:{free}", "silent"),
        ("http://{server}", ""),
        ("{server}", ""),
        ("http://proxy.example:3128", ""),
        ("htp://proxy:1", "malformed"),
        ("http://127.0.0.1：7890", "malformed"),
        ("http://[::1", "malformed"),
    ],
)
def test_proxies_of_the_environment(value: str, problem: str, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", value.format(free=free_port(), server=server))
    (proxy,) = [one for one in read_proxies() if one.scheme == "https"]
    assert proxy.problem == problem


def test_the_mirror_that_is_set_is_asked_too() -> None:
    assert addresses({"HF_ENDPOINT": "https://mirror.example"})[0] == "https://mirror.example"
    assert addresses({"HF_ENDPOINT": "file:///etc/passwd"})[0] == network.HUBS[0]
