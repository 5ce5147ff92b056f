"""Memory, load and temperature of NVIDIA cards, asked of the driver's own library."""

from __future__ import annotations

import contextlib
from typing import Any

from voicelog.runner.types import Gpu


class Gpus:
    """The cards of this machine; none where there is no driver."""

    def __init__(self) -> None:
        self._handles: list[tuple[int, str, Any]] = []
        try:
            import pynvml
        except ImportError:
            return
        self._nvml = pynvml
        with contextlib.suppress(pynvml.NVMLError, OSError):
            pynvml.nvmlInit()
            for index in range(pynvml.nvmlDeviceGetCount()):
                handle = pynvml.nvmlDeviceGetHandleByIndex(index)
                name = pynvml.nvmlDeviceGetName(handle)
                self._handles.append((index, name if isinstance(name, str) else name.decode(), handle))

    def read(self) -> tuple[Gpu, ...]:
        found = []
        for index, name, handle in self._handles:
            with contextlib.suppress(self._nvml.NVMLError):
                memory = self._nvml.nvmlDeviceGetMemoryInfo(handle)
                found.append(Gpu(index, name, memory.used, memory.total, self._load(handle), self._heat(handle)))
        return tuple(found)

    def _load(self, handle: Any) -> int:
        with contextlib.suppress(self._nvml.NVMLError):
            return int(self._nvml.nvmlDeviceGetUtilizationRates(handle).gpu)
        return 0

    def _heat(self, handle: Any) -> int:
        with contextlib.suppress(self._nvml.NVMLError):
            return int(self._nvml.nvmlDeviceGetTemperature(handle, self._nvml.NVML_TEMPERATURE_GPU))
        return 0

    def close(self) -> None:
        if self._handles:
            with contextlib.suppress(self._nvml.NVMLError):
                self._nvml.nvmlShutdown()
            self._handles = []
