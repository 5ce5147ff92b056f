"""Proxies as the system has them, and, only where asked for, whether hubs can be reached."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from voicelog.doctor.system import answers

HUBS = (
    "https://huggingface.co",
    "https://hf-mirror.com",
    "https://www.modelscope.cn",
    "https://github.com",
    "https://pypi.org/simple/",
    "https://download.pytorch.org/whl/",
)
_LIMIT = 5.0
_LOCAL = ("localhost", "127.0.0.1", "::1")
_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")

ReachOutcome = Literal["reached", "refused", "timeout", "certificate", "proxy", "status"]


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that requests will use: for which scheme, where, and what is wrong with it."""

    scheme: str
    address: str
    """Without user name and password."""
    kind: str
    problem: Literal["", "silent", "malformed"] = ""
    """`silent`: it is on this machine and nothing listens there."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How one address answered."""

    address: str
    outcome: ReachOutcome
    detail: str
    seconds: float


def read_proxies() -> tuple[Proxy, ...]:
    """From the variables, or from the settings of Windows and macOS; only proxies on this machine are tried."""
    from urllib.request import getproxies

    found = getproxies()
    return tuple(_proxy(scheme, found[scheme]) for scheme in sorted(found) if scheme in ("http", "https", "all"))


def _proxy(scheme: str, value: str) -> Proxy:
    text = value if "://" in value else f"http://{value}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Proxy(scheme, value.rsplit("@", 1)[-1], "", "malformed")
    address = f"{host}:{port}" if port else host
    if not host or parts.scheme not in _SCHEMES:
        return Proxy(scheme, address, parts.scheme, "malformed")
    silent = host in _LOCAL and not answers(host, port or 80)
    return Proxy(scheme, address, parts.scheme, "silent" if silent else "")


def addresses(variables: Mapping[str, str]) -> tuple[str, ...]:
    """The hubs, and the mirror that the environment names."""
    mirror = variables.get("HF_ENDPOINT", "")
    return tuple(dict.fromkeys([mirror] * mirror.startswith(("http://", "https://")) + list(HUBS)))


def reach(wanted: Iterable[str]) -> tuple[Reach, ...]:
    """Ask each address for its head, all at once."""
    listed = list(wanted)
    with ThreadPoolExecutor(len(listed) or 1) as pool:
        return tuple(pool.map(_reach, listed))


def _reach(address: str) -> Reach:
    import requests

    started = time.monotonic()
    outcome: ReachOutcome = "reached"
    try:
        answer = requests.head(address, timeout=_LIMIT, allow_redirects=True)
        detail = f"HTTP {answer.status_code}"
        if answer.status_code >= 500:
            outcome = "status"
    except requests.exceptions.ProxyError as error:
        outcome, detail = "proxy", str(error)
    except requests.exceptions.SSLError as error:
        outcome, detail = "certificate", str(error)
    except requests.exceptions.Timeout as error:
        outcome, detail = "timeout", str(error)
    except requests.exceptions.RequestException as error:
        outcome, detail = "refused", str(error)
    return Reach(address, outcome, _innermost(detail)[:300], time.monotonic() - started)


def _innermost(detail: str) -> str:
    """What urllib3 names as the cause, without the layers around it."""
    return detail.rpartition("(Caused by ")[2].removesuffix(")") or detail
