"""The committed schema is the code's, takes every signature of the base, and refuses what the reader refuses."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from conftest import KNOWLEDGE
from test_kb import GOOD
from voicelog.render.document import dump
from voicelog.signatures.json_schema import signature_schema
from voicelog.signatures.load import to_entry

COMMITTED = KNOWLEDGE / "schema.json"
FILES = sorted((KNOWLEDGE / "signatures").rglob("*.yaml"))


def test_the_committed_schema_is_current(request: pytest.FixtureRequest) -> None:
    wanted = dump(signature_schema())
    if request.config.getoption("--refresh"):
        COMMITTED.write_text(wanted, encoding="utf-8", newline="\n")
    assert COMMITTED.read_text(encoding="utf-8") == wanted, "pytest tests/unit/test_json_schema.py --refresh"


def test_it_is_a_schema_and_takes_every_signature_of_the_base() -> None:
    schema = signature_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in FILES:
        value = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are safe
        found = [error.message for error in validator.iter_errors(value)]
        assert not found, (path, found)


def test_the_modeline_of_every_signature_leads_to_it() -> None:
    for path in FILES:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema="), path
        assert (path.parent / first.partition("=")[2]).resolve() == COMMITTED.resolve(), path


def _changes() -> list[tuple[str, Any]]:
    good = yaml.safe_load(GOOD)
    found: list[tuple[str, Any]] = []

    def changed(name: str, *path: str | int, to: Any = None) -> None:
        value = copy.deepcopy(good)
        place: Any = value
        for part in path[:-1]:
            place = place[part]
        if to is None:
            del place[path[-1]]
        else:
            place[path[-1]] = to
        found.append((name, value))

    for key in good:
        if key not in ("fixes", "examples", "not_examples"):
            changed(f"without {key}", key)
    for path in ((), ("title",), ("match", 0), ("fixes", 0), ("examples", 0), ("not_examples", 0)):
        changed(f"unknown key in {path}", *path, "colour", to="red")
    changed("bad id", "id", to="Bad Id")
    changed("bad status", "status", to="good")
    changed("bad category", "category", to="good")
    changed("bad risk", "fixes", 0, "risk", to="high")
    changed("pattern gone", "match", 0, "pattern")
    changed("bad reference", "references", to=["javascript:alert(1)"])
    changed("match no list", "match", to="x")
    return found


@pytest.mark.parametrize(("name", "value"), _changes(), ids=lambda one: one if isinstance(one, str) else "")
def test_what_the_reader_refuses_the_schema_refuses(name: str, value: Any, tmp_path: Path) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert to_entry(text.encode(), "file", str(value.get("id"))).problems
    assert list(jsonschema.Draft7Validator(signature_schema()).iter_errors(value))


def test_what_the_reader_takes_the_schema_takes() -> None:
    value = yaml.safe_load(GOOD)
    assert not to_entry(GOOD.encode(), "file", value["id"]).problems
    assert not list(jsonschema.Draft7Validator(signature_schema()).iter_errors(value))
