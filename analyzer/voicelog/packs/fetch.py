"""A pack from the network: bounded in size and time, whole or not at all, every failure in clear words."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from voicelog.errors import VoicelogError

LARGEST = 16 * 2**20
"""Bytes of a packed pack."""
_LONGEST = 120.0
"""Seconds for all of it."""
_MOST_REDIRECTS = 5
_STEP = 64 * 1024
_LOCAL = ("127.0.0.1", "localhost", "::1")


class FetchError(VoicelogError):
    """Something could not be fetched."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server sent."""

    data: bytes
    etag: str
    changed: bool = True
    """False where the server said that what is known is still current."""


def fetch(url: str, *, etag: str = "", timeout: float = 20.0, largest: int = LARGEST) -> Fetched:
    """The content at `url`, unless the server says that it is still the one of `etag`; raises FetchError.

    `timeout` is in seconds, for the connection and for each pause of the server.
    """
    import requests

    _check_address(url, url)
    headers = {"Accept-Encoding": "identity", **({"If-None-Match": etag} if etag else {})}
    with _worded(url), requests.Session() as session:
        session.max_redirects = _MOST_REDIRECTS
        with session.get(url, headers=headers, timeout=timeout, stream=True) as answer:
            for step in (*answer.history, answer):
                _check_address(step.url, url)
            if answer.status_code == requests.codes.not_modified and etag:
                return Fetched(b"", etag, changed=False)
            if answer.status_code != requests.codes.ok:
                raise _refused(url, answer)
            data = _body(answer, url, largest)
            return Fetched(data, answer.headers.get("ETag", "")[:200])


def _check_address(url: str, asked: str) -> None:
    """Only https, or http on this machine: what travels openly can be exchanged on its way."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL):
        return
    if url != asked:
        raise FetchError("bad-redirect", f"leads to {url[:200]}, which is not https", where=asked, hint="do not use it")
    raise FetchError(
        "bad-address", "is no https address", where=asked[:200], hint="use https://, or download it yourself"
    )


def _body(answer: Any, url: str, largest: int) -> bytes:
    declared = answer.headers.get("Content-Length", "")
    if declared.isdigit() and int(declared) > largest:
        raise _too_large(url, largest)
    started = time.monotonic()
    data = bytearray()
    for piece in answer.iter_content(_STEP):
        data += piece
        if len(data) > largest:
            raise _too_large(url, largest)
        if time.monotonic() - started > _LONGEST:
            raise FetchError("too-slow", f"took more than {_LONGEST:.0f} seconds", where=url, hint="try again later")
    if declared.isdigit() and len(data) != int(declared):
        message = f"was cut off after {len(data)} of {declared} bytes"
        raise FetchError("cut-off", message, where=url, hint="try again")
    return bytes(data)


@contextmanager
def _worded(url: str) -> Iterator[None]:
    """What goes wrong with a connection, in words that say what to do."""
    from requests import exceptions

    try:
        yield
    except exceptions.ProxyError:
        hint = "correct or unset HTTPS_PROXY, or download the file yourself and install it from its path"
        raise FetchError("proxy", "the proxy does not answer or refuses", where=url, hint=hint) from None
    except exceptions.SSLError as error:
        hint = "check the date of this machine and its proxy's certificate (REQUESTS_CA_BUNDLE)"
        raise FetchError(
            "certificate", f"its certificate is not accepted ({_last(error)})", where=url, hint=hint
        ) from None
    except (exceptions.ConnectTimeout, exceptions.ReadTimeout):
        hint = "try again, or give it longer with --timeout"
        raise FetchError("too-slow", "the server does not answer in time", where=url, hint=hint) from None
    except exceptions.TooManyRedirects:
        message = f"redirects more than {_MOST_REDIRECTS} times"
        raise FetchError("redirects", message, where=url, hint="ask its author") from None
    except exceptions.ChunkedEncodingError:
        raise FetchError("cut-off", "was cut off halfway", where=url, hint="try again") from None
    except exceptions.ConnectionError as error:
        if "timed out" in str(error).lower():
            hint = "try again, or give it longer with --timeout"
            raise FetchError("too-slow", "the server does not answer in time", where=url, hint=hint) from None
        hint = "are you online? A downloaded file can be installed from its path"
        raise FetchError("unreachable", "the server cannot be reached", where=url, hint=hint) from None
    except (exceptions.RequestException, ValueError) as error:
        raise FetchError("bad-address", f"cannot be fetched ({_last(error)})", where=url, hint="check it") from None


def _refused(url: str, answer: Any) -> FetchError:
    hints = {404: "check the address", 401: "it needs a login: download it yourself", 403: "it is not public"}
    hint = hints.get(answer.status_code, "try again later")
    return FetchError("refused", f"the server answers {answer.status_code}", where=url, hint=hint)


def _too_large(url: str, largest: int) -> FetchError:
    return FetchError("too-large", f"is larger than {largest // 2**20} MB", where=url, hint="no pack needs that")


def _last(error: Exception) -> str:
    """The innermost reason, without the layers around it."""
    return str(error).rsplit(": ", 1)[-1].strip("()'\"")[:120]
