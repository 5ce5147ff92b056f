"""The JSON Schema (draft-07) of a signature file, by which editors complete and explain every field."""

from __future__ import annotations

from typing import Any, get_args

from voicelog.signatures.lint import FACTS
from voicelog.signatures.schema import ACTIONS, FIX_ID, ID, OPTION
from voicelog.signatures.types import CATEGORIES, CERTAINTIES, Risk, Severity, Status

Schema = dict[str, Any]


def signature_schema() -> Schema:
    """The whole schema, as plain values."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A voicelog signature",
        "description": "One cause of a failure, or one harmless line: how it shows, why it happens, what to do.",
        **_mapping(
            {
                "id": _text("The path of the file with dots: gpu/out-of-memory.yaml is gpu.out-of-memory.", ID.pattern),
                "status": _choice("experimental: one example seen; stable: two or more.", get_args(Status)),
                "category": _choice("Where the cause lies.", CATEGORIES),
                "severity": _choice("error: it stops; warning: it goes on; info: harmless.", get_args(Severity)),
                "title": _both("One line, at most 60 characters, no full stop."),
                "cause": _both("One to three plain sentences for somebody who does not program."),
                "match": _list("Alternatives: one is enough.", _alternative()),
                "tags": _texts("Packages, systems, topics."),
                "phrases": _texts("Wordings for similarity search, in all languages that software prints."),
                "when": _condition("Facts that this reading needs or excludes."),
                "consequences": _texts("Ids that merely follow when this one is there too."),
                "fixes": _list("What to do, most likely and safest first.", _fix()),
                "references": _texts("Public pages.", "^https?://"),
                "examples": _list("What the software really prints.", _example()),
                "not_examples": _list("Near misses that must stay silent.", _not_example()),
            },
            required=("id", "status", "category", "severity", "title", "cause", "match"),
        ),
    }


def _alternative() -> Schema:
    fields = {
        "pattern": _text("RE2 syntax, searched in one cleaned line. Captures by name: (?P<requested>…)."),
        "code": _texts("A system code: WinError 126, Errno 28, exit 137, signal SIGSEGV, status 0xC0000005."),
        "like": _text("The alternatives of this other signature hold here too.", ID.pattern),
        "exception": _texts("The line belongs to the message of an exception of one of these types."),
        "module": _texts("A frame of the same traceback lies in one of these modules."),
        "all": _texts("Patterns that must each match some line within 200 lines."),
        "none": _texts("Patterns of which none may match within 200 lines."),
        "when": _condition("Facts without which it does not hold: not known is not enough."),
        "certainty": _choice("high: this wording means this; medium: usually; low: a general reading.", CERTAINTIES),
    }
    needed = [{"required": [name]} for name in ("pattern", "code", "like")]
    return {**_mapping(fields, "One way in which it shows; all that is named must hold."), "anyOf": needed}


def _fix() -> Schema:
    return _mapping(
        {
            "id": _text("Its name, in lower case with hyphens.", FIX_ID.pattern),
            "title": _both("What to do, in one line."),
            "risk": _choice("check: reads only; command: changes the machine; edit: changes a file.", get_args(Risk)),
            "when": _condition("Facts that this fix needs or excludes."),
            "steps": _list("Steps for a person.", _both("One step.")),
            "commands": _texts("One program each, no shell. Know {pip}, {python}, {torch_index}."),
            "env": {
                "type": "object",
                "description": "Environment variables to set before starting.",
                "additionalProperties": _PLAIN,
            },
            "args": _list("Changes of the command line, each made where the program has the option.", _argument()),
            "edit": _list("Values of JSON or YAML files, changed where file and key are there.", _setting()),
            "warning": _both("What may go wrong even where it helps; such a fix is never tried unasked."),
            "verify": _mapping(
                {
                    "en": _text("How to see that it worked, in English."),
                    "zh": _text("怎样确认修好了。"),
                    "command": _text("A command that shows it."),
                },
                "How a person sees that it worked.",
                ("en", "zh"),
            ),
        },
        required=("id", "title", "risk"),
    )


def _argument() -> Schema:
    said = "Names of the same option in different programs."
    options: dict[str, Schema] = {action: _texts(said, _whole(OPTION.pattern)) for action in ACTIONS}
    named = [{"required": [action]} for action in ACTIONS]
    return {**_mapping({**options, "with": _plain("The value; {free_port} is a port that is free.")}), "oneOf": named}


def _setting() -> Schema:
    fields = {
        "file": _texts("Paths below the folder of the run; the first that has the key."),
        "key": _texts("Dotted paths to the value."),
        "value": _plain("The value to write."),
    }
    return _mapping(fields, required=("file", "key", "value"))


def _example() -> Schema:
    return _mapping(
        {
            "source": _text("Where this text is known from: an issue, a page, or the command that prints it."),
            "text": _text("The text as printed, without personal data."),
            "captures": {"type": "object", "description": "What it must yield.", "additionalProperties": _PLAIN},
        },
        required=("source", "text"),
    )


def _not_example() -> Schema:
    fields = {"why": _text("What it is instead."), "text": _text("A text with nearly the same words.")}
    return _mapping(fields, required=("why", "text"))


_PLAIN: Schema = {"type": ["string", "number", "boolean"]}


def _plain(description: str) -> Schema:
    return {**_PLAIN, "description": description}


def _condition(description: str) -> Schema:
    accepted = {
        "description": "A value, a list of values, a range such as '>=2.1,<2.4', or any.",
        "anyOf": [_PLAIN, {"type": "array", "items": _PLAIN}],
    }
    facts = {
        "type": "object",
        "properties": dict.fromkeys(sorted(FACTS - {"pip", "torch_index"}), accepted),
        "additionalProperties": accepted,
    }
    return _mapping({"needs": facts, "excludes": facts}, description)


def _both(description: str) -> Schema:
    return _mapping({"en": _text(description), "zh": _text(description)}, description, ("en", "zh"))


def _mapping(fields: dict[str, Schema], description: str = "", required: tuple[str, ...] = ()) -> Schema:
    found: Schema = {"type": "object", "properties": fields, "additionalProperties": False}
    if description:
        found["description"] = description
    if required:
        found["required"] = list(required)
    return found


def _list(description: str, item: Schema) -> Schema:
    return {"type": "array", "description": description, "items": item}


def _text(description: str, pattern: str = "") -> Schema:
    return {"type": "string", "description": description, **({"pattern": _whole(pattern)} if pattern else {})}


def _texts(description: str, pattern: str = "") -> Schema:
    item = {"type": "string", **({"pattern": pattern} if pattern else {})}
    return {"description": description, "anyOf": [item, {"type": "array", "items": item}]}


def _choice(description: str, choices: Any) -> Schema:
    return {"type": "string", "description": description, "enum": list(choices)}


def _whole(pattern: str) -> str:
    return f"^{pattern}$"
