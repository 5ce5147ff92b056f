"""A Windows job object: when the last handle to it is gone, the system ends every process in it.

Structures and constants as in winnt.h (learn.microsoft.com, JOBOBJECT_EXTENDED_LIMIT_INFORMATION), in types whose size
is the same on every system; elsewhere than on Windows there is no library to call, and nothing happens.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

_DWORD = ctypes.c_uint32
_HANDLE = ctypes.c_void_p
_EXTENDED_LIMITS = 9
_KILL_ON_CLOSE = 0x2000
_SET_QUOTA, _TERMINATE = 0x0100, 0x0001


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", _DWORD),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", _DWORD),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", _DWORD),
        ("SchedulingClass", _DWORD),
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION; its IO_COUNTERS are six numbers of 64 bits."""

    _fields_ = (
        ("BasicLimitInformation", BasicLimits),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "CreateJobObjectW": (_HANDLE, (ctypes.c_void_p, ctypes.c_wchar_p)),
    "SetInformationJobObject": (ctypes.c_int, (_HANDLE, ctypes.c_int, ctypes.c_void_p, _DWORD)),
    "AssignProcessToJobObject": (ctypes.c_int, (_HANDLE, _HANDLE)),
    "OpenProcess": (_HANDLE, (_DWORD, ctypes.c_int, _DWORD)),
    "CloseHandle": (ctypes.c_int, (_HANDLE,)),
}
"""Name to what it returns and takes; without them a handle would be cut to 32 bits."""


def declare(library: Any) -> Any:
    """The library with the signatures of the functions that are called."""
    for name, (result, arguments) in SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def _kernel() -> Any:
    if sys.platform == "win32":
        return declare(ctypes.WinDLL("kernel32", use_last_error=True))
    return None


class Job:
    """Holds a program and everything that it starts; a killed voicelog takes them along."""

    def __init__(self, library: Any = None) -> None:
        self._library = library or _kernel()
        self._handle = self._library.CreateJobObjectW(None, None) if self._library else None
        if self._handle and not self._limit(_KILL_ON_CLOSE):
            self._close()

    def _limit(self, flags: int) -> bool:
        limits = ExtendedLimits()
        limits.BasicLimitInformation.LimitFlags = flags
        size = ctypes.sizeof(limits)
        return bool(self._library.SetInformationJobObject(self._handle, _EXTENDED_LIMITS, ctypes.byref(limits), size))

    def add(self, pid: int) -> bool:
        """Whether the process, and what it starts from now on, is held."""
        if not self._handle:
            return False
        process = self._library.OpenProcess(_SET_QUOTA | _TERMINATE, False, pid)
        if not process:
            return False
        try:
            return bool(self._library.AssignProcessToJobObject(self._handle, process))
        finally:
            self._library.CloseHandle(process)

    def release(self) -> None:
        """What the program left running on purpose lives on; where that cannot be said, for as long as we do."""
        if self._handle and self._limit(0):
            self._close()

    def _close(self) -> None:
        self._library.CloseHandle(self._handle)
        self._handle = None
