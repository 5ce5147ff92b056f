"""nvidia-smi, as its versions answer: real processes of fake programs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from doctor_places import make_program, nvidia_smi

from nvml import build_nvml
from voicelog.machine import nvidia
from voicelog.machine.nvidia import Adapter, Card, read_driver

pytestmark = pytest.mark.usefixtures("plain_machine")

GENERATIONS = [
    ("390.157", "9.1", ["GeForce GTX 760, 390.157, 2048, 300"], True),
    ("472.12", "11.4", ["NVIDIA GeForce GTX 1660 Ti, 472.12, 6144, 812"], True),
    ("535.183.01", "12.2", ["Tesla T4, 535.183.01, 15360, 2, 7.5", "Tesla T4, 535.183.01, 15360, 9001, 7.5"], False),
    ("572.83", "12.8", ["NVIDIA GeForce RTX 5070 Ti, 572.83, 16303, 1200, 12.0"], False),
    ("590.44.01", "13.1", ["NVIDIA H200, 590.44.01, 143771, 0, 9.0"], False),
]


@pytest.mark.parametrize(("driver", "cuda", "cards", "old"), GENERATIONS, ids=[one[0] for one in GENERATIONS])
def test_each_generation_is_read(
    driver: str, cuda: str, cards: list[str], old: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_program(tmp_path / "bin", "nvidia-smi", script=nvidia_smi(driver, cuda, cards, old=old))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    found = read_driver()
    assert (found.version, found.cuda, len(found.cards)) == (driver, cuda, len(cards))
    name, _, total, used, *capability = cards[0].split(", ")
    first = found.cards[0]
    assert (first.name, first.total, first.used) == (name, int(total), int(used))
    assert first.capability == (capability[0] if capability else "")


@pytest.mark.parametrize(
    ("prints", "code"),
    [
        ("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", 9),
        ("Failed to initialize NVML: Driver/library version mismatch", 18),
        ("No devices were found", 6),
        ("", 0),
        ("\x00\ufffd not what it should be", 0),
    ],
)
def test_a_failing_one_gives_its_own_words(
    prints: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_program(tmp_path / "bin", "nvidia-smi", script=f"import sys; sys.stdout.write({prints!r}); sys.exit({code})")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    found = read_driver()
    assert not found.works
    assert found.path
    assert found.message


def test_a_hanging_one_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_program(tmp_path / "bin", "nvidia-smi", script="import time; time.sleep(60)")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    monkeypatch.setattr(nvidia, "LIMIT", 1.0)
    assert read_driver().timed_out


def test_cards_that_the_driver_cannot_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card that fell off the bus is printed as an error between the others."""
    cards = ["[GPU requires reset], [N/A], [N/A], [N/A], [N/A]", "NVIDIA A100-SXM4-40GB, 550.54, 40960, 11, 8.0"]
    make_program(tmp_path / "bin", "nvidia-smi", script=nvidia_smi("550.54.14", "12.4", cards))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    first, second = read_driver().cards
    assert (first.total, first.capability) == (0, "")
    assert second.capability == "8.0"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Builds a driver's library and puts it where the loader looks; there is no nvidia-smi."""
    monkeypatch.setattr(nvidia, "_program", lambda: shutil.which("nvidia-smi", path=str(tmp_path / "bin")) or "")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    monkeypatch.setattr(nvidia, "library_there", lambda: True)
    return lambda fails: build_nvml(tmp_path, fails)


def test_the_library_answers_where_the_program_is_missing(library: Callable[[str], None]) -> None:
    library("0")
    found = read_driver()
    assert (found.works, found.version, found.cuda) == (True, "572.83", "12.8")
    assert found.cards == (
        Card("NVIDIA GeForce RTX 5070 Ti", 16303, 1200, "12.0"),
        Card("NVIDIA GeForce GTX 760", 16303, 1200, ""),
    )
    assert nvidia.read_cards() == found.cards


@pytest.mark.parametrize(
    ("fails", "words"),
    [("18", "NVML/RM version mismatch"), ("*(volatile int *)0", "exit code -11")],
    ids=["an error", "a crash"],
)
def test_a_library_that_fails_is_a_message(library: Callable[[str], None], fails: str, words: str) -> None:
    library(fails)
    found = read_driver()
    assert not found.works
    assert words in found.message


def test_a_library_that_hangs_is_stopped(library: Callable[[str], None]) -> None:
    library("({ for (;;) ; 0; })")
    assert nvidia.read_library(1.0).timed_out


def test_what_the_program_said_counts_where_the_library_knows_no_more(
    library: Callable[[str], None], tmp_path: Path
) -> None:
    library("9")
    words = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."
    make_program(tmp_path / "bin", "nvidia-smi", prints=words, code=9)
    assert read_driver().message == words
    library("0")
    assert read_driver().version == "572.83"


def test_display_adapters_of_linux(tmp_path: Path) -> None:
    for name, kind, vendor in (
        ("0000:01:00.0", "0x030000", "0x10de"),
        ("0000:00:02.0", "0x038000", "0x8086"),
        ("0000:02:00.0", "0x020000", "0x10de"),
        ("0000:03:00.0", "0x030000", "0x1234"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "class").write_text(kind + "\n")
        (tmp_path / name / "vendor").write_text(vendor + "\n")
    (tmp_path / "0000:04:00.0").mkdir()
    assert nvidia._of_pci(tmp_path) == [Adapter("intel", "0000:00:02.0"), Adapter("nvidia", "0000:01:00.0")]
    assert nvidia._of_pci(tmp_path / "nothing") == []
