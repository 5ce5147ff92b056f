"""`voicelog kb install` and `voicelog kb update`: nothing is put in place unproved or unasked."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from voicelog.cli import streams
from voicelog.cli.settings import Settings
from voicelog.cli.streams import ExitCode
from voicelog.errors import ConfigurationError, VoicelogError
from voicelog.language import word
from voicelog.packs import install, store
from voicelog.packs.find import installed_folder
from voicelog.packs.install import Candidate
from voicelog.render.document import dump
from voicelog.signatures.pack_files import PackError
from voicelog.signatures.packs import load_pack

_MOST_PROBLEMS = 5


def run(options: argparse.Namespace, settings: Settings) -> ExitCode:
    """Install, list, remove, update or go back."""
    if options.action == "update":
        return _rollback(options, settings) if options.rollback else _update(options, settings)
    if options.remove:
        store.remove(options.remove)
        return _say("pack-removed", settings, {"name": options.remove})
    if not options.source:
        return _list(options, settings)
    found = install.candidate(options.source, sha256=options.sha256, timeout=options.timeout)
    return _install(found, options, settings)


def _install(found: Candidate, options: argparse.Namespace, settings: Settings) -> ExitCode:
    _show(found, settings)
    if not _agreed(options, settings):
        return _say("pack-not", settings, {}, ExitCode.FOUND)
    install.put(found)
    manifest = found.pack.manifest
    return _say("pack-installed", settings, {"name": manifest.name, "version": manifest.version})


def _show(found: Candidate, settings: Settings) -> None:
    """What is about to be installed, on standard error, so that a yes is an informed one."""
    manifest, loaded = found.pack.manifest, found.pack.loaded
    values: dict[str, object] = {
        "name": manifest.name,
        "version": manifest.version,
        "licence": manifest.licence,
        "count": len(loaded.signatures),
    }
    streams.write_error(word("pack-found", settings.lang, values))
    streams.write_error(f"  {found.source.url}")
    streams.write_error(f"  {word('pack-digest', settings.lang, {'sha256': found.source.sha256})}")
    name = "pack-signed" if found.signed else "pack-unsigned"
    proof = word(name, settings.lang, {"key": found.source.key})
    streams.write_error(f"  {proof}")
    if found.replaces:
        streams.write_error(f"  {word('pack-replaces', settings.lang, {'version': found.replaces})}")
    if loaded.problems:
        streams.write_error(f"  {word('pack-skipped', settings.lang, {'count': len(loaded.problems)})}")
        for problem in loaded.problems[:_MOST_PROBLEMS]:
            streams.write_error(f"    {problem}")


def _agreed(options: argparse.Namespace, settings: Settings) -> bool:
    if options.yes:
        return True
    if options.no_input or sys.stdin is None or not sys.stdin.isatty():
        hint = "look at it, then say --yes"
        raise ConfigurationError("not-asked", "installing needs a yes, and nobody can be asked here", hint=hint)
    sys.stderr.write(word("pack-ask", settings.lang))
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是", "好")


def _update(options: argparse.Namespace, settings: Settings) -> ExitCode:
    names = [options.name] if options.name else store.installed()
    if options.name and options.name not in store.installed():
        hint = "voicelog kb install lists them"
        raise PackError("no-pack", "no such pack is installed", where=options.name, hint=hint)
    if options.sha256 and len(names) != 1:
        raise ConfigurationError("which-pack", "--sha256 is for one pack", hint="name the pack")
    if not names:
        return _say("pack-none", settings, {})
    code = ExitCode.ANSWERED
    for name in names:
        try:
            found = install.update(name, sha256=options.sha256, timeout=options.timeout)
            if found is None:
                _say("pack-current", settings, {"name": name})
            else:
                code = max(code, _install(found, options, settings))
        except VoicelogError as error:
            streams.report_error(error)
            code = ExitCode.BAD_INPUT
    return code


def _rollback(options: argparse.Namespace, settings: Settings) -> ExitCode:
    if not options.name:
        raise ConfigurationError("which-pack", "--rollback is for one pack", hint="name the pack")
    path = store.go_back(options.name)
    return _say("pack-back", settings, {"name": options.name, "version": load_pack(path).manifest.version})


def _list(options: argparse.Namespace, settings: Settings) -> ExitCode:
    rows: list[dict[str, Any]] = []
    for name in store.installed():
        source = store.source_of(name)
        try:
            pack = load_pack(installed_folder() / name)
            row = {"name": name, "version": pack.manifest.version, "signatures": len(pack.loaded.signatures)}
        except PackError as error:
            row = {"name": name, "version": "", "signatures": 0, "error": error.message}
        rows.append({**row, "source": source.url if source else ""})
    if options.format == "json":
        streams.write_data(dump(rows))
    elif rows:
        lines = (f"  {one['name']} {one['version']}  {one['signatures']}  {one['source']}\n" for one in rows)
        streams.write_text("".join(lines))
    else:
        _say("pack-none", settings, {})
    return ExitCode.ANSWERED


def _say(name: str, settings: Settings, values: dict[str, object], code: ExitCode = ExitCode.ANSWERED) -> ExitCode:
    streams.write_error(word(name, settings.lang, values))
    return code
