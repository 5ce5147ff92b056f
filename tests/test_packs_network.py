"""Packs from the network, against a real server: proved before anything is replaced, whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pack_samples import Run, commands_in, contents, entry, version_of, zipped


@pytest.fixture
def kb(tmp_path: Path) -> Run:
    return commands_in(tmp_path)


class Answers(dict[str, Callable[[BaseHTTPRequestHandler], None]]):
    """What the server does, by path; `seen` are the requests."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.address = ""

    def file(self, path: str, data: bytes, etag: str = "") -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            if etag and handler.headers.get("If-None-Match") == etag:
                handler.send_response(304)
                handler.end_headers()
                return
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(data)))
            if etag:
                handler.send_header("ETag", etag)
            handler.end_headers()
            handler.wfile.write(data)

        self[path] = answer


@pytest.fixture
def server() -> Iterator[Answers]:
    answers = Answers()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers.seen.append(self.path)
            answer = answers.get(self.path)
            if answer is None:
                self.send_error(404)
            else:
                answer(self)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    threading.Thread(target=running.serve_forever, daemon=True).start()
    answers.address = f"http://127.0.0.1:{running.server_address[1]}"
    yield answers
    running.shutdown()
    running.server_close()


def test_nothing_is_installed_unasked(kb: Run, tmp_path: Path, server: Answers) -> None:
    server.file("/p.zip", zipped(contents()))
    code, _, error = kb("kb", "install", f"{server.address}/p.zip", "--no-input")
    assert code == 2
    assert "my-project 1.0.0" in error and "sha256" in error and "--yes" in error
    assert version_of(kb) == ""


def test_install_by_address_update_304_and_rollback(kb: Run, server: Answers) -> None:
    first, second = zipped(contents("1.0.0")), zipped(contents("2.0.0"))
    server.file("/p.zip", first, etag='"one"')
    digest = hashlib.sha256(first).hexdigest()
    assert kb("kb", "install", f"{server.address}/p.zip", "--sha256", digest, "--yes")[0] == 0
    assert version_of(kb) == "1.0.0"
    code, _, error = kb("kb", "update", "--yes")
    assert (code, "up to date" in error) == (0, True)
    server.file("/p.zip", second, etag='"two"')
    code, _, error = kb("kb", "update", "--yes")
    assert code == 2
    assert "not signed" in error and hashlib.sha256(second).hexdigest() in error
    assert version_of(kb) == "1.0.0"
    assert kb("kb", "update", "my-project", "--sha256", "0" * 64, "--yes")[0] == 2
    assert version_of(kb) == "1.0.0"
    assert kb("kb", "update", "my-project", "--sha256", hashlib.sha256(second).hexdigest(), "--yes")[0] == 0
    assert version_of(kb) == "2.0.0"
    assert kb("kb", "update", "my-project", "--rollback")[0] == 0
    assert version_of(kb) == "1.0.0"
    assert kb("kb", "update", "my-project", "--rollback")[0] == 0
    assert version_of(kb) == "2.0.0"


def signed(data: bytes, key: Ed25519PrivateKey) -> bytes:
    return base64.b64encode(key.sign(data))


def key_line(key: Ed25519PrivateKey) -> str:
    return f"key: {base64.b64encode(key.public_key().public_bytes_raw()).decode()}\n"


def keyed(version: str, key: Ed25519PrivateKey) -> bytes:
    files = contents(version)
    return zipped({**files, "pack.yaml": files["pack.yaml"] + key_line(key)})


def test_signed_updates_need_the_pinned_key(kb: Run, server: Answers) -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    first, second, third = keyed("1.0.0", key), keyed("2.0.0", key), keyed("3.0.0", other)
    address = f"{server.address}/p.zip"
    server.file("/p.zip", first)
    assert kb("kb", "install", address, "--yes")[0] == 2
    server.file("/p.zip.sig", signed(first, other))
    code, _, error = kb("kb", "install", address, "--yes")
    assert (code, "signature is not the one" in error) == (2, True)
    server.file("/p.zip.sig", signed(first, key))
    assert kb("kb", "install", address, "--yes")[0] == 0
    server.file("/p.zip", second)
    assert kb("kb", "update", "--yes")[0] == 2
    server.file("/p.zip.sig", signed(second, key) + b"\n")
    assert kb("kb", "update", "--yes")[0] == 0
    assert version_of(kb) == "2.0.0"
    server.file("/p.zip", third)
    server.file("/p.zip.sig", signed(third, other))
    for action in (("update",), ("install", address)):
        assert kb("kb", *action, "--yes")[0] == 2
        assert version_of(kb) == "2.0.0"
    server.file("/p.zip.sig", signed(third, key))
    assert kb("kb", "update", "--yes")[0] == 0
    assert version_of(kb) == "3.0.0"


def _cut(data: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[: len(data) // 2])
        handler.close_connection = True

    return answer


def _redirect(target: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", target)
        handler.end_headers()

    return answer


def _slow(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.flush()
    time.sleep(6)


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(40):
            handler.wfile.write(b"\0" * 2**20)
    except OSError:
        pass


def test_what_goes_wrong_on_the_way_changes_nothing_and_is_said(kb: Run, server: Answers, tmp_path: Path) -> None:
    good = zipped(contents("1.0.0"))
    server.file("/p.zip", good)
    assert kb("kb", "install", f"{server.address}/p.zip", "--yes")[0] == 0
    bomb = zipped({**contents("2.0.0"), "signatures/big.yaml": "x" * 60_000_000})
    climbing = zipped({**contents("2.0.0"), "../../evil.yaml": entry()})
    server.file("/bomb.zip", bomb)
    server.file("/climb.zip", climbing)
    server.file("/page.zip", b"<html>login</html>")
    server.file("/half.zip", good[: len(good) // 2])
    server["/cut.zip"] = _cut(zipped(contents("2.0.0")))
    server["/away.zip"] = _redirect("http://example.invalid/p.zip")
    server["/round.zip"] = _redirect("/round.zip")
    server["/slow.zip"] = _slow
    server["/endless.zip"] = _endless
    expected = {
        "missing.zip": "answers 404",
        "bomb.zip": "",
        "climb.zip": "leads out of it",
        "page.zip": "no sound zip",
        "half.zip": "no sound zip",
        "cut.zip": "cut off",
        "away.zip": "",
        "round.zip": "redirects more than",
        "slow.zip": "in time",
        "endless.zip": "larger than",
    }
    for name, words in expected.items():
        code, _, error = kb("kb", "install", f"{server.address}/{name}", "--yes", "--timeout", "2")
        if name == "bomb.zip":
            assert code == 0
            assert "larger than" in error
            assert version_of(kb) == "2.0.0"
            assert kb("kb", "update", "my-project", "--rollback")[0] == 0
            continue
        assert code == 2, (name, error)
        assert words in error, (name, error)
        assert version_of(kb) == "1.0.0", name
    assert not list(tmp_path.rglob("evil.yaml"))
    assert not list(tmp_path.rglob(".new-*"))


def test_a_redirect_within_what_is_allowed_is_followed(kb: Run, server: Answers) -> None:
    server.file("/real.zip", zipped(contents()))
    server["/p.zip"] = _redirect("/real.zip")
    assert kb("kb", "install", f"{server.address}/p.zip", "--yes")[0] == 0


@pytest.mark.parametrize(
    ("address", "environment", "words"),
    [
        ("https://127.0.0.1:9/p.zip", {}, "cannot be reached"),
        ("https://example.org/p.zip", {"HTTPS_PROXY": "http://127.0.0.1:9", "no_proxy": ""}, "proxy"),
        ("http://example.org/p.zip", {}, "no https address"),
        ("ftp://example.org/p.zip", {}, "no https address"),
        ("https://[bad/p.zip", {}, "address"),
    ],
)
def test_offline_and_behind_a_proxy_the_words_are_clear(
    address: str, environment: dict[str, str], words: str, kb: Run
) -> None:
    code, _, error = kb("kb", "install", address, "--yes", "--timeout", "3", **environment)
    assert code == 2
    assert words in error
    assert error.count("\n") == 1, error
