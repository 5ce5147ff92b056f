"""Speech detection as a small web service: silero-vad behind a port; POST a WAV, get JSON."""

from __future__ import annotations

import argparse
import io
import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import torch
from silero_vad import get_speech_timestamps, load_silero_vad

import sound


class Handler(BaseHTTPRequestHandler):
    """Answers one sound file with the times at which somebody speaks in it."""

    model = load_silero_vad()

    def do_POST(self) -> None:
        samples, rate = sound.read(io.BytesIO(self.rfile.read(int(self.headers["Content-Length"]))))
        found = get_speech_timestamps(torch.from_numpy(samples[0].copy()), self.model, sampling_rate=rate)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--check", action="store_true", help="ask once, print the answer, end")
    options = parser.parse_args()
    server = HTTPServer(("127.0.0.1", options.port), Handler)
    print(f"serving on http://127.0.0.1:{options.port}")
    if not options.check:
        server.serve_forever()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    voice = io.BytesIO()
    sound.write(voice, sound.voice(), 16000)
    with urllib.request.urlopen(f"http://127.0.0.1:{options.port}", voice.getvalue(), timeout=60) as answer:
        print(f"done: {len(json.load(answer))} pieces of speech")
    server.shutdown()


if __name__ == "__main__":
    main()
