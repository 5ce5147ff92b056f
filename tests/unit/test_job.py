"""The job object of Windows: sizes and signatures against winnt.h, calls against a library that keeps the same books."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from voicelog.runner.job import BasicLimits, ExtendedLimits, Job, declare
from voicelog.runner.portable import PortableProgram

WIDE = ctypes.sizeof(ctypes.c_void_p) == 8

KERNEL = r"""
#include <stdint.h>
#include <string.h>
#include <wchar.h>
typedef void *HANDLE;
typedef uint32_t DWORD;
typedef struct {
    int64_t PerProcessUserTimeLimit, PerJobUserTimeLimit; DWORD LimitFlags; size_t MinimumWorkingSetSize,
    MaximumWorkingSetSize; DWORD ActiveProcessLimit; uintptr_t Affinity; DWORD PriorityClass, SchedulingClass;
} BASIC;
typedef struct { uint64_t counters[6]; } IO;
typedef struct { BASIC basic; IO io; size_t process, job, peak_process, peak_job; } EXTENDED;
DWORD size_basic = sizeof(BASIC), size_extended = sizeof(EXTENDED);
DWORD flags = 0xFFFFFFFF, pid_opened, access_opened; int open_handles, assigned, wrong, failing;
static const HANDLE JOB = (HANDLE)0x7FFF00000010, PROCESS = (HANDLE)0x7FFF00000020;
HANDLE CreateJobObjectW(void *security, const wchar_t *name) {
    if (security || name) wrong++;
    if (failing == 1) return 0;
    open_handles++; return JOB; }
int SetInformationJobObject(HANDLE job, int kind, void *data, DWORD size) {
    if (job != JOB || kind != 9 || size != sizeof(EXTENDED)) { wrong++; return 0; }
    if (failing == 2) return 0;
    flags = ((EXTENDED *)data)->basic.LimitFlags; return 1; }
HANDLE OpenProcess(DWORD access, int inherit, DWORD pid) {
    if (inherit) wrong++;
    if (failing == 3) return 0;
    access_opened = access; pid_opened = pid; open_handles++; return PROCESS; }
int AssignProcessToJobObject(HANDLE job, HANDLE process) {
    if (job != JOB || process != PROCESS) wrong++;
    if (failing == 4) return 0;
    assigned++; return 1; }
int CloseHandle(HANDLE handle) { if (handle != JOB && handle != PROCESS) wrong++; open_handles--; return 1; }
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """kernel32's five functions, in C, with handles that do not fit 32 bits."""
    if not shutil.which("cc") or not WIDE or sys.platform == "win32":
        pytest.skip("needs a C compiler")
    folder = tmp_path_factory.mktemp("kernel32")
    (folder / "kernel32.c").write_text(KERNEL)
    command = [
        "cc",
        "-shared",
        "-fPIC",
        "-Wall",
        "-Werror",
        "-o",
        str(folder / "kernel32.so"),
        str(folder / "kernel32.c"),
    ]
    subprocess.run(command, check=True)
    return folder


@pytest.fixture
def kernel(library: Path, tmp_path: Path) -> Any:
    """A fresh copy, so that no test sees another's books."""
    return declare(ctypes.CDLL(str(shutil.copy(library / "kernel32.so", tmp_path / "kernel32.so"))))


def number(kernel: Any, name: str) -> int:
    return int(ctypes.c_int.in_dll(kernel, name).value)


@pytest.mark.skipif(not WIDE, reason="sizes of 64 bits")
def test_sizes_and_places_are_those_of_64_bit_windows() -> None:
    """144 bytes, of which 64 basic; LimitFlags stands behind two numbers of 64 bits."""
    assert (ctypes.sizeof(BasicLimits), ctypes.sizeof(ExtendedLimits)) == (64, 144)
    places = {
        "LimitFlags": 16,
        "MinimumWorkingSetSize": 24,
        "ActiveProcessLimit": 40,
        "Affinity": 48,
        "PriorityClass": 56,
        "SchedulingClass": 60,
    }
    assert {name: getattr(BasicLimits, name).offset for name in places} == places
    assert (ExtendedLimits.IoInfo.offset, ExtendedLimits.ProcessMemoryLimit.offset) == (64, 112)


def test_a_c_compiler_lays_them_out_the_same(kernel: Any) -> None:
    assert number(kernel, "size_basic") == ctypes.sizeof(BasicLimits)
    assert number(kernel, "size_extended") == ctypes.sizeof(ExtendedLimits)


def test_a_program_is_held_and_let_go(kernel: Any) -> None:
    job = Job(kernel)
    assert number(kernel, "flags") == 0x2000  # JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
    assert job.add(4321)
    assert (number(kernel, "pid_opened"), number(kernel, "access_opened")) == (4321, 0x0101)
    assert (number(kernel, "assigned"), number(kernel, "open_handles")) == (1, 1), "only the job itself stays open"
    job.release()
    assert (number(kernel, "flags"), number(kernel, "open_handles")) == (0, 0)
    job.release()
    assert (number(kernel, "open_handles"), number(kernel, "wrong")) == (0, 0)


@pytest.mark.parametrize("failing", [1, 2, 3, 4])
def test_a_system_that_refuses_leaves_nothing_open_and_the_program_running(kernel: Any, failing: int) -> None:
    """No job, no limit, no process, no assignment: nested jobs of old systems, or rights that are missing."""
    ctypes.c_int.in_dll(kernel, "failing").value = failing
    job = Job(kernel)
    assert not job.add(1)
    job.release()
    assert (number(kernel, "open_handles"), number(kernel, "wrong")) == (0, 0)


def test_where_the_limit_cannot_be_lifted_the_handle_stays_open(kernel: Any) -> None:
    """Closing it would end what the program left running on purpose."""
    job = Job(kernel)
    ctypes.c_int.in_dll(kernel, "failing").value = 2
    job.release()
    assert number(kernel, "open_handles") == 1


def test_a_whole_run_through_it(kernel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from voicelog.runner import portable
    from voicelog.runner.command import prepare
    from voicelog.runner.streams import Streams

    monkeypatch.setattr(portable, "Job", lambda: Job(kernel))
    program = PortableProgram(prepare([sys.executable, "-c", "print(1)"]), Streams(), lambda data: None)
    assert number(kernel, "pid_opened") == program.pid
    assert program.wait().code == 0
    assert (number(kernel, "open_handles"), number(kernel, "flags")) == (0, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="there it does something")
def test_elsewhere_nothing_happens() -> None:
    job = Job()
    assert not job.add(1)
    job.release()
