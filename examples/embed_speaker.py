"""How alike two voices are: Resemblyzer, whose weights come with its package."""

from __future__ import annotations

import argparse

from resemblyzer import VoiceEncoder, preprocess_wav

import sound


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N")
    parser.add_argument("--weights", help="another checkpoint than the package's")
    options = parser.parse_args()
    encoder = VoiceEncoder(options.device, weights_fpath=options.weights)
    low, high = (preprocess_wav(sound.voice(pitch=pitch), 16000) for pitch in (100, 220))
    one, two = encoder.embed_utterance(low), encoder.embed_utterance(high)
    print(f"done: similarity {one @ two:.2f}")


if __name__ == "__main__":
    main()
