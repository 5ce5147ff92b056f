"""What torch was built for, and whether it computes on the cards that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voicelog.doctor.answers import Answer
from voicelog.doctor.checks.imports import broken_import
from voicelog.doctor.finding import crashed, exit_code, fail, ok, skip, warn
from voicelog.doctor.gather import Machine
from voicelog.model import Finding

_REINSTALL = (
    "{pip} uninstall -y torch torchvision torchaudio",
    "{pip} install torch torchvision torchaudio --index-url {torch_index}",
)
_ARCHITECTURE = re.compile(r"(?:sm|compute)_(\d+)(\d)[a-z]?")


def _answer(machine: Machine) -> Answer | None:
    """The answer of the torch step where the import itself ended."""
    answer = machine.steps.get("torch")
    return answer if answer is not None and answer.values("import") else None


def _silent(check: str, machine: Machine) -> Finding:
    """Why torch told nothing."""
    if "torch" in machine.steps:
        return skip(check, "torch-silent")
    return skip(check, "not-installed", name="torch")


def build(machine: Machine) -> Iterator[Finding]:
    check, answer = "torch.build", machine.steps.get("torch")
    if answer is None:
        yield skip(check, "not-installed", name="torch")
        return
    told = answer.values("import")
    if not told:
        yield broken_import(check, "torch", answer, "deps.broken-install")
        return
    if answer.outcome != "done":
        yield _stopped(check, answer)
    version = str(told["version"])
    built_for = next((f"{kind} {told[key]}" for kind, key in (("CUDA", "cuda"), ("ROCm", "hip")) if told.get(key)), "")
    facts = ["torch", "torch_build", "cuda"]
    shown = [f"torch {version}, torch.version.cuda {told.get('cuda')}"]
    if built_for:
        yield ok(check, "torch-cuda-build", evidence=shown, facts=facts, version=version, cuda=built_for)
    elif _has_nvidia(machine):
        yield fail(
            check,
            "torch-cpu-build",
            evidence=shown,
            cause="gpu.cpu-only-build",
            commands=_REINSTALL,
            facts=facts,
            version=version,
        )
    else:
        yield ok(check, "torch-cpu-no-card", evidence=shown, facts=facts, version=version)


def _stopped(check: str, answer: Answer) -> Finding:
    """The process died or hung after torch had been imported."""
    cause = "gpu.cudnn-missing" if answer.stopped_in == "cudnn" else "os.native-crash"
    message = "torch-hangs" if answer.outcome == "timeout" else "torch-crashes"
    return crashed(
        check,
        message,
        evidence=[answer.detail],
        cause=cause,
        commands=['{python} -X faulthandler -c "import torch; torch.ones(1, device=torch.cuda.current_device())"'],
        stage=answer.stopped_in or "-",
        code=exit_code(answer.code),
        seconds=round(answer.seconds),
    )


def _has_nvidia(machine: Machine) -> bool:
    return bool(machine.driver.cards) or any(adapter.vendor == "nvidia" for adapter in machine.adapters)


def driver(machine: Machine) -> Iterator[Finding]:
    """A driver runs every CUDA of its own major version and of older ones (NVIDIA, minor version compatibility)."""
    check, answer, found = "torch.driver", _answer(machine), machine.driver
    cuda = str(answer.values("import").get("cuda") or "") if answer else ""
    if answer is None:
        yield _silent(check, machine)
    elif not cuda or not found.cuda:
        yield skip(check, "nothing-to-compare")
    elif int(found.cuda.split(".")[0]) < int(cuda.split(".")[0]):
        yield fail(
            check,
            "driver-too-old",
            evidence=[f"driver {found.version}, CUDA {found.cuda}", f"torch {answer.values('import')['version']}"],
            cause="gpu.driver-too-old",
            facts=["driver", "driver_cuda", "cuda"],
            have=found.cuda,
            wanted=cuda,
        )
    else:
        yield ok(check, "driver-fits", facts=["driver_cuda", "cuda"], have=found.cuda, wanted=cuda)


def devices(machine: Machine) -> Iterator[Finding]:
    check, answer = "torch.devices", _answer(machine)
    if answer is None:
        yield _silent(check, machine)
        return
    told = answer.values("cuda")
    if not (answer.values("import").get("cuda") or told.get("mps")):
        yield skip(check, "no-cuda-build")
        return
    hidden = machine.environment.variables.get("CUDA_VISIBLE_DEVICES")
    if told.get("available"):
        names = [f"{one['name']} ({one['capability']})" for one in answer.values("devices").get("found", ())]
        yield ok(check, "cuda-available", evidence=names, facts=["gpu", "gpu_arch"], count=told.get("count"))
    elif told.get("mps"):
        yield ok(check, "mps-available")
    elif hidden is not None and hidden.strip() in ("", "-1"):
        windows = machine.environment.system == "windows"
        yield fail(
            check,
            "cards-hidden",
            evidence=[f"CUDA_VISIBLE_DEVICES={hidden}"],
            cause="gpu.cuda-unavailable.hidden",
            commands=["set CUDA_VISIBLE_DEVICES=" if windows else "unset CUDA_VISIBLE_DEVICES"],
            facts=["cuda_hidden"],
        )
    elif _has_nvidia(machine):
        yield fail(
            check,
            "cuda-unavailable",
            evidence=[answer.detail or "torch.cuda.is_available() is False"],
            cause="gpu.cuda-unavailable",
            commands=["nvidia-smi"],
        )
    else:
        yield skip(check, "no-nvidia-card")


def architectures(machine: Machine) -> Iterator[Finding]:
    check, answer = "torch.architectures", _answer(machine)
    listed = [str(one) for one in answer.values("cuda").get("architectures", ())] if answer else []
    cards = known_cards(machine)
    if answer is None:
        yield _silent(check, machine)
    elif not listed or not cards:
        yield skip(check, "nothing-to-compare")
    for name, capability in cards if listed else []:
        fit = fits(capability, listed)
        shown = [f"{name}: {capability}", " ".join(listed)]
        facts = ["gpu_arch", "arch_fit"]
        if fit == "fits":
            yield ok(check, "card-fits", evidence=shown, facts=facts, card=name, capability=capability)
        else:
            cause = "gpu.arch-unsupported.too-new" if fit == "card-newer" else "gpu.arch-unsupported.too-old"
            commands = _REINSTALL if fit == "card-newer" or float(capability) >= 5 else ()
            message = "card-too-new" if fit == "card-newer" else "card-too-old"
            yield fail(
                check,
                message,
                evidence=shown,
                cause=cause,
                commands=commands,
                facts=facts,
                card=name,
                capability=capability,
            )


def known_cards(machine: Machine) -> list[tuple[str, str]]:
    """(name, compute capability) as torch tells, else as the driver does."""
    answer = _answer(machine)
    told = answer.values("devices").get("found", ()) if answer else ()
    if told:
        return [(str(one["name"]), str(one["capability"])) for one in told]
    return [(card.name, card.capability) for card in machine.driver.cards if card.capability]


def fits(capability: str, listed: list[str]) -> str:
    """`fits`, `card-newer` or `card-older`.

    Code runs on cards of its own major version from its minor one on (CUDA C++ programming guide, application
    compatibility). PTX of an older major version is not counted, as torch does not (`_check_cubins`): the libraries
    beside it have none.
    """
    major, minor = (int(part) for part in capability.split("."))
    built = [(int(found[1]), int(found[2])) for one in listed if (found := _ARCHITECTURE.fullmatch(one))]
    if any(its_major == major and its_minor <= minor for its_major, its_minor in built):
        return "fits"
    return "card-newer" if (major, minor) > max(built, default=(0, 0)) else "card-older"


def product(machine: Machine) -> Iterator[Finding]:
    """A small matrix product on the CPU and on every card."""
    check, answer = "torch.product", _answer(machine)
    if answer is None:
        yield _silent(check, machine)
        return
    names = [name for name in (*answer.stages, *answer.errors) if name.startswith("product")]
    for name in names:
        device = name.partition("-")[2].replace("-", ":") or "cpu"
        if error := answer.errors.get(name):
            cause = "gpu.arch-unsupported" if "no kernel image" in error[1] else "gpu.cublas-error"
            yield fail(
                check,
                "product-fails",
                evidence=[f"{error[0]}: {error[1]}"],
                cause=cause if device != "cpu" else "deps.broken-install",
                device=device,
            )
        else:
            yield ok(check, "product-works", device=device)


def cudnn(machine: Machine) -> Iterator[Finding]:
    check, answer = "torch.cudnn", _answer(machine)
    if answer is None:
        yield _silent(check, machine)
        return
    if not answer.values("cuda").get("available"):
        yield skip(check, "no-cuda")
        return
    if error := answer.errors.get("cudnn"):
        yield fail(check, "cudnn-fails", evidence=[f"{error[0]}: {error[1]}"], cause="gpu.cudnn-error")
    elif told := answer.values("cudnn"):
        yield ok(check, "cudnn-loads", facts=["cudnn"], version=told.get("version"))
    else:
        yield warn(check, "cudnn-unknown", evidence=[answer.detail], cause="gpu.cudnn-missing")
