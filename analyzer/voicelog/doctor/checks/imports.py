"""Packages with compiled parts: whether they can be imported, each tried in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator

from voicelog.doctor.answers import Answer
from voicelog.doctor.finding import crashed, exit_code, fail, ok, skip, warn
from voicelog.doctor.gather import Machine
from voicelog.model import Finding

_CAUSES = {
    "numpy": "deps.broken-install",
    "torchaudio": "deps.torch-companion-mismatch",
    "torchvision": "deps.torch-companion-mismatch",
    "torchcodec": "audio.torchcodec-missing",
    "ctranslate2": "gpu.cuda-library-missing",
    "onnxruntime": "os.dll-load-failed",
}
_GPU_PACKAGES = ("onnxruntime-gpu", "onnxruntime-directml")


def imports(machine: Machine) -> Iterator[Finding]:
    check = "packages.imports"
    fine = []
    for name in ("numpy", "torchaudio", "torchvision", "torchcodec", "ctranslate2"):
        answer = machine.steps.get(name)
        if answer is None:
            continue
        if "import" in answer.stages and answer.outcome == "done":
            fine.append(name)
        else:
            yield broken_import(check, name, answer, _CAUSES[name])
    yield ok(check, "imports-work", names=", ".join(fine)) if fine else skip(check, "nothing-to-import")


def broken_import(check: str, name: str, answer: Answer, cause: str) -> Finding:
    """An import that raised, died, hung, or said nothing."""
    if error := answer.errors.get("import"):
        text = f"{error[0]}: {error[1].splitlines()[0] if error[1] else ''}"
        return fail(check, "import-fails", evidence=[text], cause=_narrower(cause, error[1]), name=name)
    if answer.outcome == "timeout":
        return crashed(check, "import-hangs", cause=cause, name=name, seconds=round(answer.seconds))
    return crashed(
        check,
        "import-crashes",
        evidence=[answer.detail],
        cause="os.native-crash",
        commands=['{python} -X faulthandler -c "import {name}"'],
        name=name,
        code=exit_code(answer.code),
    )


def _narrower(cause: str, message: str) -> str:
    """What the message of a failed import itself speaks of."""
    if "numpy" in message.lower() and ("compiled" in message or "_ARRAY_API" in message or "dtype size" in message):
        return "deps.numpy-abi"
    if "WinError" in message or "DLL load failed" in message:
        return "os.dll-load-failed"
    if "libcudnn" in message:
        return "gpu.cudnn-missing"
    if "libcu" in message or "libnv" in message:
        return "gpu.cuda-library-missing"
    return cause


def providers(machine: Machine) -> Iterator[Finding]:
    check, answer = "onnxruntime.providers", machine.steps.get("onnxruntime")
    if answer is None:
        yield skip(check, "not-installed", name="onnxruntime")
        return
    told = answer.values("import")
    if not told or answer.outcome != "done":
        yield broken_import(check, "onnxruntime", answer, _CAUSES["onnxruntime"])
        return
    listed = [str(name).replace("ExecutionProvider", "") for name in told.get("providers", ())]
    installed = [name for name in _GPU_PACKAGES if name in machine.environment.installed]
    facts = ["onnxruntime", "onnxruntime_build"]
    if installed and not {"CUDA", "Dml"} & set(listed):
        yield fail(
            check,
            "providers-hidden",
            evidence=[", ".join(listed)],
            cause="gpu.cpu-only-build",
            commands=["{pip} uninstall -y onnxruntime onnxruntime-gpu", f"{{pip}} install {installed[0]}"],
            facts=facts,
            name=installed[0],
        )
    elif machine.driver.cards and "CUDA" not in listed:
        yield warn(
            check,
            "providers-cpu",
            evidence=[", ".join(listed)],
            cause="gpu.cpu-only-build",
            commands=["{pip} uninstall -y onnxruntime", "{pip} install onnxruntime-gpu"],
            facts=facts,
            version=told.get("version", ""),
        )
    else:
        yield ok(check, "providers", facts=facts, version=told.get("version", ""), names=", ".join(listed))
