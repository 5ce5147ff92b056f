"""Programs and libraries that read, write, play and pronounce."""

from __future__ import annotations

from collections.abc import Iterator

from voicelog.doctor.answers import Answer
from voicelog.doctor.checks.imports import broken_import
from voicelog.doctor.compatibility import within
from voicelog.doctor.environment import Environment
from voicelog.doctor.finding import exit_code, fail, found, ok, skip, warn
from voicelog.doctor.gather import Machine
from voicelog.model import Finding, Status

_NEED_FFMPEG = ("pydub", "openai-whisper", "ffmpeg-python", "audioread", "torchcodec", "whisperx", "gradio")
_NEED_ESPEAK = ("phonemizer", "tts", "coqui-tts", "misaki", "kokoro", "styletts2", "py-espeak-ng")
_NEED_SOX = ("sox", "pysox")
_INSTALL = {
    ("ffmpeg", "windows"): ("winget install ffmpeg",),
    ("ffmpeg", "macos"): ("brew install ffmpeg",),
    ("ffmpeg", "linux"): ("sudo apt install ffmpeg",),
    ("espeak-ng", "windows"): ("winget install eSpeak-NG.eSpeak-NG",),
    ("espeak-ng", "macos"): ("brew install espeak-ng",),
    ("espeak-ng", "linux"): ("sudo apt install espeak-ng",),
    ("sox", "macos"): ("brew install sox",),
    ("sox", "linux"): ("sudo apt install sox",),
    ("libsndfile", "linux"): ("sudo apt install libsndfile1",),
    ("libsndfile", "macos"): ("brew install libsndfile",),
    ("portaudio", "linux"): ("sudo apt install libportaudio2",),
    ("portaudio", "macos"): ("brew install portaudio",),
}
_MP3_FROM = "1.1"
"""The first libsndfile that reads MP3 (its release notes)."""


def ffmpeg(machine: Machine) -> Iterator[Finding]:
    yield from _program(machine, "audio.ffmpeg", "ffmpeg", "audio.ffmpeg-missing", _NEED_FFMPEG, usual=True)
    if machine.program("ffmpeg").path:
        yield from _program(machine, "audio.ffmpeg", "ffprobe", "audio.ffmpeg-missing", _NEED_FFMPEG, usual=True)


def espeak(machine: Machine) -> Iterator[Finding]:
    yield from _program(machine, "text.espeak", "espeak", "text.espeak-missing", _NEED_ESPEAK, usual=False)


def sox(machine: Machine) -> Iterator[Finding]:
    yield from _program(machine, "audio.sox", "sox", "audio.sox-missing", _NEED_SOX, usual=False)


def _program(
    machine: Machine, check: str, key: str, cause: str, needed_by: tuple[str, ...], *, usual: bool
) -> Iterator[Finding]:
    """There, of which version, and does it start; where nothing installed needs it, its absence is worth a word."""
    program = machine.program(key)
    name = "espeak-ng" if key == "espeak" else key
    needs = [one for one in needed_by if one in machine.environment.installed]
    commands = _INSTALL.get(("ffmpeg" if key == "ffprobe" else name, machine.environment.system), ())
    facts = [f"{key}_missing"]
    if program.path and program.starts:
        yield ok(
            check, "program", evidence=[program.path], facts=[key], name=program.name, version=program.version or "?"
        )
    elif program.path:
        ended = program.ended
        code = exit_code(ended.code if ended else None)
        shown = [program.path, (ended.problem or program.first_line) if ended else ""]
        yield fail(
            check, "program-broken", evidence=shown, cause=cause, commands=commands, name=program.name, code=code
        )
    elif needs or usual:
        status: Status = "fail" if needs else "warn"
        message = "program-needed" if needs else "program-missing"
        yield found(
            status, check, message, cause=cause, commands=commands, facts=facts, name=name, needs=", ".join(needs)
        )
    else:
        yield skip(check, "program-unneeded", facts=facts, name=name)


def libsndfile(machine: Machine) -> Iterator[Finding]:
    check, answer, environment = "audio.libsndfile", machine.steps.get("soundfile"), machine.environment
    if answer is None:
        yield skip(check, "no-interpreter")
        return
    version = str(answer.values("import").get("library") or answer.values("load").get("version") or "")
    version = version.removeprefix("libsndfile-")
    if version and not within(version, f">={_MP3_FROM}"):
        yield warn(
            check,
            "libsndfile-old",
            cause="audio.file-unreadable",
            commands=["{pip} install --upgrade soundfile"],
            facts=["libsndfile"],
            version=version,
        )
    elif version or answer.values("load").get("found"):
        yield ok(check, "library", facts=["libsndfile"], name="libsndfile", version=version or "?")
    else:
        yield _library_missing(check, "libsndfile", "soundfile", answer, environment)


def portaudio(machine: Machine) -> Iterator[Finding]:
    check, answer, environment = "audio.portaudio", machine.steps.get("devices"), machine.environment
    if answer is None:
        yield skip(check, "no-interpreter")
        return
    told = answer.values("devices")
    version = str(answer.values("import").get("version", ""))
    if told and (told.get("inputs") or told.get("outputs")):
        shown = [f"in: {', '.join(told.get('inputs', ()))}", f"out: {', '.join(told.get('outputs', ()))}"]
        yield ok(check, "audio-devices", evidence=shown, version=version)
    elif told:
        yield warn(check, "no-audio-devices", cause="audio.device-unavailable", facts=["audio_devices"])
    elif answer.values("load").get("found"):
        yield ok(check, "library", name="PortAudio", version="?")
    elif answer.errors.get("devices"):
        kind, text = answer.errors["devices"]
        yield warn(check, "no-audio-devices", evidence=[f"{kind}: {text}"], cause="audio.device-unavailable")
    else:
        yield _library_missing(check, "portaudio", "sounddevice", answer, environment)


def _library_missing(check: str, library: str, package: str, answer: Answer, environment: Environment) -> Finding:
    """Missing counts only where the package that needs it is installed."""
    cause = f"audio.{library}-missing"
    commands = _INSTALL.get((library, environment.system), ())
    errors = [f"{kind}: {text.splitlines()[0] if text else ''}" for kind, text in answer.errors.values()]
    other = bool(errors) and not any(library.removeprefix("lib") in text.lower() for text in errors)
    if package in environment.installed and (answer.outcome != "done" or other):
        return broken_import(check, package, answer, cause)
    if package not in environment.installed:
        return skip(check, "library-unneeded", evidence=errors, name=library, package=package)
    return fail(
        check, "library-missing", evidence=errors, cause=cause, commands=commands, name=library, package=package
    )
