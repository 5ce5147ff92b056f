"""A pickle's opcodes played through without a single import or call: what it would build, and the names it asks for.

Semantics of the opcodes: Python's Lib/pickletools.py and Lib/pickle.py. Numbers, texts and containers become
themselves, a global becomes its name, a call becomes a note of what would be called with what.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from voicelog.modelfile.types import Broken, Flaw, Import
from voicelog.modelfile.window import PickleStream, Window

_MOST_OPCODES = 2_000_000
"""Of all pickles of one file together: large optimizer states have some hundred thousand."""
_KEPT = 2**16
"""Characters kept of a text or of bytes: nothing that names a tensor is longer."""

HIDDEN = Import("?", "?")
"""A global whose name is computed, so that reading alone cannot tell it."""


@dataclass(slots=True)
class Made:
    """What a call, a class or a persistent id would give: never made."""

    what: Any
    arguments: Any = ()
    state: Any = None
    items: list[Any] = field(default_factory=list)
    """Elements that would be appended, or (key, value) pairs that would be set."""


@dataclass(frozen=True, slots=True)
class Persistent:
    """A reference to something outside the pickle, such as a storage of numbers."""

    id: Any


@dataclass(slots=True)
class Table:
    """A dict as (key, value) pairs: keys may be of any kind here, hashable or not."""

    items: list[tuple[Any, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Played:
    """One pickle of a stream."""

    value: Any
    imports: tuple[Import, ...]
    end: int
    """Offset behind its last opcode."""
    flaws: tuple[Flaw, ...] = ()


class Budget:
    """Opcodes that may still be played for one file."""

    def __init__(self) -> None:
        self.left = _MOST_OPCODES


def play(window: Window, at: int = 0, budget: Budget | None = None) -> Played:
    """Play the pickle that begins at `at`; what is wrong with it stands in the result's flaws."""
    budget = budget or Budget()
    stream = PickleStream(window, at)
    machine = _Machine()
    flaw: Flaw | None = None
    try:
        # only read, readline and tell are called on it
        for opcode, argument, _ in pickletools.genops(stream):  # type: ignore[arg-type]
            machine.step(opcode.name, argument)
            budget.left -= 1
            if budget.left < 0:
                raise Broken("pickle-long", at=stream.tell())
    except Broken as broken:
        flaw = broken.flaw
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError, MemoryError):
        ended = stream.tell() >= window.size
        flaw = Flaw(
            "cut" if ended else "pickle-broken", {"at": stream.tell(), "wanted": 1} if ended else {"at": stream.tell()}
        )
    imports = tuple(dict.fromkeys(machine.imports))
    return Played(machine.value, imports, stream.tell(), (flaw,) if flaw else ())


class _Machine:
    """Stack, marks and memo of the unpickler."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.marks: list[list[Any]] = []
        self.memo: dict[int, Any] = {}
        self.imports: list[Import] = []
        self.value: Any = None

    def step(self, name: str, argument: Any) -> None:
        """Play one opcode; raises IndexError or the like where the stack does not hold what it needs."""
        if name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name])
        elif name in _PUSHED:
            self.stack.append(argument[:_KEPT] if isinstance(argument, (str, bytes)) else argument)
        else:
            _STEPS[name](self, argument)

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def marked(self) -> list[Any]:
        """Everything above the last mark, which goes."""
        above = self.stack
        self.stack = self.marks.pop()
        return above

    def global_(self, module: Any, name: Any) -> None:
        known = isinstance(module, str) and isinstance(name, str)
        found = Import(module, name) if known else HIDDEN
        self.imports.append(found)
        self.stack.append(found)

    def call(self, what: Any, arguments: Any) -> None:
        if what == _ORDERED and arguments == ():
            self.stack.append(Table())
        else:
            self.stack.append(Made(what, arguments))

    def extend(self, pairs: bool, values: list[Any]) -> None:
        target = self.stack[-1]
        items = list(zip(values[::2], values[1::2], strict=False)) if pairs else values
        if isinstance(target, list) and not pairs:
            target.extend(items)
        elif isinstance(target, Made) or (pairs and isinstance(target, Table)):
            target.items.extend(items)
        else:
            raise TypeError("not a container")

    def build(self) -> None:
        state = self.stack.pop()
        target = self.stack[-1]
        if isinstance(target, Made):
            target.state = state
        elif isinstance(target, Import):
            # changes the function or class itself, for everybody who uses it later
            self.imports.append(Import(target.module, f"{target.name}.__setstate__"))


_ORDERED = Import("collections", "OrderedDict")
_CONSTANTS: dict[str, Any] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
_PUSHED = frozenset(
    (
        *("INT", "LONG", "LONG1", "LONG4", "BININT", "BININT1", "BININT2", "FLOAT", "BINFLOAT"),
        *("STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
        *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
    )
)


def _mark(machine: _Machine, _: Any) -> None:
    machine.marks.append(machine.stack)
    machine.stack = []


def _stop(machine: _Machine, _: Any) -> None:
    machine.value = machine.stack.pop()


def _pop(machine: _Machine, _: Any) -> None:
    # a mark is popped where nothing stands above it
    if machine.stack:
        machine.stack.pop()
    else:
        machine.stack = machine.marks.pop()


def _pop_mark(machine: _Machine, _: Any) -> None:
    machine.marked()


def _pack(count: int) -> Callable[[_Machine, Any], None]:
    def step(machine: _Machine, _: Any) -> None:
        if len(machine.stack) < count:
            raise IndexError(count)
        values = tuple(machine.stack[-count:])
        del machine.stack[-count:]
        machine.push(values)

    return step


def _put(machine: _Machine, argument: Any) -> None:
    machine.memo[int(argument)] = machine.stack[-1]


def _class_call(machine: _Machine, _: Any) -> None:
    what, *arguments = machine.marked()
    machine.call(what, tuple(arguments))


def _inst(machine: _Machine, argument: Any) -> None:
    module, _, name = str(argument).partition(" ")
    arguments = tuple(machine.marked())
    machine.global_(module, name)
    machine.call(machine.stack.pop(), arguments)


def _stack_global(machine: _Machine, _: Any) -> None:
    name, module = machine.stack.pop(), machine.stack.pop()
    machine.global_(module, name)


def _reduce(machine: _Machine, _: Any) -> None:
    arguments, what = machine.stack.pop(), machine.stack.pop()
    machine.call(what, arguments)


def _newobj_ex(machine: _Machine, _: Any) -> None:
    machine.stack.pop()
    _reduce(machine, _)


def _setitem(machine: _Machine, _: Any) -> None:
    value, key = machine.stack.pop(), machine.stack.pop()
    machine.extend(True, [key, value])


def _table(machine: _Machine, _: Any) -> None:
    values = machine.marked()
    machine.push(Table(list(zip(values[::2], values[1::2], strict=False))))


_STEPS: dict[str, Callable[[_Machine, Any], None]] = {
    "PROTO": lambda machine, _: None,
    "FRAME": lambda machine, _: None,
    "MARK": _mark,
    "STOP": _stop,
    "POP": _pop,
    "POP_MARK": _pop_mark,
    "DUP": lambda machine, _: machine.push(machine.stack[-1]),
    "TUPLE": lambda machine, _: machine.push(tuple(machine.marked())),
    "TUPLE1": _pack(1),
    "TUPLE2": _pack(2),
    "TUPLE3": _pack(3),
    "EMPTY_LIST": lambda machine, _: machine.push([]),
    "LIST": lambda machine, _: machine.push(machine.marked()),
    "APPEND": lambda machine, _: machine.extend(False, [machine.stack.pop()]),
    "APPENDS": lambda machine, _: machine.extend(False, machine.marked()),
    "EMPTY_SET": lambda machine, _: machine.push([]),
    "ADDITEMS": lambda machine, _: machine.extend(False, machine.marked()),
    "FROZENSET": lambda machine, _: machine.push(machine.marked()),
    "EMPTY_DICT": lambda machine, _: machine.push(Table()),
    "DICT": _table,
    "SETITEM": _setitem,
    "SETITEMS": lambda machine, _: machine.extend(True, machine.marked()),
    "PUT": _put,
    "BINPUT": _put,
    "LONG_BINPUT": _put,
    "MEMOIZE": lambda machine, _: machine.memo.__setitem__(len(machine.memo), machine.stack[-1]),
    "GET": lambda machine, argument: machine.push(machine.memo[int(argument)]),
    "BINGET": lambda machine, argument: machine.push(machine.memo[argument]),
    "LONG_BINGET": lambda machine, argument: machine.push(machine.memo[argument]),
    "GLOBAL": lambda machine, argument: machine.global_(*str(argument).split(" ", 1)),
    "STACK_GLOBAL": _stack_global,
    "INST": _inst,
    "OBJ": _class_call,
    "NEWOBJ": _reduce,
    "NEWOBJ_EX": _newobj_ex,
    "REDUCE": _reduce,
    "BUILD": lambda machine, _: machine.build(),
    "PERSID": lambda machine, argument: machine.push(Persistent(argument)),
    "BINPERSID": lambda machine, _: machine.push(Persistent(machine.stack.pop())),
    # a number of the copyreg registry stands for a class that only the loading program knows
    "EXT1": lambda machine, argument: machine.global_("copyreg", f"extension {argument}"),
    "EXT2": lambda machine, argument: machine.global_("copyreg", f"extension {argument}"),
    "EXT4": lambda machine, argument: machine.global_("copyreg", f"extension {argument}"),
    "NEXT_BUFFER": lambda machine, _: machine.push(None),
    "READONLY_BUFFER": lambda machine, _: None,
}
