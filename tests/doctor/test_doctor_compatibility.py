"""The table of packages that break together: every row proves itself, and its causes and sources are real."""

from __future__ import annotations

import shlex

import pytest
from doctor_places import by_check, card, machine
from packaging.utils import canonicalize_name

from voicelog.doctor.checks import run_checks
from voicelog.doctor.compatibility import Pair, load_compatibility, within
from voicelog.machine.nvidia import Driver
from voicelog.signatures.base import KnowledgeBase

pytestmark = pytest.mark.usefixtures("plain_machine")

TABLE = load_compatibility()


@pytest.mark.parametrize("pair", TABLE.pairs, ids=lambda pair: pair.id)
def test_a_pair_breaks_where_it_says_and_nowhere_else(pair: Pair, base: KnowledgeBase) -> None:
    assert pair.breaks
    assert pair.works
    for versions in pair.breaks:
        assert pair.holds(versions, versions.get("python", "3.10.0")), versions
    for versions in pair.works:
        assert not pair.holds(versions, versions.get("python", "3.10.0")), versions
    assert pair.cause in base
    assert pair.severity in ("error", "warning")
    assert all(source.startswith("https://") for source in pair.sources)
    assert pair.sources
    assert all(name == canonicalize_name(name) for name in pair.packages)
    assert not pair.command or shlex.split(pair.command)[0] == "{pip}"


@pytest.mark.parametrize("pair", TABLE.pairs, ids=lambda pair: pair.id)
def test_the_check_finds_each_pair_in_an_environment(pair: Pair) -> None:
    versions = dict(pair.breaks[0])
    python = versions.pop("python", "3.10.0")
    driver = Driver("nvidia-smi", "551.23", "12.4", (card("NVIDIA GeForce RTX 3060", "8.6"),))
    here = machine(packages=versions, python=python, driver=driver)
    causes = {one.cause for one in by_check(run_checks(here), "packages.pairs") if one.status in ("fail", "warn")}
    assert pair.cause in causes


def test_libraries_of_cuda_matter_only_with_a_card() -> None:
    versions = {"ctranslate2": "4.4.0", "torch": "2.4.1"}
    assert [one.status for one in by_check(run_checks(machine(packages=versions)), "packages.pairs")] == ["ok"]


def test_companions_name_causes_and_modules_that_exist(base: KnowledgeBase) -> None:
    assert set(TABLE.blame.values()) <= set(base.index.ids)
    for torch, row in TABLE.torch.items():
        assert set(row) <= {"torchaudio", "torchvision", "torchcodec", "python"}, torch
        assert within("3.10.0", row["python"]) or torch.startswith("1.10"), torch
    assert TABLE.fits_any_later("torchaudio", "2.11.0", "2.13.0")
    assert not TABLE.fits_any_later("torchaudio", "2.10.0", "2.13.0")


@pytest.mark.parametrize(
    ("version", "specifier", "expected"),
    [
        ("2.1.2+cu118", "<2.3", True),
        ("2.3.0rc1", ">=2.3", False),
        ("nonsense", ">=1", False),
        ("1.0", "nonsense", False),
    ],
)
def test_versions_within_specifiers(version: str, specifier: str, expected: bool) -> None:
    assert within(version, specifier) is expected
