"""Graphics cards as the driver and the system report them: nvidia-smi first, then the driver's library."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicelog.machine.child import Ended, run

LIMIT = 10.0
"""Seconds: a driver that is being loaded answers late."""
_QUERY = ("name", "driver_version", "memory.total", "memory.used", "compute_cap")
_CUDA = re.compile(r"CUDA (?:UMD |DRIVER )?Version *: *(\d+\.\d+)", re.IGNORECASE)
_DRIVER = re.compile(r"Driver Version *: *(\d[\d.]*)", re.IGNORECASE)
_DISPLAY_CLASS = "SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}"
MISMATCH = "version mismatch"
"""What nvidia-smi says after an update of the driver until the machine restarts."""
_LIBRARY = Path(__file__).with_name("nvml.py")
_DEVICES = ("/dev/nvidiactl", "/proc/driver/nvidia/version", "/dev/dxg")
"""What the kernel shows of the driver: Linux, and Linux inside Windows."""
_VENDORS = {"0x10de": "nvidia", "0x1002": "amd", "0x8086": "intel"}


@dataclass(frozen=True, slots=True)
class Card:
    """One NVIDIA card: memory in MiB, compute capability like 8.6 or empty where the driver is too old to tell."""

    name: str
    total: int
    used: int
    capability: str = ""


@dataclass(frozen=True, slots=True)
class Driver:
    """What nvidia-smi said, or NVML where it did not answer."""

    path: str = ""
    """Where the program is, or NVML; empty where there is neither."""
    version: str = ""
    cuda: str = ""
    """The newest CUDA that the driver runs."""
    cards: tuple[Card, ...] = ()
    message: str = ""
    """Its own words where it failed."""
    timed_out: bool = False

    @property
    def works(self) -> bool:
        return bool(self.version)


@dataclass(frozen=True, slots=True)
class Adapter:
    """A display adapter as the system lists it, with or without a driver."""

    vendor: str
    name: str


def read_driver() -> Driver:
    """Ask nvidia-smi, wherever drivers put it, and where it does not answer, the driver's library."""
    told = _of_program(_program())
    if told.works or not library_there():
        return told
    asked = read_library()
    return asked if asked.works else told if told.path else asked


def read_cards(limit: float = LIMIT) -> tuple[Card, ...]:
    """The cards alone, with as few questions as that takes, each of at most `limit` seconds."""
    path = _program()
    found = tuple(_cards(path, limit)) if path else ()
    return found if found or not library_there() else read_library(limit).cards


def _program() -> str:
    return shutil.which("nvidia-smi", path=os.pathsep.join([os.environ.get("PATH", ""), *_usual_folders()])) or ""


def _of_program(path: str) -> Driver:
    if not path:
        return Driver()
    overview = run([path], LIMIT)
    if not overview.fine:
        return Driver(path, message=_words(overview), timed_out=overview.timed_out)
    driver, cuda = _DRIVER.search(overview.output), _CUDA.search(overview.output)
    return Driver(
        path=path,
        version=driver[1] if driver else "",
        cuda=cuda[1] if cuda else "",
        cards=tuple(_cards(path, LIMIT)),
        message="" if driver else _words(overview),
    )


def library_there() -> bool:
    """Whether the driver itself shows signs of life: only then is its library worth a process."""
    if sys.platform == "win32":
        root = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"))
        return (root / "System32" / "nvml.dll").is_file()
    return any(Path(name).exists() for name in _DEVICES)


def read_library(limit: float = LIMIT) -> Driver:
    """Ask NVML in a process of its own."""
    ended = run([sys.executable, "-B", str(_LIBRARY)], limit)
    told: dict[str, Any] = {}
    with contextlib.suppress(ValueError):
        told = dict(json.loads(ended.output))
    if not told.get("version"):
        return Driver("NVML", message=told.get("message") or _words(ended), timed_out=ended.timed_out)
    return Driver(
        path="NVML",
        version=told["version"],
        cuda=told["cuda"],
        cards=tuple(Card(*one) for one in told["cards"]),
    )


def _usual_folders() -> list[str]:
    root, programs = os.environ.get("SYSTEMROOT", ""), os.environ.get("PROGRAMFILES", "")
    windows = [f"{root}\\System32"] * bool(root) + [f"{programs}\\NVIDIA Corporation\\NVSMI"] * bool(programs)
    return windows if sys.platform == "win32" else ["/usr/lib/wsl/lib", "/usr/local/nvidia/bin"]


def _cards(path: str, limit: float) -> list[Card]:
    """Old drivers refuse a query that names a field they do not know, so the newest field is asked for last."""
    for fields in (_QUERY, _QUERY[:-1]):
        ended = run([path, f"--query-gpu={','.join(fields)}", "--format=csv,noheader,nounits"], limit)
        if ended.fine:
            rows = [[cell.strip() for cell in line.split(",")] for line in ended.output.splitlines()]
            return [_card(row) for row in rows if len(row) == len(fields)]
        if ended.timed_out:
            break
    return []


def _card(row: list[str]) -> Card:
    capability = row[4] if len(row) > 4 and re.fullmatch(r"\d+\.\d", row[4]) else ""
    return Card(row[0], _number(row[2]), _number(row[3]), capability)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _words(ended: Ended) -> str:
    lines = [line.strip() for line in (ended.output + "\n" + ended.errors).splitlines() if line.strip()]
    return ended.problem or (lines[0][:300] if lines else f"exit code {ended.code}")


def read_adapters() -> tuple[Adapter, ...]:
    """Display adapters that the system knows of."""
    if sys.platform == "win32":
        return tuple(_of_registry())
    if sys.platform == "darwin":
        ended = run(["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"], 2)
        name = ended.output.strip()
        return (Adapter("apple", name),) if name.startswith("Apple") else ()
    return tuple(_of_pci(Path("/sys/bus/pci/devices")))


def _of_pci(folder: Path) -> list[Adapter]:
    """Display controllers (class 03) by their vendor; Linux keeps no names."""
    found = []
    try:
        devices = sorted(folder.iterdir())
    except OSError:
        return []
    for device in devices:
        try:
            kind = (device / "class").read_text(encoding="ascii")
            vendor = (device / "vendor").read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            continue
        if kind.startswith("0x03") and vendor in _VENDORS:
            found.append(Adapter(_VENDORS[vendor], device.name))
    return found


def _of_registry() -> list[Adapter]:
    """The adapters that Windows has drivers for, by the names the drivers gave."""
    if sys.platform != "win32":
        return []
    import winreg

    found = []
    with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _DISPLAY_CLASS) as root:
        for number in range(winreg.QueryInfoKey(root)[0]):
            try:
                with winreg.OpenKey(root, winreg.EnumKey(root, number)) as key:
                    name = str(winreg.QueryValueEx(key, "DriverDesc")[0])
            except OSError:
                continue
            vendor = next((one for one in ("nvidia", "amd", "radeon", "intel") if one in name.lower()), "")
            found.append(Adapter("amd" if vendor == "radeon" else vendor, name))
    return found
