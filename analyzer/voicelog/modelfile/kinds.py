"""Which kind of model a file is, by the names and shapes it holds, and whether its numbers and its configuration agree.

A measure is a short phrase that gives a number or a word:
`tensor NAME AXIS`, `layers PREFIX`, `value PATH` (of the file), `config PATH` (of the file beside it),
`product config PATH` or `product value PATH` (of a list), `words TEXT` where nothing else was found.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property

from voicelog.modelfile.tables import Agreement, Kind, Shape, Tables
from voicelog.modelfile.types import Contents, Finding, Tensor

_OF_WEIGHTS = ("tensor ", "layers ")
_STRIPPED = 3
"""Leading parts of a tensor's name (`module.`, `ema_model.transformer.`) that a known name may lack."""


class Measures:
    """The file and the configuration beside it, as what measures are taken of."""

    def __init__(self, contents: Contents, config: Contents | None = None) -> None:
        self.contents = contents
        self.config = config

    @cached_property
    def _tensors(self) -> dict[str, Tensor]:
        """Tensors by name, and by what remains without the first parts of it."""
        found: dict[str, Tensor] = {}
        for tensor in self.contents.tensors:
            name = tensor.name
            for _ in range(_STRIPPED + 1):
                found.setdefault(name, tensor)
                _, dot, name = name.partition(".")
                if not dot:
                    break
        return found

    def holds(self, shape: Shape) -> bool:
        """Whether everything that `shape` names is there and nothing that it excludes."""
        contents = self.contents
        if shape.formats and contents.format not in shape.formats:
            return False
        names = set(contents.entries)
        return (
            all(entry in names for entry in (*shape.entries, *shape.ports))
            and all(name in self._tensors for name in shape.tensors)
            and all(_fits(contents.values.get(path), wanted) for path, wanted in shape.values.items())
            and not any(name in self._tensors or name in names for name in shape.lacks)
        )

    def take(self, measure: str) -> str | int | float | None:
        """The number or word that `measure` names; None where it is not there."""
        word, _, rest = measure.partition(" ")
        if word == "words":
            return rest
        if word == "product":
            return self._product(rest)
        if word == "value":
            return _plain(self.contents.values.get(rest))
        if word == "config":
            return _plain(self.config.values.get(rest)) if self.config else None
        if word == "layers":
            return self._layers(rest) or None
        name, _, axis = rest.rpartition(" ")
        tensor = self._tensors.get(name)
        return tensor.shape[int(axis)] if tensor and int(axis) < len(tensor.shape) else None

    def _product(self, measure: str) -> int | None:
        word, _, path = measure.partition(" ")
        source = self.contents if word == "value" else self.config
        numbers: list[int] = []
        while source and isinstance(number := source.values.get(f"{path}.{len(numbers)}"), int) and len(numbers) < 20:
            numbers.append(number)
        return math.prod(numbers) if numbers else None

    def _layers(self, prefix: str) -> int:
        """How many different numbers follow `prefix.` in the names of the tensors."""
        found = {name[len(prefix) + 1 :].partition(".")[0] for name in self._tensors if name.startswith(prefix + ".")}
        return sum(1 for number in found if number.isdigit())


def _plain(value: str | int | float | bool | None) -> str | int | float | None:
    return ("yes" if value else "no") if isinstance(value, bool) else value


def _fits(value: object, wanted: str) -> bool:
    return value is not None and (wanted == "*" or str(value) == wanted)


def identify(contents: Contents, tables: Tables) -> Kind | None:
    """The first kind of the table that fits."""
    measures = Measures(contents)
    return next((kind for kind in tables.kinds if any(measures.holds(shape) for shape in kind.match)), None)


def traits(kind: Kind, measures: Measures) -> dict[str, str]:
    """Version, sample rate and the like, in the order of the table."""
    found = {}
    for name, rules in kind.traits.items():
        for measure, shown in rules:
            value = measures.take(measure)
            text = _shown(value, shown)
            if text:
                found[name] = text
                break
    return found


def _shown(value: str | int | float | None, shown: Mapping[str, str]) -> str:
    if value is None:
        return ""
    return shown.get(str(value), shown.get("*", "")) if shown else str(value)


Compared = tuple[Agreement, str | int | float, str | int | float]
"""A rule and its two measures, both of which could be taken."""


def compare(kind: Kind, measures: Measures) -> list[Compared]:
    """The rules of `kind` that the file and its configuration have numbers for."""
    pairs = ((rule, measures.take(rule.left), measures.take(rule.right)) for rule in kind.agree)
    return [(rule, left, right) for rule, left, right in pairs if left is not None and right is not None]


def of_config(rule: Agreement) -> bool:
    """Whether the rule is about the configuration beside the file."""
    return "config " in rule.left + rule.right


def disagreements(compared: list[Compared], config: str) -> Iterator[Finding]:
    """Numbers of the file and its configuration that cannot both be right."""
    for rule, left, right in compared:
        if _agree(left, right, rule):
            continue
        if rule.right.startswith(_OF_WEIGHTS):
            left, right, where = right, left, rule.left
        else:
            where = rule.right
        key = where.split()[-1]
        values = {"of": rule.of, "left": str(left), "right": str(right), "config": config, "where": key, "key": key}
        yield Finding(rule.cause, _slug(rule), values=values)


def _slug(rule: Agreement) -> str:
    if "config " in rule.left and "config " in rule.right:
        return "differs-config-itself"
    return "differs-from-config" if of_config(rule) else "differs-inside"


def _agree(left: str | int | float, right: str | int | float, rule: Agreement) -> bool:
    one, two = _number(left), _number(right)
    if one is None or two is None:
        return str(left) == str(right)
    return one <= two if rule.relation == "at-most" else one == two


def _number(value: str | int | float) -> float | None:
    """A number; `40k` counts as 40000."""
    if isinstance(value, (int, float)):
        return float(value)
    text = value.lower().removesuffix("k")
    if not text.replace(".", "", 1).isdigit() or not text.isascii():
        return None
    return float(text) * (1000 if value.lower().endswith("k") else 1)
