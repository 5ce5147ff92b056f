"""What the user asked to run: found on PATH, its interpreter, the part of the environment worth a record."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from voicelog.errors import VoicelogError

_PYTHON = re.compile(r"(?i)(?:python|pythonw|pypy)[\d.]*(?:\.exe)?")
_CHOSEN = re.compile(
    r"(?i)(?:CUDA|NVIDIA|PYTORCH|TORCH|HF|HUGGINGFACE|TRANSFORMERS|PYTHON|OMP|MKL|KMP|OPENBLAS|NUMBA|NUMEXPR|LC|HIP|HSA|ROCR"
    r"|TF|XLA|ORT|NCCL|GRADIO|LD|DYLD|CONDA|TOKENIZERS|MODELSCOPE|PIP|UV|NLTK|ESPEAK|PHONEMIZER|FFMPEG|MPL|QT)_?\w*"
    r"|LANG|LANGUAGE|PATH|VIRTUAL_ENV|TERM|TZ|TMPDIR|TEMP|TMP|XDG_CACHE_HOME|(?:HTTPS?|ALL|NO|FTP)_PROXY|IS_HALF"
)
_SECRET_NAME = re.compile(
    r"(?i)TOKEN(?!IZERS)|SECRET|PASSW|APIKEY|API_KEY|ACCESS_KEY|PRIVATE|CREDENTIAL|AUTH|COOKIE|_KEY$|_PAT$"
)
_SECRET_VALUE = re.compile(r"://[^/\s]*@|\b(?:hf_|sk-|ghp_|gho_|github_pat_|glpat-|xox[bp]-|AKIA)[A-Za-z0-9_-]{8,}")


class CommandError(VoicelogError):
    """A command cannot be started; `code` is what a shell would exit with."""

    def __init__(self, slug: str, message: str, code: int, *, where: str = "", hint: str = "") -> None:
        super().__init__(slug, message, where=where, hint=hint)
        self.code = code


class Command(NamedTuple):
    """A program that can be started."""

    argv: tuple[str, ...]
    program: str
    """The file that runs."""
    folder: str
    environment: Mapping[str, str]


def prepare(argv: Sequence[str], folder: str | None = None, environment: Mapping[str, str] | None = None) -> Command:
    """`argv` as a command that can start in `folder`; raises CommandError with the shell's code where it cannot."""
    environment = dict(os.environ if environment is None else environment)
    if not argv or not argv[0]:
        raise CommandError("no-command", "no command given", 2, hint="voicelog run -- python infer.py")
    if any("\0" in word for word in argv):
        raise CommandError("bad-command", "the command line holds a NUL character", 2, hint="correct it")
    place = _folder(folder)
    return Command(tuple(argv), _find(argv[0], place, environment), place, environment)


def _folder(folder: str | None) -> str:
    try:
        place = Path(folder).absolute() if folder is not None else Path.cwd()
        if place.is_dir():
            return str(place)
    except OSError:
        pass
    where = folder or os.environ.get("PWD", ".")
    raise CommandError("no-folder", "the folder to run in is gone", 2, where=where, hint="go to one that exists")


def _find(name: str, folder: str, environment: Mapping[str, str]) -> str:
    """The file of the program, as a shell in `folder` would find it."""
    if os.sep not in name and not (os.altsep and os.altsep in name):
        found = shutil.which(name, path=environment.get("PATH", os.defpath))
        if found:
            return str(Path(folder, found)) if not Path(found).is_absolute() else found
        if _lies_on_path(name, environment):
            raise _not_executable(name)
        raise CommandError("command-not-found", "command not found", 127, where=name, hint=_hint(name, folder))
    path = Path(folder, name)
    if sys.platform == "win32" and not path.is_file():
        path = Path(shutil.which(str(path)) or path)
    if path.is_dir():
        raise CommandError("is-a-folder", "is a folder", 126, where=name, hint="name the program in it")
    if not path.exists():
        raise CommandError("command-not-found", "no such file", 127, where=name, hint="check the path and its spelling")
    if not os.access(path, os.X_OK):
        raise _not_executable(name)
    return str(path)


def _lies_on_path(name: str, environment: Mapping[str, str]) -> bool:
    return any(Path(part, name).is_file() for part in environment.get("PATH", "").split(os.pathsep) if part)


def _not_executable(name: str) -> CommandError:
    start = "python " if name.endswith(".py") else "sh " if name.endswith(".sh") else ""
    hint = f"voicelog run -- {start}{name}" if start else "check its permissions"
    return CommandError("not-executable", "may not be executed", 126, where=name, hint=hint)


def _hint(name: str, folder: str) -> str:
    if Path(folder, name).is_file():
        start = "python " if name.endswith(".py") else f".{os.sep}"
        return f"voicelog run -- {start}{name}"
    return "check its spelling and PATH"


def interpreter_of(command: Command) -> str:
    """The Python that runs the program: itself, or what the first line of a script names; empty where it is none."""
    if _PYTHON.fullmatch(Path(command.argv[0]).name):
        return command.program
    if sys.platform == "win32":
        beside = Path(command.program).with_name("python.exe")
        return str(beside) if beside.is_file() else ""
    try:
        with Path(command.program).open("rb") as stream:
            first = stream.readline(512)
    except OSError:
        return ""
    if not first.startswith(b"#!"):
        return ""
    words = os.fsdecode(first[2:]).split()
    if words and Path(words[0]).name == "env" and len(words) > 1:
        words = [shutil.which(words[-1], path=command.environment.get("PATH", "")) or ""]
    return words[0] if words and _PYTHON.fullmatch(Path(words[0]).name) else ""


def live(command: Command) -> Command:
    """The same, writing at once: Python fills a pipe before it passes anything on."""
    if not interpreter_of(command) or "PYTHONUNBUFFERED" in command.environment:
        return command
    return command._replace(environment={**command.environment, "PYTHONUNBUFFERED": "1"})


def recorded_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that decide how models run; none whose name or value looks like a secret."""
    return {
        name: value
        for name, value in sorted(environment.items())
        if _CHOSEN.fullmatch(name) and not _SECRET_NAME.search(name) and not _SECRET_VALUE.search(value)
    }
