"""Asks the driver's own library, NVML, what nvidia-smi would say: a script of its own, for a driver can crash or hang.

Prints one JSON object: version, cuda, cards as [name, MiB in all, MiB in use, compute capability]; or message.
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any

_MEBIBYTE = 1 << 20


def ask() -> dict[str, Any]:
    """What the library tells; a card that it cannot read is left out."""
    import pynvml as nvml

    try:
        nvml.nvmlInit()
        cuda = int(nvml.nvmlSystemGetCudaDriverVersion_v2())
        cards = []
        for index in range(nvml.nvmlDeviceGetCount()):
            with contextlib.suppress(nvml.NVMLError):
                cards.append(_card(nvml, nvml.nvmlDeviceGetHandleByIndex(index)))
        version = _text(nvml.nvmlSystemGetDriverVersion())
        return {"version": version, "cuda": f"{cuda // 1000}.{cuda % 1000 // 10}", "cards": cards}
    except nvml.NVMLError as error:
        return {"message": f"NVML: {error}"}


def _card(nvml: Any, handle: Any) -> tuple[str, int, int, str]:
    memory = None
    with contextlib.suppress(nvml.NVMLError):  # the second version counts as nvidia-smi does
        memory = nvml.nvmlDeviceGetMemoryInfo(handle, nvml.nvmlMemory_v2)
    memory = memory or nvml.nvmlDeviceGetMemoryInfo(handle)
    capability = ""
    with contextlib.suppress(nvml.NVMLError):
        capability = "{}.{}".format(*nvml.nvmlDeviceGetCudaComputeCapability(handle))
    return _text(nvml.nvmlDeviceGetName(handle)), memory.total // _MEBIBYTE, memory.used // _MEBIBYTE, capability


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


if __name__ == "__main__":
    sys.stdout.write(json.dumps(ask()))
