"""The pitch of a voice: torchcrepe, whose weights come with its package."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
import torchcrepe

import sound

CONFIG = Path("config.json")


def loudness(audio: torch.Tensor, hop: int) -> torch.Tensor:
    """Energy of each frame: (1, samples) to (1, frames)."""
    window = torch.hann_window(1024, device=audio.device, dtype=audio.dtype)
    return torch.stft(audio, 1024, hop, window=window, return_complex=True).abs().square().sum(dim=1).float()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input", nargs="?", help="16-bit WAV; without one the script makes a voice")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N")
    parser.add_argument("--model", default="tiny", choices=("tiny", "full"))
    parser.add_argument("--batch-size", type=int, default=256, help="frames at once")
    parser.add_argument("--hop-length", type=int, default=160, help="samples between two frames")
    parser.add_argument("--half", action="store_true", help="half precision for the loudness")
    options = parser.parse_args()
    config = json.loads(CONFIG.read_text(encoding="utf-8")) if CONFIG.is_file() else {}
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
    loud = loudness(audio.half() if options.half or config.get("half") else audio, options.hop_length)
    voiced = pitch[:, : loud.shape[1]][loud[:, : pitch.shape[1]] > loud.median()]
    print(f"done: {pitch.shape[1]} frames, median {voiced.median():.0f} Hz where it is loud")


if __name__ == "__main__":
    main()
