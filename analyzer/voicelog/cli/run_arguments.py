"""The arguments of `run`, `rerun` and `runs`: light, because every start of voicelog reads them."""

from __future__ import annotations

import argparse
from typing import Any

from voicelog.language import LANGUAGES


def add_runner(commands: Any) -> None:
    """`run`, `rerun` and `runs` with their arguments."""
    _add_run(commands)
    _add_rerun(commands)
    _add_runs(commands)


def _add_run(commands: Any) -> None:
    run = commands.add_parser(
        "run",
        help="run a program, watch it, explain its failure, remember the run",
        usage="voicelog run [options] -- COMMAND [ARGUMENT...]",
        description="Run a program as if voicelog were not there, and explain its failure on standard error.",
    )
    run.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="end the program after so long")
    run.add_argument("-q", "--quiet", action="store_true", help="keep the record, say nothing")
    _add_common(run)
    run.add_argument("argv", nargs=argparse.REMAINDER, metavar="COMMAND", help="the program and its arguments")


def _add_rerun(commands: Any) -> None:
    rerun = commands.add_parser(
        "rerun",
        help="run it again with a fix applied, say what changed",
        description="Run a recorded program again with a fix, compare, and take back what did not help.",
    )
    rerun.add_argument("run", nargs="?", metavar="RUN", help="id of a run, or last (default: the last that failed)")
    rerun.add_argument("--fix", action="append", default=[], metavar="ID", help="fix to apply; may be repeated")
    rerun.add_argument("--again", action="store_true", help="run it again even where no fix can be applied")
    rerun.add_argument("--try", action="store_true", dest="attempt", help="try the safe fixes in order until it runs")
    rerun.add_argument("--most", type=_count, default=5, metavar="N", help="with --try: at most so many fixes (5)")
    rerun.add_argument("--within", type=_seconds, default=1800.0, metavar="SECONDS", help="with --try: in all (1800)")
    rerun.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="end each re-run after so long")
    rerun.add_argument("--dry-run", action="store_true", help="only show what would be done")
    rerun.add_argument("-y", "--yes", action="store_true", help="do it without asking")
    rerun.add_argument("--no-input", action="store_true", help="never ask anything")
    _add_common(rerun)


def _add_runs(commands: Any) -> None:
    runs = commands.add_parser("runs", help="list, show, compare and remove recorded runs")
    actions = runs.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="the recorded runs, newest first")
    listing.add_argument("--failed", action="store_true", help="only runs that failed")
    listing.add_argument("-n", "--most", type=_count, default=20, metavar="N", help="at most so many (20)")
    show = actions.add_parser("show", help="one run: command, end, cause, samples, fixes")
    show.add_argument("run", nargs="?", default="last", metavar="RUN", help="id of a run (default: last)")
    show.add_argument("--log", action="store_true", help="its output alone, byte for byte")
    compare = actions.add_parser("compare", help="what differs between two runs")
    compare.add_argument("before", metavar="RUN")
    compare.add_argument("after", metavar="RUN")
    prune = actions.add_parser("prune", help="remove old runs")
    prune.add_argument("runs", nargs="*", metavar="RUN", help="these; else what lies beyond the limits below")
    prune.add_argument("--keep", type=_count, metavar="N", help="keep the newest N")
    prune.add_argument("--days", type=_seconds, metavar="DAYS", help="remove what is older")
    prune.add_argument("--mb", type=_count, metavar="MB", help="keep so much on disk")
    prune.add_argument("--dry-run", action="store_true", help="only show what would be removed")
    for action in (listing, show, compare, prune):
        action.add_argument("--format", choices=("text", "json"), help="how to answer (default: text)")
        _add_common(action)


def _add_common(parser: Any) -> None:
    parser.add_argument("--lang", choices=LANGUAGES, help="language of the answer (default: the system's)")
    parser.add_argument("--knowledge", action="append", metavar="FOLDER", help="further signatures; may be repeated")


def _seconds(text: str) -> float:
    return _number(text, float(text))


def _count(text: str) -> int:
    return int(_number(text, int(text)))


def _number(text: str, value: float) -> float:
    if not 0 < value < 10**9:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and a billion")
    return value
