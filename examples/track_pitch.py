"""The pitch of a voice: torchcrepe, whose weights come with its package."""

from __future__ import annotations

import argparse
from pathlib import Path

import sound
import torch
import torchcrepe


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input", nargs="?", help="16-bit WAV; without one the script makes a voice")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N")
    parser.add_argument("--model", default="tiny", choices=("tiny", "full"))
    parser.add_argument("--batch-size", type=int, default=256, help="frames at once")
    parser.add_argument("--hop-length", type=int, default=160, help="samples between two frames")
    options = parser.parse_args()
    path = Path(options.input or "voice.wav")
    if not options.input:
        sound.write(path, sound.voice(), 16000)
    samples, rate = sound.read(path)
    audio = torch.from_numpy(samples[:1].copy()).to(options.device)
    print(f"torchcrepe {options.model} on {options.device}, {audio.shape[1] / rate:.1f} s of sound")
    pitch = torchcrepe.predict(
        audio,
        rate,
        options.hop_length,
        model=options.model,
        batch_size=options.batch_size,
        device=options.device,
        decoder=torchcrepe.decode.argmax,
    )
    print(f"done: {pitch.shape[1]} frames, median {pitch.median():.0f} Hz")


if __name__ == "__main__":
    main()
