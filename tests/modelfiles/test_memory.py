"""What the weights take, and whether that fits."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from model_samples import T, inspect, safetensors, torch_zip
from voicelog.modelfile.machine import this_machine
from voicelog.modelfile.types import Machine

MIB = 2**20


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A million numbers: 4 MB in full precision."""
    return safetensors(tmp_path / "m.safetensors", {"w": T((1000, 1000)), "steps": T((1,), "int64")})


def test_bytes_in_each_precision(model: Path) -> None:
    needs = {need.precision: need.bytes for need in inspect(model).needs}
    assert needs == {"stored": 4_000_008, "float32": 4_000_008, "float16": 2_000_008, "int8": 1_000_008}


def test_nothing_is_claimed_of_a_machine_that_is_not_known(model: Path) -> None:
    assert {(need.fits_memory, need.fits_card) for need in inspect(model).needs} == {(None, None)}


def test_fits_in_half_and_not_in_full(model: Path) -> None:
    found = inspect(model, machine=Machine(memory=100 * MIB, card=3 * MIB))
    assert [need.fits_card for need in found.needs] == [False, False, True, True]
    (finding,) = found.findings
    assert (finding.cause, finding.slug) == ("gpu.out-of-memory", "card-too-small")
    assert finding.values == {"bytes": 4_000_008, "room": 3 * MIB, "best": "float16"}


def test_half_weights_that_fit_are_no_finding(tmp_path: Path) -> None:
    path = safetensors(tmp_path / "m.safetensors", {"w": T((1000, 1000), "float16")})
    found = inspect(path, machine=Machine(memory=100 * MIB, card=3 * MIB))
    assert [need.fits_card for need in found.needs] == [True, False, True, True]
    assert not found.findings


def test_nothing_fits(model: Path) -> None:
    (finding,) = inspect(model, machine=Machine(card=MIB)).findings
    assert finding.values["best"] == ""


def test_without_a_card_the_memory_decides(model: Path) -> None:
    (finding,) = inspect(model, machine=Machine(memory=2 * MIB)).findings
    assert (finding.cause, finding.values["best"]) == ("memory.ram-exhausted", "int8")


def test_optimizer_states_are_not_counted(tmp_path: Path) -> None:
    state = {"state": {0: {"exp_avg": T((1000,)), "exp_avg_sq": T((1000,))}}, "param_groups": []}
    found = inspect(torch_zip(tmp_path / "ckpt.pt", {"model": {"w": T((10,))}, "optimizer": state}))
    assert found.needs[0].bytes == 40


def test_this_machine_has_memory() -> None:
    assert this_machine().memory > 2**28


@pytest.mark.skipif(sys.platform == "win32", reason="the fake nvidia-smi is a shell script")
@pytest.mark.parametrize(
    ("script", "card"),
    [
        ("echo 'NVIDIA GeForce RTX 4090, 551.23, 24564, 400, 8.9'", (24564 * MIB, "NVIDIA GeForce RTX 4090")),
        (
            "echo 'NVIDIA GeForce GTX 1650, 551.23, 4096, 1, 7.5'; echo 'NVIDIA GeForce RTX 4090, 551.23, 24564, 400, 8.9'",
            (24564 * MIB, "NVIDIA GeForce RTX 4090"),
        ),
        ("echo 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver'; exit 9", (0, "")),
        ("echo 'NVIDIA Thor, 580.00, [N/A], [N/A], 11.0'", (0, "")),
        ("printf '\\377\\376'", (0, "")),
        ("sleep 60", (0, "")),
    ],
)
def test_the_card_as_nvidia_smi_tells(
    script: str, card: tuple[int, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    machine = this_machine()
    assert (machine.card, machine.card_name) == card
