"""The arguments of `voicelog kb`."""

from __future__ import annotations

import argparse
from typing import Any

from voicelog.language import LANGUAGES

_STATUSES = ("experimental", "stable", "deprecated")
_EXAMPLES = """examples:
  voicelog kb search out of memory         what the base knows of it
  voicelog kb show gpu.out-of-memory       one entry as a page
  voicelog kb new --from failed.log        draft an entry from a log
  voicelog kb lint knowledge/signatures/gpu/out-of-memory.yaml
  voicelog kb test gpu.out-of-memory       run its gates
  voicelog kb install https://example.org/pack.zip
"""


def add_kb(commands: Any) -> Any:
    """Add `kb` to the command line's `commands`, its actions when they are asked for; gives its parser."""
    kb = commands.add_parser(
        "kb",
        help="look up, check and extend the knowledge base",
        description="Look up, check and extend the knowledge base.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kb.later = lambda: _add_actions(kb)
    return kb


def _add_actions(kb: Any) -> None:
    actions = kb.add_subparsers(dest="action", metavar="ACTION", parser_class=type(kb))
    _add_browsing(actions)
    _add_gates(actions)
    _add_new(actions)
    _add_packs(actions)
    site = actions.add_parser("site", help="build a web site of the base, one page a signature in each language")
    site.add_argument("out", metavar="OUT", help="a new folder, or an earlier site")
    site.add_argument("--area", metavar="NAME", help="only ids that begin so")
    _add_common(site)
    actions.add_parser("schema", help="print the JSON Schema of a signature file")


def _add_browsing(actions: Any) -> None:
    from voicelog.signatures.types import CATEGORIES  # here, because every start of the program reads this module

    listing = actions.add_parser("list", help="list the signatures")
    listing.add_argument("--area", metavar="NAME", help="only ids that begin so, such as gpu")
    listing.add_argument("--category", choices=CATEGORIES, help="only this category")
    listing.add_argument("--status", choices=_STATUSES, help="only this status")
    listing.add_argument("--tag", metavar="TAG", help="only signatures with this tag")
    _add_common(listing)
    show = actions.add_parser("show", help="show one signature as a page")
    show.add_argument("id", metavar="ID", help="such as gpu.out-of-memory")
    _add_common(show)
    searching = actions.add_parser("search", help="find signatures by words, in English or Chinese; typos are forgiven")
    searching.add_argument("words", nargs="+", metavar="WORD")
    _add_common(searching)
    stats = actions.add_parser("stats", help="count what the base holds")
    _add_common(stats)


def _add_gates(actions: Any) -> None:
    linting = actions.add_parser("lint", help="say what is wrong with signatures, where, and how to mend it")
    linting.add_argument(
        "names", nargs="*", metavar="PATH", help="files, folders, packs or ids (default: the whole base)"
    )
    testing = actions.add_parser("test", help="run the examples, near misses and clean logs of signatures")
    testing.add_argument("names", nargs="*", metavar="ID|PATH", help="ids, files, folders or packs (default: all)")
    for parser in (linting, testing):
        parser.add_argument("--watch", action="store_true", help="check again whenever a file is saved")
        _add_common(parser, ("text", "json", "github"))


def _add_new(actions: Any) -> None:
    new = actions.add_parser("new", help="draft a signature from a log that the base does not know")
    new.add_argument("--from", dest="log", metavar="LOG", help="the log; - is standard input (default: an empty draft)")
    new.add_argument("--line", action="append", type=int, metavar="N", help="a line that decides; may be repeated")
    new.add_argument("--id", dest="identifier", metavar="ID", help="such as deps.my-package (default: proposed)")
    new.add_argument("--out", metavar="FILE", help="where to write it (default: its place in the base or a pack)")
    new.add_argument("--grow", metavar="ID", help="add the wording to this signature instead of a new one")
    new.add_argument("--no-input", action="store_true", help="ask nothing and open no editor")
    _add_common(new)


def _add_packs(actions: Any) -> None:
    install = actions.add_parser("install", help="install a pack of signatures, or list and remove installed ones")
    install.add_argument("source", nargs="?", metavar="PATH|URL", help="folder or zip with a pack.yaml (default: list)")
    install.add_argument("--sha256", metavar="DIGEST", default="", help="refuse anything else than this zip")
    install.add_argument("--remove", metavar="NAME", help="remove an installed pack")
    update = actions.add_parser("update", help="bring installed packs up to date, or go back")
    update.add_argument("name", nargs="?", metavar="NAME", help="only this pack (default: all)")
    update.add_argument("--sha256", metavar="DIGEST", default="", help="digest of the new zip, where it is not signed")
    update.add_argument("--rollback", action="store_true", help="go back to the version before the last update")
    for parser in (install, update):
        parser.add_argument("-y", "--yes", action="store_true", help="do it without asking")
        parser.add_argument("--no-input", action="store_true", help="ask nothing: refuse what would need a yes")
        parser.add_argument("--timeout", type=float, default=20.0, metavar="SECONDS", help="patience (default: 20)")
        _add_common(parser)


def _add_common(parser: argparse.ArgumentParser, formats: tuple[str, ...] = ("text", "json")) -> None:
    parser.add_argument("--format", choices=formats, default="text", help="how to answer (default: text)")
    parser.add_argument("--lang", choices=LANGUAGES, help="language of the texts (default: the system's)")
    parser.add_argument("--knowledge", action="append", metavar="FOLDER", help="further signatures; may be repeated")
    parser.add_argument("-q", "--quiet", action="store_true", help="no remarks on standard error")
