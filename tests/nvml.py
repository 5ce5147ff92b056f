"""A driver's library with the functions of nvml.h that are asked, in C: a real library for a real loader."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NVML = """
#include <string.h>
typedef struct { unsigned long long total, free, used; } Memory;
int nvmlInitWithFlags(unsigned flags) { return FAILS; }
int nvmlShutdown(void) { return 0; }
const char *nvmlErrorString(int code) { return code == 18 ? "Driver/library version mismatch" : "Unknown Error"; }
int nvmlSystemGetCudaDriverVersion_v2(int *version) { *version = 12080; return 0; }
int nvmlSystemGetDriverVersion(char *text, unsigned size) { strncpy(text, "572.83", size); return 0; }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = 3; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **handle) { *handle = (void *)(long)(index + 1); return index == 2 ? 15 : 0; }
int nvmlDeviceGetName(void *handle, char *text, unsigned size) {
    strncpy(text, handle == (void *)1 ? "NVIDIA GeForce RTX 5070 Ti" : "NVIDIA GeForce GTX 760", size); return 0; }
int nvmlDeviceGetMemoryInfo(void *handle, Memory *memory) {
    memory->total = 16303ull << 20; memory->used = 1200ull << 20; memory->free = memory->total - memory->used; return 0; }
int nvmlDeviceGetUtilizationRates(void *handle, unsigned *rates) { rates[0] = rates[1] = 0; return 0; }
int nvmlDeviceGetTemperature(void *handle, int sensor, unsigned *degrees) { *degrees = 41; return 0; }
int nvmlDeviceGetCudaComputeCapability(void *handle, int *major, int *minor) {
    *major = 12; *minor = 0; return handle == (void *)1 ? 0 : 3; }
"""
"""The functions of nvml.h that are asked, of a machine with a new card, an old one, and one that fell off the bus (15)."""


def build_nvml(folder: Path, fails: str = "0") -> None:
    """Put libnvidia-ml.so.1 into `folder`, where LD_LIBRARY_PATH may point; its start gives `fails`, a C expression."""
    if sys.platform != "linux" or not shutil.which("cc"):
        pytest.skip("needs a C compiler and Linux' loader")
    (folder / "nvml.c").write_text(NVML.replace("FAILS", fails))
    command = ["cc", "-shared", "-fPIC", "-o", str(folder / "libnvidia-ml.so.1"), str(folder / "nvml.c")]
    subprocess.run(command, check=True)
