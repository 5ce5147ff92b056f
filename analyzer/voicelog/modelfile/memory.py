"""What the weights take in each precision, against the memory of the machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from voicelog.modelfile.types import Finding, Machine, Need, Tensor

TRAINING = (
    "optim",
    "lr_sched",
    "scheduler",
    "ema_optim",
    "grad_scaler",
    "scaler",
    "loops",
    "callbacks",
    "last_optimizer",
)
"""How entries begin that only training needs (torch.optim, Lightning, fairseq and the projects themselves)."""

_ROOM = 1.2
"""The weights and a fifth more for what a run computes: less never worked."""
_FLOATS = ("float64", "float32", "float16", "bfloat16")
_PRECISIONS = {"float32": 4, "float16": 2, "int8": 1}


def of_model(tensors: Iterable[Tensor]) -> Iterator[Tensor]:
    """The tensors that inference needs."""
    return (tensor for tensor in tensors if not tensor.group.startswith(TRAINING))


def needs(tensors: tuple[Tensor, ...], machine: Machine) -> tuple[Need, ...]:
    """Bytes as stored, and in full, half and 8-bit precision where they are floating-point numbers."""
    mine = list(of_model(tensors))
    stored = sum(tensor.bytes for tensor in mine)
    floats = sum(tensor.count for tensor in mine if tensor.dtype in _FLOATS)
    rest = sum(tensor.bytes for tensor in mine if tensor.dtype not in _FLOATS)
    if not stored:
        return ()
    found = [_need("stored", stored, machine)]
    if floats:
        found += [_need(name, floats * width + rest, machine) for name, width in _PRECISIONS.items()]
    return tuple(found)


def _need(precision: str, size: int, machine: Machine) -> Need:
    fits_memory = size * _ROOM <= machine.memory if machine.memory else None
    return Need(precision, size, fits_memory, size * _ROOM <= machine.card if machine.card else None)


def main_type(tensors: tuple[Tensor, ...]) -> str:
    """The element type that most of the weights have."""
    sizes: dict[str, int] = {}
    for tensor in of_model(tensors):
        sizes[tensor.dtype] = sizes.get(tensor.dtype, 0) + tensor.count
    return max(sizes, key=lambda name: (sizes[name], name), default="")


def too_large(found: tuple[Need, ...], machine: Machine) -> Iterator[Finding]:
    """What does not fit as it is stored, and the best precision that would; an error only where none would."""
    if not found:
        return
    stored = found[0]
    smaller = [need for need in found[1:] if need.bytes < stored.bytes]
    if stored.fits_card is False:
        best = next((need.precision for need in smaller if need.fits_card), "")
        nowhere = not best and stored.fits_memory is False
        yield _finding("gpu.out-of-memory", "card-too-small", stored, machine.card, best, stops=nowhere)
    elif stored.fits_memory is False and not machine.card:
        best = next((need.precision for need in smaller if need.fits_memory), "")
        yield _finding("memory.ram-exhausted", "memory-too-small", stored, machine.memory, best, stops=not best)


def _finding(cause: str, slug: str, stored: Need, room: int, best: str, *, stops: bool) -> Finding:
    return Finding(cause, slug, "error" if stops else "warning", {"bytes": stored.bytes, "room": room, "best": best})
