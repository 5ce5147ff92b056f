"""`voicelog kb new`: draft a signature from a log, or let a known one grow a wording."""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from voicelog.catalog.origin import no_such_signature, whole_signature
from voicelog.cli import streams
from voicelog.cli.kb import checkout
from voicelog.cli.knowledge import knowledge_places, open_knowledge
from voicelog.cli.settings import Settings
from voicelog.cli.streams import ExitCode
from voicelog.draft.entry import Draft, below, blank, draft
from voicelog.draft.grow import grow
from voicelog.errors import InputError
from voicelog.ingest.source import read
from voicelog.language import Language, pick, redacted_words, word
from voicelog.packs.find import project_folder
from voicelog.redact import this_machine
from voicelog.render.document import dump
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.location import MANIFEST, bundled
from voicelog.signatures.packs import load_pack
from voicelog.signatures.schema import ID


def run(options: argparse.Namespace, settings: Settings) -> ExitCode:
    """Write the file, open it in the editor where there is one, say what comes next."""
    asks = not options.no_input and options.log != "-" and sys.stdin is not None and sys.stdin.isatty()
    pack = _pack_here(options)
    if options.log is None:
        identifier = below(pack.name, options.identifier) if pack and options.identifier else options.identifier or ""
        if not ID.fullmatch(identifier):
            message = "name a log with --from, or an id such as deps.my-package with --id"
            raise InputError("no-log", message, hint="voicelog kb new --help")
        place = _place(options, identifier, pack)
        path = _write(place, _modeline(place) + blank(identifier))
        return _finish(path, None, asks, options, settings)
    base = open_knowledge(settings)
    if options.grow and options.grow not in base:
        raise no_such_signature(options.grow, base.index.ids)
    source = next(read(options.log))
    drafted = draft(
        source,
        base,
        this_machine(),
        lines=options.line or (),
        identifier=options.identifier or "",
        pack=pack.name if pack else "",
    )
    place = _place(options, drafted.id, pack)
    _tell(drafted, base, options, settings.lang)
    chosen = options.grow or (_ask(drafted, settings.lang) if asks else "")
    path = _grow(chosen, drafted, base, settings) if chosen else _write(place, _modeline(place) + drafted.text)
    return _finish(path, drafted, asks, options, settings)


def _tell(drafted: Draft, base: KnowledgeBase, options: argparse.Namespace, language: Language) -> None:
    if options.quiet:
        return
    if drafted.report.diagnoses:
        top = drafted.report.diagnoses[0]
        values: Mapping[str, object] = {"id": top.id, "percent": round(top.confidence * 100)}
        streams.write_error(word("kb-already", language, values))
    if drafted.nearest:
        streams.write_error(f"{word('kb-near', language)}:")
    for number, one in enumerate(drafted.nearest, 1):
        title = pick(base.signature(one.id).title, language)
        streams.write_error(f"  {number}. {one.id} ({one.score:.2f}) {title}")
    if drafted.counts:
        streams.write_error(redacted_words(drafted.counts, language))


def _ask(drafted: Draft, language: Language) -> str:
    if not drafted.nearest:
        return ""
    sys.stderr.write(word("kb-grow", language))
    sys.stderr.flush()
    answer = sys.stdin.readline().strip()
    if answer.isdigit() and 1 <= int(answer) <= len(drafted.nearest):
        return drafted.nearest[int(answer) - 1].id
    return ""


def _grow(identifier: str, drafted: Draft, base: KnowledgeBase, settings: Settings) -> Path:
    found = whole_signature(identifier, knowledge_places(settings))
    if found is None:
        raise no_such_signature(identifier, base.index.ids)
    path = Path(found[1])
    try:
        text = grow(path.read_text(encoding="utf-8"), drafted.alternative, drafted.example)
        path.write_text(text, encoding="utf-8", newline="\n")
    except (OSError, ValueError):
        hint = "it belongs to an installed package or a pack: work in a checkout of its repository"
        raise InputError("cannot-grow", "cannot be extended here", where=str(path), hint=hint) from None
    return path


class _Pack(NamedTuple):
    """The pack of the project at hand."""

    folder: Path
    name: str


def _pack_here(options: argparse.Namespace) -> _Pack | None:
    """The pack that a draft belongs to, where the current folder is in a project that has one of its own."""
    folder = None if options.out or checkout.works_here() else project_folder(Path.cwd())
    if folder is None or not (folder / MANIFEST).is_file():
        return None
    return _Pack(folder, load_pack(folder).manifest.name)


def _place(options: argparse.Namespace, identifier: str, pack: _Pack | None) -> Path:
    """Where a draft belongs: as asked, in the project's pack, in the checkout's base, else here."""
    if options.out:
        return Path(options.out)
    parts = identifier.split(".")
    if pack:
        return pack.folder.joinpath("signatures", *parts[1:]).with_suffix(".yaml")
    if checkout.works_here():
        return bundled().joinpath("signatures", *parts).with_suffix(".yaml")
    return Path(f"{parts[-1]}.yaml")


def _modeline(path: Path) -> str:
    """The comment by which an editor finds the schema, for a file that lies beside it in the base."""
    root = bundled() / "signatures"
    if not path.is_relative_to(root):
        return ""
    return f"# yaml-language-server: $schema={'../' * len(path.relative_to(root).parts)}schema.json\n"


def _write(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        if path.exists():
            hint = "name another with --id or --out"
            raise InputError("file-exists", "is there already", where=str(path), hint=hint) from None
        message = f"cannot be written: {error.strerror or error}"
        raise InputError("unwritable", message, where=str(path), hint="name another place with --out") from None
    return path


def _finish(path: Path, drafted: Draft | None, asks: bool, options: argparse.Namespace, settings: Settings) -> ExitCode:
    shown = _shown(path)
    if options.format == "json":
        nearest = [{"id": one.id, "score": one.score} for one in drafted.nearest] if drafted else []
        identifier = drafted.id if drafted else options.identifier
        streams.write_data(dump({"file": shown, "id": identifier, "nearest": nearest}))
    else:
        streams.write_text(f"{shown}\n")
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if asks and editor:
        _edit(editor, path)
    if not options.quiet:
        if checkout.remark() == "kb-apart":
            streams.write_error(word("kb-apart", settings.lang))
        streams.write_error(f"{word('kb-next', settings.lang)}:")
        argument = f'"{shown}"' if " " in shown else shown
        streams.write_error(f"  voicelog kb lint --watch {argument}    {word('kb-next-lint', settings.lang)}")
        streams.write_error(f"  voicelog kb test {argument}    {word('kb-next-test', settings.lang)}")
    return ExitCode.ANSWERED


def _edit(editor: str, path: Path) -> None:
    """Open the person's own editor; it failing costs nothing but the remark."""
    try:
        command = [part.strip('"') for part in shlex.split(editor, posix=os.name != "nt")]
        subprocess.run([*command, str(path)], check=False)  # noqa: S603
    except (OSError, ValueError) as error:
        streams.write_error(f"voicelog: {editor}: {error}")


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else str(path)
