"""A Windows job object: when the last handle to it is gone, the system ends every process in it.

Structures and constants as in winnt.h (learn.microsoft.com, JOBOBJECT_EXTENDED_LIMIT_INFORMATION); elsewhere nothing.
"""

from __future__ import annotations

import contextlib
import sys

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _EXTENDED_LIMITS = 9
    _KILL_ON_CLOSE = 0x2000
    _SET_QUOTA_AND_TERMINATE = 0x0100 | 0x0001

    class _BasicLimits(ctypes.Structure):
        _fields_ = (
            ("PerProcessUserTimeLimit", wintypes.LARGE_INTEGER),
            ("PerJobUserTimeLimit", wintypes.LARGE_INTEGER),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )

    class _ExtendedLimits(ctypes.Structure):
        _fields_ = (
            ("BasicLimitInformation", _BasicLimits),
            ("IoInfo", ctypes.c_ulonglong * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        )

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.CreateJobObjectW.restype = wintypes.HANDLE
    _kernel.CreateJobObjectW.argtypes = (wintypes.LPVOID, wintypes.LPCWSTR)
    _kernel.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, wintypes.LPVOID, wintypes.DWORD)
    _kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
    _kernel.OpenProcess.restype = wintypes.HANDLE
    _kernel.OpenProcess.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
    _kernel.CloseHandle.argtypes = (wintypes.HANDLE,)

    class Job:
        """Holds a program and everything that it starts; a killed voicelog takes them along."""

        def __init__(self) -> None:
            self._handle = _kernel.CreateJobObjectW(None, None)
            self._limit(_KILL_ON_CLOSE)

        def _limit(self, flags: int) -> None:
            limits = _ExtendedLimits()
            limits.BasicLimitInformation.LimitFlags = flags
            _kernel.SetInformationJobObject(self._handle, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))

        def add(self, pid: int) -> None:
            process = _kernel.OpenProcess(_SET_QUOTA_AND_TERMINATE, False, pid)
            if process:
                _kernel.AssignProcessToJobObject(self._handle, process)
                _kernel.CloseHandle(process)

        def release(self) -> None:
            """What the program left running on purpose lives on."""
            with contextlib.suppress(OSError):
                self._limit(0)
                _kernel.CloseHandle(self._handle)

else:

    class Job:
        """Only Windows has it."""

        def add(self, pid: int) -> None:
            """Nothing to hold the process with."""

        def release(self) -> None:
            """Nothing was held."""
