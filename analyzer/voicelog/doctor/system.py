"""The machine itself: disks, folders, ports, processor; read, and one file tried."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from voicelog.machine.child import run

PORTS = (7860, 7865, 7897, 9872, 9873, 9874, 9880)
"""Gradio's own, RVC's two, and those of GPT-SoVITS."""
_AVX2 = 40  # PF_AVX2_INSTRUCTIONS_AVAILABLE of winnt.h


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that a project writes to: free bytes on its disk, whether a file can be made in it, and a link."""

    role: str
    path: str
    exists: bool
    free: int
    writable: bool
    links: bool
    problem: str = ""
    device: int = 0
    """Number of the disk, as the system counts."""


@dataclass(frozen=True, slots=True)
class Port:
    """A local port that is not free: who holds it, or why the system refuses it."""

    number: int
    holder: str
    refused: bool = False


def cache_folders(variables: dict[str, str]) -> list[tuple[str, Path]]:
    """(role, folder) of every place that models and temporary files go to, by the variables of the environment."""
    home = Path.home()
    base = Path(variables.get("XDG_CACHE_HOME", "") or home / ".cache")
    hub = variables.get("HF_HUB_CACHE") or variables.get("HF_HOME") or str(base / "huggingface")
    return [
        ("hub", Path(hub).expanduser()),
        ("torch", Path(variables.get("TORCH_HOME", "") or base / "torch").expanduser()),
        ("modelscope", Path(variables.get("MODELSCOPE_CACHE", "") or home / ".cache" / "modelscope").expanduser()),
        ("temporary", Path(tempfile.gettempdir())),
    ]


def read_folders(wanted: Iterable[tuple[str, Path]]) -> tuple[Folder, ...]:
    """Each folder, or where it does not exist the one above it that does."""
    return tuple(_folder(role, path) for role, path in wanted)


def _folder(role: str, path: Path) -> Folder:
    place = path
    while not place.is_dir() and place != place.parent:
        place = place.parent
    free, device = 0, 0
    with contextlib.suppress(OSError):
        free, device = shutil.disk_usage(place).free, place.stat().st_dev
    try:
        with tempfile.TemporaryDirectory(prefix=".voicelog-", dir=place) as inner:
            links = _can_link(Path(inner))
    except OSError as error:
        return Folder(role, str(path), path.is_dir(), free, False, False, error.strerror or str(error), device)
    return Folder(role, str(path), path.is_dir(), free, True, links, device=device)


def _can_link(folder: Path) -> bool:
    try:
        (folder / "link").symlink_to(folder / "nothing")
    except OSError:
        return False
    return True


def busy_ports(numbers: Iterable[int] = PORTS) -> tuple[Port, ...]:
    """Ports of this machine that a web interface could not open."""
    found = []
    for number in numbers:
        with socket.socket() as one:
            if sys.platform != "win32":
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind(("127.0.0.1", number))
            except PermissionError:
                found.append(Port(number, "", refused=True))
            except OSError:
                found.append(Port(number, _holder(number)))
    return tuple(found)


def _holder(number: int) -> str:
    """Name and number of the process that listens there, where the system tells us."""
    import psutil

    with contextlib.suppress(psutil.Error, OSError):
        for one in psutil.net_connections("tcp"):
            if one.laddr and one.laddr.port == number and one.status == psutil.CONN_LISTEN and one.pid:
                return f"{psutil.Process(one.pid).name()} ({one.pid})"
    return ""


def answers(host: str, port: int) -> bool:
    """Whether something on this machine accepts a connection."""
    try:
        with socket.create_connection((host, port), 1):
            return True
    except OSError:
        return False


def has_avx2() -> bool | None:
    """Whether the processor has AVX2; None where it is no x86 or the system does not tell."""
    import platform

    if platform.machine().lower() not in ("x86_64", "amd64"):
        return None
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.kernel32.IsProcessorFeaturePresent(_AVX2))
    if sys.platform == "darwin":
        return "AVX2" in run(["/usr/sbin/sysctl", "-n", "machdep.cpu.leaf7_features"], 2).output
    with contextlib.suppress(OSError):
        return " avx2" in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    return None


def long_paths() -> bool | None:
    """Whether Windows allows paths over 260 characters; None on other systems."""
    if sys.platform != "win32":
        return None
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\FileSystem") as key:
            return bool(winreg.QueryValueEx(key, "LongPathsEnabled")[0])
    except OSError:
        return False


def missing_runtime() -> tuple[str, ...]:
    """Libraries of the Visual C++ runtime that are not in Windows' own folder."""
    if sys.platform != "win32":
        return ()
    folder = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32"
    return tuple(
        one for one in ("msvcp140.dll", "vcruntime140.dll", "vcruntime140_1.dll") if not (folder / one).is_file()
    )


def console_encoding() -> str:
    """The code page of Windows' console, by which other programs' output is shown; nothing elsewhere."""
    if sys.platform != "win32":
        return ""
    import ctypes

    page = ctypes.windll.kernel32.GetConsoleOutputCP()
    return f"cp{page}" if page else ""


def under_wsl() -> bool:
    """Whether this Linux runs inside Windows."""
    with contextlib.suppress(OSError):
        return "microsoft" in Path("/proc/sys/kernel/osrelease").read_text(encoding="utf-8").lower()
    return False


def quarantined(project: Path) -> bool:
    """Whether macOS holds the project for one that came from the internet and was not approved."""
    return sys.platform == "darwin" and run(["/usr/bin/xattr", "-p", "com.apple.quarantine", str(project)], 2).fine
