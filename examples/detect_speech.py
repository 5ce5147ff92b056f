"""Where somebody speaks in a sound file: silero-vad, whose weights come with its package."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from silero_vad import get_speech_timestamps, load_silero_vad

import sound


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input", nargs="?", help="16-bit WAV; without one the script makes a voice")
    parser.add_argument("--list", help="text file that names the WAV in its first line")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N")
    parser.add_argument("--sample-rate", type=int, help="rate to tell the model (default: the file's)")
    parser.add_argument("--mono", action="store_true", help="mix the channels into one")
    parser.add_argument("--half", action="store_true", help="half precision")
    options = parser.parse_args()
    listed = Path(options.list).read_text().splitlines()[0] if options.list else ""
    path = Path(options.input or listed or "voice.wav")
    if not options.input and not listed:
        sound.write(path, sound.voice(), 16000)
    model = load_silero_vad().to(options.device)
    print(f"silero-vad on {options.device}")
    samples, rate = sound.read(path)
    print(f"{path}: {samples.shape[1] / rate:.1f} s, {rate} Hz, {samples.shape[0]} channels")
    audio = torch.from_numpy(np.ascontiguousarray(samples.mean(axis=0) if options.mono else samples.squeeze()))
    audio = audio.to(options.device)
    if options.half:
        model, audio = model.half(), audio.half()
    spoken = get_speech_timestamps(audio, model, sampling_rate=options.sample_rate or rate, return_seconds=True)
    for piece in spoken:
        print(f"speech from {piece['start']:.1f} s to {piece['end']:.1f} s")
    print(f"done: {len(spoken)} pieces")


if __name__ == "__main__":
    main()
