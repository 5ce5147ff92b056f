"""What the checks say of memory, processor, disks, folders and the system."""

from __future__ import annotations

from pathlib import Path

import pytest
from doctor_cases import GB, PLENTY, Case, assert_said, assert_worded
from doctor_places import machine

from voicelog.doctor.system import Folder
from voicelog.language import LANGUAGES, Language
from voicelog.machine.memory import Memory
from voicelog.signatures.base import KnowledgeBase

pytestmark = pytest.mark.usefixtures("plain_machine")

CASES: dict[str, Case] = {
    # name: machine, check, status, message, cause
    "little memory": (
        machine(memory=Memory(4 * GB, 3 * GB, 0, None, False)),
        *("memory.ram", "warn", "memory-little", "memory.ram-exhausted"),
    ),
    "a container's limit": (
        machine(memory=Memory(2 * GB, GB, 0, 64 << 20, True), system="Linux"),
        *("memory.ram", "warn", "memory-limited", "memory.oom-killed"),
    ),
    "memory taken": (
        machine(memory=Memory(16 * GB, GB, 0, None, False)),
        *("memory.ram", "warn", "memory-taken", "memory.ram-exhausted"),
    ),
    "memory enough": (machine(memory=PLENTY), "memory.ram", "ok", "memory", ""),
    "memory unread": (machine(), "memory.ram", "crashed", "part-unread", ""),
    "small page file": (
        machine(memory=Memory(8 * GB, 6 * GB, GB, None, False)),
        *("memory.swap", "warn", "pagefile-small", "memory.pagefile-too-small"),
    ),
    "page file": (machine(memory=PLENTY), "memory.swap", "ok", "pagefile", ""),
    "small shared memory": (
        machine(memory=Memory(32 * GB, 20 * GB, 0, 64 << 20, False), system="Linux"),
        *("memory.shared", "warn", "shared-small", "memory.shm-too-small"),
    ),
    "shared memory": (
        machine(memory=Memory(32 * GB, 20 * GB, 0, 16 * GB, False), system="Linux"),
        *("memory.shared", "ok", "shared", ""),
    ),
    "no avx2": (
        machine(processor=(False, None, ())),
        *("processor.instructions", "warn", "no-avx2", "hardware.cpu-instructions"),
    ),
    "avx2": (machine(processor=(True, None, ())), "processor.instructions", "ok", "avx2", ""),
    "no runtime": (
        machine(processor=(True, True, ("vcruntime140_1.dll",))),
        *("system.runtime", "fail", "runtime-missing", "os.dll-load-failed"),
    ),
    "runtime": (machine(processor=(True, True, ())), "system.runtime", "ok", "runtime", ""),
    "swap of Linux": (machine(memory=PLENTY, system="Linux"), "memory.swap", "ok", "swap", ""),
    "no shared memory": (machine(memory=PLENTY), "memory.shared", "skip", "no-shared-memory", ""),
    "an Arm processor": (machine(processor=(None, None, ())), "processor.instructions", "skip", "no-x86", ""),
    "not Windows": (machine(system="Linux"), "system.runtime", "skip", "not-windows", ""),
    "room": (machine(folders=(Folder("hub", "/x", True, 50 * GB, True, True),)), "disk.space", "ok", "disk-room", ""),
    "rights": (
        machine(folders=(Folder("hub", "/x", True, 50 * GB, True, True),)),
        *("rights.folders", "ok", "folders-writable", ""),
    ),
    "links": (
        machine(folders=(Folder("hub", "/x", True, 50 * GB, True, True),)),
        *("rights.links", "ok", "links-work", ""),
    ),
    "no place for links": (machine(), "rights.links", "skip", "nothing-to-try", ""),
    "disk full": (
        machine(folders=(Folder("hub", r"C:\x", True, GB // 2, True, True),)),
        *("disk.space", "fail", "disk-full", "hardware.disk-full"),
    ),
    "disk nearly full": (
        machine(folders=(Folder("hub", r"C:\x", True, 5 * GB, True, True),)),
        *("disk.space", "warn", "disk-nearly-full", "hardware.disk-full"),
    ),
    "folder not writable": (
        machine(folders=(Folder("hub", r"C:\x", True, 50 * GB, False, False, "Permission denied"),)),
        *("rights.folders", "fail", "folder-not-writable", "path.permission-denied"),
    ),
    "links refused": (
        machine(folders=(Folder("hub", r"C:\x", True, 50 * GB, True, False),)),
        *("rights.links", "warn", "links-refused", "path.symlink-privilege"),
    ),
    "path not ascii": (
        machine(project=Path("/data/语音模型")),
        *("paths.project", "warn", "path-non-ascii", "path.non-ascii"),
    ),
    "path with spaces": (
        machine(project=Path("/data/my models")),
        *("paths.project", "warn", "path-spaces", "path.spaces"),
    ),
    "path too long": (
        machine(project=Path("/" + "x" * 150), processor=(True, False, ())),
        *("paths.project", "warn", "path-long", "path.too-long"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_check_says_what_is_there(name: str, base: KnowledgeBase) -> None:
    assert_said(CASES[name], base)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_every_finding_has_words_and_a_next_step(name: str, language: Language, base: KnowledgeBase) -> None:
    assert_worded(CASES[name][0], language, base)
