"""What torch itself writes and reads, against what inspection says; runs where torch is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model_samples import TABLES, inspect

pytestmark = pytest.mark.torch
torch: Any = pytest.importorskip(
    "torch", reason="torch is not installed; .ci/run tests this in an environment that has it"
)


def state() -> dict[str, Any]:
    return {
        "w": torch.zeros(3, 4),
        "half": torch.zeros(5, dtype=torch.float16),
        "brain": torch.zeros(2, 2, dtype=torch.bfloat16),
        "steps": torch.tensor(7),
        "part": torch.zeros(10)[2:5],
        "parameter": torch.nn.Parameter(torch.zeros(6)),
    }


SHAPES = {
    "w": ("float32", (3, 4)),
    "half": ("float16", (5,)),
    "brain": ("bfloat16", (2, 2)),
    "steps": ("int64", ()),
    "part": ("float32", (3,)),
    "parameter": ("float32", (6,)),
}


@pytest.mark.parametrize("zipped", [True, False])
def test_what_torch_saves(zipped: bool, tmp_path: Path) -> None:
    path = tmp_path / "模型.pt"
    torch.save({"model": state(), "epoch": 3}, path, _use_new_zipfile_serialization=zipped)
    found = inspect(path, deep=True)
    assert found.contents.format == ("torch-zip" if zipped else "torch-legacy")
    assert {tensor.name: (tensor.dtype, tensor.shape) for tensor in found.contents.tensors} == SHAPES
    assert found.contents.values["epoch"] == 3
    assert found.safety == "plain"
    assert not found.findings


@pytest.mark.parametrize("zipped", [True, False])
def test_whatever_torch_cannot_load_is_not_called_whole(zipped: bool, tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    torch.save(state(), path, _use_new_zipfile_serialization=zipped)
    data = path.read_bytes()
    for at in range(1, len(data), 7):
        path.write_bytes(data[:at])
        try:
            torch.load(path, weights_only=True)
        except Exception:  # any refusal of torch
            assert inspect(path).contents.flaws, at


def test_a_whole_module_is_suspicious_and_its_tensors_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    torch.save(torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4)), path)
    found = inspect(path)
    assert found.safety == "suspicious"
    assert {"0.weight", "0.bias", "1.running_mean"} <= {tensor.name for tensor in found.contents.tensors}


def test_optimizers_and_torchscript(tmp_path: Path) -> None:
    model = torch.nn.Linear(3, 4)
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.zeros(2, 3)).sum().backward()
    optimizer.step()
    torch.save(optimizer.state_dict(), tmp_path / "optim.pt")
    assert inspect(tmp_path / "optim.pt").kind == "any.optimizer"
    torch.jit.script(model).save(str(tmp_path / "script.pt"))
    found = inspect(tmp_path / "script.pt")
    assert (found.contents.format, found.safety, found.findings) == ("torchscript", "plain", ())


def test_the_harmless_names_are_those_that_torch_allows() -> None:
    from torch._weights_only_unpickler import _get_allowed_globals

    allowed = set(_get_allowed_globals())
    ours = {str(name) for name in TABLES.plain if name.module not in ("__builtin__", "torch.jit._pickle")}
    assert ours <= allowed
