"""What was gathered as the facts that signatures ask for; some are there only where they hold."""

from __future__ import annotations

import contextlib
import re

from voicelog.doctor.checks.torch import fits, known_cards
from voicelog.doctor.gather import Machine
from voicelog.doctor.network import Proxy
from voicelog.doctor.security import Security
from voicelog.doctor.system import Folder
from voicelog.linear import compile_pattern
from voicelog.machine.memory import Memory
from voicelog.machine.nvidia import MISMATCH
from voicelog.parse.fact_rules import ARCHITECTURES, PACKAGES

_MEBIBYTE = 1 << 20
_FULL = 1 << 30
_LITTLE_SHARED = 1 << 30


def facts_of(machine: Machine) -> dict[str, str]:
    """Facts by name, as knowledge/README.md lists them; a part that told something odd tells no fact."""
    facts: dict[str, str] = {}
    for part in (_interpreter, _packages, _torch, _graphics, _onnxruntime, _rest):
        with contextlib.suppress(TypeError, ValueError, KeyError, IndexError, AttributeError):
            facts |= part(machine)
    return {name: value for name, value in facts.items() if value}


def _interpreter(machine: Machine) -> dict[str, str]:
    found = machine.environment
    return {
        "os": found.system,
        "wsl": "yes" if machine.parts.get("wsl") else "",
        "python": found.minor,
        "python_bits": str(found.python.get("bits", "")),
        "environment": found.kind if found.version else "",
        "interpreter": machine.target.path if found.version else "",
    }


def _packages(machine: Machine) -> dict[str, str]:
    """The packages that a log could tell of as well; signatures ask for no others."""
    installed = machine.environment.installed
    named = {re.sub("[_.]", "-", name.lower()): name.lower() for name in PACKAGES}
    return {fact: installed[name].version.split("+")[0] for name, fact in named.items() if name in installed}


def _torch(machine: Machine) -> dict[str, str]:
    answer = machine.steps.get("torch")
    told = answer.values("import") if answer else {}
    version = str(told.get("version") or machine.environment.version_of("torch"))
    if not version:
        return {}
    number, _, build = version.partition("+")
    facts = {"torch": number, "cuda": str(told.get("cuda") or "")}
    if told and not told.get("cuda") and not told.get("hip"):
        facts["torch_build"] = "cpu"
    elif told.get("cuda"):
        facts["torch_build"] = build or f"cu{str(told['cuda']).replace('.', '')}"
    elif told.get("hip"):
        facts["torch_build"] = build or f"rocm{told['hip']}"
    else:
        facts["torch_build"] = build
    hidden = machine.environment.variables.get("CUDA_VISIBLE_DEVICES")
    if hidden is not None and hidden.strip() in ("", "-1") and facts["torch_build"] != "cpu":
        facts["cuda_hidden"] = "yes"
    return facts


def _graphics(machine: Machine) -> dict[str, str]:
    driver, facts = machine.driver, {}
    if driver.cards:
        card = driver.cards[0]
        facts = {
            "gpu": card.name,
            "gpu_vendor": "nvidia",
            "gpu_arch": card.capability or _capability_by_name(card.name),
            "vram_total": f"{card.total}MiB" if card.total else "",
            "vram_free": f"{card.total - card.used}MiB" if card.total else "",
            "vram_taken": "yes" if card.total and card.used > card.total / 2 else "",
        }
    elif machine.adapters:
        nvidia = [one for one in machine.adapters if one.vendor == "nvidia"]
        first = (nvidia or list(machine.adapters))[0]
        facts = {"gpu_vendor": first.vendor}
    elif not driver.path and machine.environment.system == "linux":
        facts = {"gpu_vendor": "none"}
    facts |= {"driver": driver.version, "driver_cuda": driver.cuda, "driver_missing": _driver_missing(machine)}
    answer = machine.steps.get("torch")
    listed = [str(one) for one in answer.values("cuda").get("architectures", ())] if answer else []
    cards = known_cards(machine)
    if cards:
        facts["gpu_arch"] = cards[0][1]
    if listed and facts.get("gpu_arch"):
        facts["arch_fit"] = fits(facts["gpu_arch"], listed)
    cuda = str(answer.values("import").get("cuda") or "") if answer else ""
    if cuda and driver.cuda and int(driver.cuda.split(".")[0]) < int(cuda.split(".")[0]):
        facts["driver_short"] = "yes"
    return facts


def _driver_missing(machine: Machine) -> str:
    """Whether a card, or the driver's own program, is there and the driver is not."""
    driver = machine.driver
    expected = bool(driver.path) or any(one.vendor == "nvidia" for one in machine.adapters)
    other = driver.works or driver.timed_out or MISMATCH in driver.message
    return "yes" if expected and not other else ""


def _capability_by_name(name: str) -> str:
    return next((capability for capability, pattern in ARCHITECTURES if compile_pattern(pattern).search(name)), "")


def _onnxruntime(machine: Machine) -> dict[str, str]:
    answer = machine.steps.get("onnxruntime")
    told = answer.values("import") if answer else {}
    if not told:
        return {}
    gpu = {"CUDAExecutionProvider", "DmlExecutionProvider", "ROCMExecutionProvider"} & set(told.get("providers", ()))
    return {"onnxruntime": str(told.get("version", "")), "onnxruntime_build": "gpu" if gpu else "cpu"}


def _rest(machine: Machine) -> dict[str, str]:
    """Memory, programs, libraries, folders and proxies: what decides between two readings of the same words."""
    memory = machine.part("memory", Memory)
    folders: tuple[Folder, ...] = machine.parts.get("folders", ())
    proxies: tuple[Proxy, ...] = machine.parts.get("proxies", ())
    sound = machine.steps.get("soundfile")
    library = str(sound.values("import").get("library") or sound.values("load").get("version") or "") if sound else ""
    security = machine.part("security", Security) or Security()
    facts = {
        "app_control": "yes" if security.app_control else "",
        "guarded_folders": "yes" if security.guarded_folders else "",
        "ram_total": f"{memory.total // _MEBIBYTE}MiB" if memory else "",
        "shm_small": "yes" if memory and memory.shared is not None and memory.shared < _LITTLE_SHARED else "",
        "disk_full": "yes" if any(one.free < _FULL for one in folders) else "",
        "disk_room": "yes" if folders and all(one.free >= _FULL for one in folders) else "",
        "libsndfile": library.removeprefix("libsndfile-"),
        "encoding": str(machine.environment.encoding.get("preferred", "")),
        "proxy_silent": "yes" if any(one.problem == "silent" for one in proxies) else "",
        "path_non_ascii": "yes" if machine.project and not str(machine.project.absolute()).isascii() else "",
    }
    for name in ("ffmpeg", "espeak", "sox"):
        program = machine.part(f"program {name}", type(machine.program(name)))
        if program is not None:
            facts[name] = program.version if program.path and program.starts else ""
            facts[f"{name}_missing"] = "" if program.path else "yes"
    return facts
