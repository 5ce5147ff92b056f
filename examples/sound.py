"""A sound file that is like a voice, made of nothing: glottal pulses through the formants of changing vowels."""

from __future__ import annotations

import math
import sys
import wave
from pathlib import Path
from typing import BinaryIO

import numpy as np

VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480))
"""First three formants in Hz of the vowels in father, see, boot and bed (Peterson and Barney, 1952, men)."""


def voice(seconds: float = 4.0, rate: int = 16000, pitch: float = 120.0) -> np.ndarray:
    """Mono samples between -1 and 1: short syllables on a pitch that rises, falls and trembles."""
    random = np.random.default_rng(1)
    time = np.arange(int(seconds * rate)) / rate
    tremble = 0.01 * random.standard_normal(len(time)).cumsum() / math.sqrt(rate)
    frequency = pitch * (1 + 0.12 * np.sin(4.4 * time) + 0.03 * np.sin(31.4 * time) + tremble)
    pulses = np.diff(np.floor(np.cumsum(frequency) / rate), prepend=0) + 0.01 * random.standard_normal(len(time))
    source = _filter(pulses, 1.0, [0.95])
    sound = np.zeros(len(time))
    length, step = int(0.12 * rate), int(0.16 * rate)
    for at, start in enumerate(range(0, len(time) - length, step)):
        syllable = source[start : start + length]
        for formant in VOWELS[at * 7 % len(VOWELS)]:
            radius = math.exp(-math.pi * (0.05 * formant + 40) / rate)
            syllable = _filter(
                syllable, 1 - radius, [2 * radius * math.cos(2 * math.pi * formant / rate), -radius * radius]
            )
        sound[start : start + length] += syllable * np.sqrt(np.sin(np.pi * np.arange(length) / length))
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


def _filter(sound: np.ndarray, gain: float, feedback: list[float]) -> np.ndarray:
    """Each sample plus the fed-back ones before it."""
    out: list[float] = [0.0] * len(feedback)
    for sample in sound.tolist():
        out.append(gain * sample + sum(weight * out[-1 - at] for at, weight in enumerate(feedback)))
    return np.array(out[len(feedback) :])


def write(path: Path | BinaryIO, sound: np.ndarray, rate: int, channels: int = 1) -> None:
    """16-bit WAV; the same samples in every channel."""
    with wave.open(_named(path), "wb") as stream:
        stream.setnchannels(channels)
        stream.setsampwidth(2)
        stream.setframerate(rate)
        stream.writeframes(np.repeat((sound * 32767).astype("<i2"), channels).tobytes())


def read(path: Path | BinaryIO) -> tuple[np.ndarray, int]:
    """Samples between -1 and 1, one row a channel, and their rate."""
    with wave.open(_named(path), "rb") as stream:
        data = np.frombuffer(stream.readframes(stream.getnframes()), "<i2").astype(np.float32) / 32768
        return data.reshape(-1, stream.getnchannels()).T, stream.getframerate()


def _named(path: Path | BinaryIO) -> str | BinaryIO:
    return str(path) if isinstance(path, Path) else path


if __name__ == "__main__":
    write(Path(sys.argv[1]), voice(), 16000)
