"""What the checks say of the programs and libraries that sound and speech need."""

from __future__ import annotations

import pytest
from doctor_cases import Case, assert_said, assert_worded
from doctor_places import machine

from voicelog.doctor.answers import Answer
from voicelog.doctor.program import Program
from voicelog.language import LANGUAGES, Language
from voicelog.machine.child import Ended
from voicelog.signatures.base import KnowledgeBase

pytestmark = pytest.mark.usefixtures("plain_machine")

CASES: dict[str, Case] = {
    # name: machine, check, status, message, cause
    "ffmpeg missing and needed": (
        machine(packages={"pydub": "0.25.1"}),
        *("audio.ffmpeg", "fail", "program-needed", "audio.ffmpeg-missing"),
    ),
    "ffmpeg missing": (machine(), "audio.ffmpeg", "warn", "program-missing", "audio.ffmpeg-missing"),
    "espeak missing and not needed": (machine(), "text.espeak", "skip", "program-unneeded", ""),
    "espeak missing and needed": (
        machine(packages={"phonemizer": "3.2.1"}),
        *("text.espeak", "fail", "program-needed", "text.espeak-missing"),
    ),
    "sox that does not start": (
        machine(programs={"sox": Program("sox", "/usr/bin/sox", "", "error while loading shared libraries")}),
        *("audio.sox", "fail", "program-broken", "audio.sox-missing"),
    ),
    "a program": (
        machine(programs={"sox": Program("sox", "/usr/bin/sox", "14.4.2", "sox: SoX v14.4.2", Ended(0, "", "", 0.1))}),
        *("audio.sox", "ok", "program", ""),
    ),
    "a library": (
        machine(steps={"soundfile": Answer("done", {"import": {"version": "0.12.1", "library": "1.2.2"}})}),
        *("audio.libsndfile", "ok", "library", ""),
    ),
    "a library that nobody needs": (
        machine(steps={"devices": Answer("done", errors={"load": ("OSError", "portaudio: not found")})}),
        *("audio.portaudio", "skip", "library-unneeded", ""),
    ),
    "old libsndfile": (
        machine(steps={"soundfile": Answer("done", {"import": {"version": "0.10.3", "library": "1.0.28"}})}),
        *("audio.libsndfile", "warn", "libsndfile-old", "audio.file-unreadable"),
    ),
    "libsndfile missing": (
        machine(
            packages={"soundfile": "0.10.3"},
            steps={"soundfile": Answer("done", errors={"import": ("OSError", "sndfile library not found")})},
        ),
        *("audio.libsndfile", "fail", "library-missing", "audio.libsndfile-missing"),
    ),
    "soundfile without its own needs": (
        machine(
            packages={"soundfile": "0.12.1"},
            steps={
                "soundfile": Answer("done", errors={"import": ("ImportError", "DLL load failed importing _multiarray")})
            },
        ),
        *("audio.libsndfile", "fail", "import-fails", "os.dll-load-failed"),
    ),
    "sound devices that hang": (
        machine(
            packages={"sounddevice": "0.4.6"}, steps={"devices": Answer("timeout", stopped_in="devices", seconds=90)}
        ),
        *("audio.portaudio", "crashed", "import-hangs", "audio.portaudio-missing"),
    ),
    "no sound devices": (
        machine(
            steps={"devices": Answer("done", {"import": {"version": "19.7"}, "devices": {"inputs": [], "outputs": []}})}
        ),
        *("audio.portaudio", "warn", "no-audio-devices", "audio.device-unavailable"),
    ),
    "sound devices": (
        machine(
            steps={
                "devices": Answer(
                    "done", {"import": {"version": "19.7"}, "devices": {"inputs": ["麦克风"], "outputs": []}}
                )
            }
        ),
        *("audio.portaudio", "ok", "audio-devices", ""),
    ),
    "portaudio missing": (
        machine(
            packages={"sounddevice": "0.4.6"},
            steps={"devices": Answer("done", errors={"import": ("OSError", "PortAudio library not found")})},
        ),
        *("audio.portaudio", "fail", "library-missing", "audio.portaudio-missing"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_check_says_what_is_there(name: str, base: KnowledgeBase) -> None:
    assert_said(CASES[name], base)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_every_finding_has_words_and_a_next_step(name: str, language: Language, base: KnowledgeBase) -> None:
    assert_worded(CASES[name][0], language, base)
