"""What a signature file says, as typed values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from voicelog.model import EMPTY
from voicelog.signatures.base import is_benign

Status = Literal["experimental", "stable", "deprecated"]
Severity = Literal["error", "warning", "info"]
Risk = Literal["advice", "check", "command", "edit"]

CATEGORIES = (
    "environment",
    "hardware",
    "model-files",
    "framework-api",
    "os-permissions",
    "audio-deps",
    "network",
)
CERTAINTIES = {"high": 0.95, "medium": 0.8, "low": 0.6}


class Text(NamedTuple):
    """One sentence or more in both languages; `{name}` and `[[ … ]]` are filled when rendering."""

    en: str
    zh: str


class Condition(NamedTuple):
    """Facts that a reading or a fix needs or excludes: name to the accepted values or version ranges."""

    needs: Mapping[str, tuple[str, ...]] = EMPTY
    excludes: Mapping[str, tuple[str, ...]] = EMPTY


class Alternative(NamedTuple):
    """One way in which a signature shows; all that is named must hold."""

    like: str = ""
    """Another signature whose alternatives hold here too: the same words, another reading."""
    pattern: str = ""
    codes: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    when: Condition = Condition()
    """Facts without which it does not hold: not known is not enough, unlike for a whole signature."""
    certainty: float = CERTAINTIES["high"]


class Verification(NamedTuple):
    """How a person sees that a fix worked."""

    text: Text
    command: str = ""


class Argument(NamedTuple):
    """One change of a command line, made where the program really has one of the options."""

    action: Literal["add", "replace", "remove"]
    options: tuple[str, ...]
    """Names of the same option in different programs."""
    value: str = ""


class Setting(NamedTuple):
    """One value of a configuration file (JSON or YAML), changed where the file has the key."""

    files: tuple[str, ...]
    """Paths below the folder of the run; the first that is there and has the key."""
    keys: tuple[str, ...]
    """Dotted paths to the value."""
    value: str


class Fix(NamedTuple):
    """One way out, with what it risks and when it applies."""

    id: str
    title: Text
    risk: Risk
    when: Condition = Condition()
    steps: tuple[Text, ...] = ()
    commands: tuple[str, ...] = ()
    env: Mapping[str, str] = EMPTY
    args: tuple[Argument, ...] = ()
    edit: tuple[Setting, ...] = ()
    warning: Text | None = None
    """What may go wrong with it even where it helps; a fix with a warning is never tried unasked."""
    verify: Verification | None = None

    @property
    def changes(self) -> str:
        """What it touches, by name: its risk, or no more than one start where it only sets variables or options."""
        started = self.risk == "command" and not self.commands and bool(self.env or self.args)
        return "start" if started else self.risk


class Example(NamedTuple):
    """A log that the signature explains, where its wording is known from, and what it must yield."""

    text: str
    source: str
    captures: Mapping[str, str] = EMPTY


class NotExample(NamedTuple):
    """A near miss that must stay silent, and why."""

    text: str
    why: str


class Signature(NamedTuple):
    """One cause, or one harmless line, and everything that is known of it."""

    id: str
    status: Status
    category: str
    severity: Severity
    title: Text
    cause: Text
    match: tuple[Alternative, ...]
    tags: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    when: Condition = Condition()
    consequences: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
    references: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    not_examples: tuple[NotExample, ...] = ()

    @property
    def benign(self) -> bool:
        return is_benign(self.id)


class Problem(NamedTuple):
    """Something wrong in a signature file, where, and how to mend it."""

    file: str
    line: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" + (f" ({self.hint})" if self.hint else "")
