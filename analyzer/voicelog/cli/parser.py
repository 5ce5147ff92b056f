"""The arguments of every command."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, NoReturn

from voicelog.cli import streams
from voicelog.cli.kb.parser import add_kb
from voicelog.cli.run_arguments import add_runner
from voicelog.cli.settings import FORMATS
from voicelog.cli.streams import ExitCode
from voicelog.language import LANGUAGES

DOCTOR_FORMATS = ("text", "json", "markdown")
SHELLS = ("bash", "zsh", "fish", "powershell")
_DESCRIPTION = "Name the cause of a failed AI voice model from its log, with evidence and fixes."
_EXAMPLES = """examples:
  python infer.py 2>&1 | voicelog analyze -     explain what just failed
  voicelog analyze train.log --lang zh          answer in Chinese
  voicelog analyze --format jsonl logs/*.log    one JSON object a log
"""


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with the arguments, and what was probably meant."""

    later: Callable[[], None] | None = None
    """Adds the arguments of a command with many, once they are asked for: no other command then pays for them."""

    def complete(self) -> None:
        """Add now what was left for later."""
        add, self.later = self.later, None
        if add is not None:
            add()

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        self.complete()
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        hint = self._near(message) or f"see {self.prog} --help"
        streams.write_error(f"{self.prog}: {message} ({hint})")
        raise SystemExit(int(ExitCode.BAD_INPUT))

    def _near(self, message: str) -> str:
        if "unrecognized arguments:" not in message:
            return ""
        import difflib

        wrong = message.split(":", 1)[1].split()[0].split("=")[0]
        known = [option for action in self._subactions() for option in action.option_strings]
        near = difflib.get_close_matches(wrong, known, 1)
        return f"did you mean {near[0]}?" if near else ""

    def _subactions(self) -> list[argparse.Action]:
        actions = list(self._actions)
        for action in actions:
            if isinstance(action, argparse._SubParsersAction):
                actions.extend(inner for parser in action.choices.values() for inner in parser._actions)
        return actions


def _count(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"'{text}' is no number of processes")
    return int(text)


def build_parser(*, complete: bool = False) -> Parser:
    """The whole command line; `complete` leaves no command's arguments for later, as the shell's completion needs."""
    parser = Parser(
        prog="voicelog",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_true", help="show the versions of voicelog and of its knowledge")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser, prog="voicelog")
    _add_analyze(commands)
    _add_doctor(commands)
    add_runner(commands)
    _add_inspect(commands)
    later = [_add_tui(commands), add_kb(commands)]
    for command in later if complete else ():
        command.complete()
    completion = commands.add_parser("completion", help="print the completion script of a shell")
    completion.add_argument("shell", choices=SHELLS)
    return parser


def _add_analyze(commands: argparse._SubParsersAction[Parser]) -> None:
    analyze = commands.add_parser(
        "analyze",
        help="read logs, name the cause, give the fixes",
        description="Read logs, name the cause, give the fixes. Files may be compressed (gz, bz2, xz, zst, zip).",
    )
    analyze.add_argument("files", nargs="*", metavar="FILE", help="logs to read; - is standard input")
    analyze.add_argument("--format", choices=FORMATS, help="how to answer (default: text)")
    analyze.add_argument("--lang", choices=LANGUAGES, help="language of the answer (default: the system's)")
    analyze.add_argument("--all", action="store_true", dest="everything", help="show every fix, line and link")
    analyze.add_argument("--explain", action="store_true", help="show what spoke for and against each candidate")
    analyze.add_argument("--follow", action="store_true", help="go on reading, explain each failure as it comes")
    analyze.add_argument("--files-from", metavar="FILE", help="read names of logs from FILE (- is stdin), one a line")
    analyze.add_argument("--jobs", type=_count, default=1, metavar="N", help="analyze N logs at once (0: one a core)")
    analyze.add_argument("--exit-code", action="store_true", help="exit with 1 where a failure was found")
    analyze.add_argument("--doctor", action="store_true", help="examine this machine too, and count what it shows")
    analyze.add_argument("--python", metavar="EXE", help="with --doctor: the interpreter that the model runs in")
    analyze.add_argument("--project", metavar="FOLDER", help="folder of the model's project: packs, requirements")
    analyze.add_argument(
        "--redact",
        action=argparse.BooleanOptionalAction,
        help="replace names, hosts, secrets, mails, addresses (default: in markdown)",
    )
    analyze.add_argument("--knowledge", action="append", metavar="FOLDER", help="further signatures; may be repeated")
    analyze.add_argument("-q", "--quiet", action="store_true", help="no remarks on standard error")
    analyze.add_argument("--no-input", action="store_true", help="never ask anything")


def _add_doctor(commands: argparse._SubParsersAction[Parser]) -> None:
    doctor = commands.add_parser(
        "doctor",
        help="check the environment that a model runs in",
        description="Check the environment that a model runs in: Python, packages, cards and drivers, memory, folders, "
        "audio. The exit code is 1 where something is broken.",
    )
    which = doctor.add_mutually_exclusive_group()
    which.add_argument("--python", metavar="EXE", help="the interpreter that the model runs in (default: found)")
    which.add_argument("--run", metavar="RUN", help="the interpreter of a recorded run: its id, or last")
    doctor.add_argument("--project", metavar="FOLDER", help="the folder of the model's project")
    doctor.add_argument("--network", action="store_true", help="also try to reach model hubs")
    doctor.add_argument("--baseline", choices=("save", "compare"), help="keep what works now, or say what has changed")
    doctor.add_argument("--format", choices=DOCTOR_FORMATS, help="how to answer (default: text)")
    doctor.add_argument("--lang", choices=LANGUAGES, help="language of the answer (default: the system's)")
    doctor.add_argument("--all", action="store_true", dest="everything", help="show every check, skipped ones too")
    doctor.add_argument("--knowledge", action="append", metavar="FOLDER", help="further signatures; may be repeated")
    doctor.add_argument("-q", "--quiet", action="store_true", help="no remarks on standard error")
    doctor.add_argument("--no-input", action="store_true", help="never ask anything")


def _add_inspect(commands: argparse._SubParsersAction[Parser]) -> None:
    inspect = commands.add_parser(
        "inspect",
        help="look into model files without loading them",
        description="Say of model files, configurations and folders what they are, whether they are whole, what they "
        "need, and whether they are safe to load. Nothing is unpickled. Exits with 1 where something stops a run.",
    )
    inspect.add_argument("paths", nargs="+", metavar="FILE|FOLDER", help="model files, or folders of them")
    inspect.add_argument("--deep", action="store_true", help="read everything: checksums of all parts and of the file")
    inspect.add_argument("--sha256", metavar="DIGITS", default="", help="the SHA-256 that the one file must have")
    inspect.add_argument("--format", choices=FORMATS[:4], help="how to answer (default: text)")
    inspect.add_argument("--lang", choices=LANGUAGES, help="language of the answer (default: the system's)")
    inspect.add_argument("--all", action="store_true", dest="everything", help="show every file and every fix")
    inspect.add_argument("--knowledge", action="append", metavar="FOLDER", help="further signatures; may be repeated")
    inspect.add_argument("-q", "--quiet", action="store_true", help="no progress on standard error")
    inspect.add_argument("--no-input", action="store_true", help="never ask anything")


def _add_tui(commands: argparse._SubParsersAction[Parser]) -> Parser:
    tui = commands.add_parser(
        "tui",
        help="read a log and its answer, browse what is known, in the terminal",
        description="Read a log and its answer, browse what is known, look at recorded runs and the machine, in a "
        "full-screen terminal. A log may be piped in.",
    )
    tui.later = lambda: _add_tui_arguments(tui)
    return tui


def _add_tui_arguments(tui: Parser) -> None:
    tui.add_argument("logs", nargs="*", metavar="FILE|RUN|-", help="logs, recorded runs, or - for standard input")
    tui.add_argument("--lang", choices=LANGUAGES, help="language to begin with (default: the system's)")
    tui.add_argument("--knowledge", action="append", metavar="FOLDER", help="further signatures; may be repeated")
