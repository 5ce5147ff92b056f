"""Plain values of a signature file to a Signature; every deviation is a problem with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

from voicelog.signatures.types import (
    CATEGORIES,
    CERTAINTIES,
    Alternative,
    Argument,
    Condition,
    Example,
    Fix,
    NotExample,
    Problem,
    Risk,
    Setting,
    Severity,
    Signature,
    Status,
    Text,
    Verification,
)

if TYPE_CHECKING:
    from voicelog.signatures.document import Lines, Path

T = TypeVar("T")

ID = re.compile(r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+")
FIX_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_LINK = re.compile(r"https?://[^\s<>\"'`\\]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""What moves a terminal's cursor or turns a text's direction: it has no place in a text that we print."""
_NO_CONDITION = Condition()


class Reader:
    """Reads one mapping of the file and collects what is wrong with it."""

    def __init__(self, file: str, value: Any, lines: Lines, path: Path = (), problems: list[Problem] | None = None):
        self.file = file
        self.lines = lines
        self.path = path
        self.problems: list[Problem] = [] if problems is None else problems
        self.value: dict[str, Any] = value if isinstance(value, dict) else {}
        self.known: set[str] = set()
        if not isinstance(value, dict):
            self.problem("must be a mapping of fields")

    def problem(self, message: str, *at: str | int, hint: str = "") -> None:
        path = (*self.path, *at)
        line = next((self.lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self.lines), 1)
        name = ".".join(str(part) for part in path)
        self.problems.append(Problem(self.file, line, f"{name}: {message}" if name else message, hint))

    def _get(self, key: str, required: bool) -> Any:
        self.known.add(key)
        value = self.value.get(key)
        if value is None and required:
            self.problem(f"'{key}' is missing", hint="add it")
        return value

    def string(self, key: str, default: str = "", *, required: bool = False) -> str:
        value = self._get(key, required)
        if value is None:
            return default
        if not isinstance(value, str):
            self.problem("must be text", key)
            return default
        return self._printable(key, value)

    def _printable(self, key: str, value: str) -> str:
        if not _CONTROL.search(value):
            return value
        self.problem("holds a control character", key, hint="delete it")
        return _CONTROL.sub("", value)

    def choice(self, key: str, choices: Iterable[str], default: str = "", *, required: bool = False) -> str:
        value = self.string(key, default, required=required)
        allowed = list(choices)
        if value in allowed:
            return value
        if isinstance(self.value.get(key), str):
            import difflib

            near = difflib.get_close_matches(value, allowed, 1)
            self.problem(
                f"'{value}' is not one of {', '.join(allowed)}", key, hint=f"{near[0]}?" if near else "choose one"
            )
        return default or allowed[0]

    def strings(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        value = self._get(key, required)
        if value is None:
            return ()
        if isinstance(value, str):
            return (self._printable(key, value),)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(self._printable(key, item) for item in value)
        self.problem("must be text or a list of texts", key)
        return ()

    def mapping(self, key: str) -> dict[str, Any]:
        value = self._get(key, False)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.problem("must be a mapping", key)
            return {}
        return value

    def text(self, key: str, *, required: bool = False) -> Text:
        value = self._get(key, required)
        return _text(self.child(key, value)) if value is not None else Text("", "")

    def items(self, key: str, read: Callable[[Reader], T], *, required: bool = False) -> tuple[T, ...]:
        value = self._get(key, required)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.problem("must be a list", key)
            return ()
        return tuple(read(self.child(key, item, at)) for at, item in enumerate(value))

    def child(self, key: str, value: Any, *more: int) -> Reader:
        return Reader(self.file, value, self.lines, (*self.path, key, *more), self.problems)

    def finish(self) -> None:
        """Report the keys that no field asked for."""
        unknown = [key for key in self.value if key not in self.known]
        if not unknown:
            return
        import difflib

        for key in unknown:
            near = difflib.get_close_matches(key, sorted(self.known), 1)
            self.problem(f"unknown key '{key}'", key, hint=f"did you mean '{near[0]}'?" if near else "remove it")


def read_signature(value: Any, lines: Lines, file: str) -> tuple[Signature | None, list[Problem]]:
    """The signature that `value` describes, or None where it is too broken, and all problems."""
    reader = Reader(file, value, lines)
    identifier = reader.string("id", required=True)
    if identifier and not ID.fullmatch(identifier):
        reader.problem(f"'{identifier}' is not area.name in lower case with hyphens", "id")
    signature = Signature(
        id=identifier,
        status=reader.choice("status", get_args(Status), "stable", required=True),  # type: ignore[arg-type]
        category=reader.choice("category", CATEGORIES, required=True),
        severity=reader.choice("severity", get_args(Severity), "error", required=True),  # type: ignore[arg-type]
        title=reader.text("title", required=True),
        cause=reader.text("cause", required=True),
        match=reader.items("match", _alternative, required=True),
        tags=reader.strings("tags"),
        phrases=reader.strings("phrases"),
        when=_when(reader),
        consequences=reader.strings("consequences"),
        fixes=reader.items("fixes", _fix),
        references=_references(reader),
        examples=reader.items("examples", _example),
        not_examples=reader.items("not_examples", _not_example),
    )
    reader.finish()
    usable = bool(identifier) and bool(signature.match)
    return (signature if usable else None), reader.problems


def _references(reader: Reader) -> tuple[str, ...]:
    links = reader.strings("references")
    for link in links:
        if not _LINK.fullmatch(link):
            reader.problem(f"'{link}' is no address of a page", "references", hint="https://…")
    return tuple(link for link in links if _LINK.fullmatch(link))


def _text(reader: Reader) -> Text:
    text = Text(reader.string("en", required=True).strip(), reader.string("zh", required=True).strip())
    reader.finish()
    return text


def _alternative(reader: Reader) -> Alternative:
    certainty = reader.choice("certainty", CERTAINTIES, "high")
    alternative = Alternative(
        like=reader.string("like"),
        pattern=reader.string("pattern"),
        codes=reader.strings("code"),
        exceptions=reader.strings("exception"),
        modules=reader.strings("module"),
        all=reader.strings("all"),
        none=reader.strings("none"),
        when=_when(reader),
        certainty=CERTAINTIES.get(certainty, CERTAINTIES["low"]),
    )
    if not (alternative.pattern or alternative.codes or alternative.like):
        reader.problem("needs a pattern, a code, or 'like'")
    reader.finish()
    return alternative


def _when(reader: Reader) -> Condition:
    value = reader.mapping("when")
    if not value:
        return _NO_CONDITION
    inner = reader.child("when", value)
    needs, excludes = inner.mapping("needs"), inner.mapping("excludes")
    inner.finish()
    return Condition(_accepted(inner, "needs", needs), _accepted(inner, "excludes", excludes))


def _accepted(reader: Reader, key: str, facts: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    inner = reader.child(key, facts)
    return {name: inner.strings(name) for name in facts}


def _fix(reader: Reader) -> Fix:
    fix = Fix(
        id=reader.string("id", required=True),
        title=reader.text("title", required=True),
        risk=reader.choice("risk", get_args(Risk), "advice", required=True),  # type: ignore[arg-type]
        when=_when(reader),
        steps=reader.items("steps", _text),
        commands=reader.strings("commands"),
        env={name: reader.child("env", reader.mapping("env")).string(name) for name in reader.mapping("env")},
        args=reader.items("args", _argument),
        edit=reader.items("edit", _setting),
        warning=_warning(reader),
        verify=_verification(reader),
    )
    if fix.id and not FIX_ID.fullmatch(fix.id):
        reader.problem(f"'{fix.id}' is not lower case with hyphens", "id")
    reader.finish()
    return fix


def _warning(reader: Reader) -> Text | None:
    text = reader.text("warning")
    return text if text.en else None


ACTIONS: tuple[Literal["add", "replace", "remove"], ...] = ("add", "replace", "remove")
OPTION = re.compile(r"--?[A-Za-z][\w-]*")


def _argument(reader: Reader) -> Argument:
    named = [action for action in ACTIONS if reader.value.get(action) is not None]
    if len(named) != 1:
        reader.problem("needs exactly one of add, replace, remove")
    action = named[0] if named else "remove"
    argument = Argument(action, reader.strings(action, required=True), reader.string("with"))
    for option in argument.options:
        if not OPTION.fullmatch(option):
            reader.problem(f"'{option}' is no option", action, hint="write --name or -n")
    if (action == "replace" and not argument.value) or (action == "remove" and argument.value):
        reader.problem("'with' is the value for replace, and for an add that takes one", action)
    reader.finish()
    return argument


def _setting(reader: Reader) -> Setting:
    setting = Setting(
        reader.strings("file", required=True),
        reader.strings("key", required=True),
        reader.string("value", required=True),
    )
    for path in setting.files:
        if path.startswith(("/", "~")) or ".." in path or ":" in path:
            reader.problem(f"'{path}' must lie below the folder of the run", "file")
    reader.finish()
    return setting


def _verification(reader: Reader) -> Verification | None:
    value = reader.mapping("verify")
    if not value:
        return None
    inner = reader.child("verify", value)
    command = inner.string("command")
    text = Text(inner.string("en", required=True).strip(), inner.string("zh", required=True).strip())
    inner.finish()
    return Verification(text, command)


def _example(reader: Reader) -> Example:
    captures = {name: str(value) for name, value in reader.mapping("captures").items()}
    example = Example(reader.string("text", required=True), reader.string("source", required=True), captures)
    reader.finish()
    return example


def _not_example(reader: Reader) -> NotExample:
    example = NotExample(reader.string("text", required=True), reader.string("why", required=True))
    reader.finish()
    return example
