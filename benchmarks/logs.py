"""Large logs for the benchmarks: what voice servers and trainings print when all is well, with failures between."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

ORDINARY = (
    "2024-05-{day:02d} 08:00:{second:02d},{milli:03d} - tts.server - INFO - synthesized {count} tokens in {milli} ms for request {hex}",
    'INFO:     10.0.0.{second}:51{milli:03d} - "POST /v1/audio/speech HTTP/1.1" 200 OK',
    'INFO:     10.0.0.{second}:51{milli:03d} - "GET /health HTTP/1.1" 200 OK',
    '10.0.0.{second} - - [{day:02d}/May/2024 08:00:{second:02d}] "GET /voices/{hex}.wav HTTP/1.1" 404 -',
    "2024-05-{day:02d} 08:00:{second:02d},{milli:03d} - asr.worker - DEBUG - chunk {count} rms 0.0{milli} vad True",
    "step {count}: loss=2.{milli:03d} lr=1.0e-4 grad_norm=0.{milli:03d} step_time=0.4{second:02d}",
    "2024-05-{day:02d}T08:00:{second:02d}.{milli:03d}Z stdout F [vc] f0 method rmvpe, index rate 0.75, protect 0.33, device cuda:0",
    "{second:3d}%|█████▏    | {second}/100 [00:{second:02d}<01:12,  1.{milli:03d}it/s]",
    "[{milli:03d}.{count:08d}] whisper_full: segment {second} [00:00:{second:02d}.000 --> 00:01:{second:02d}.000] nothing to report",
    "2024-05-{day:02d} 08:00:{second:02d} | INFO     | server:generate:{count} - text normalised: {second} sentences, language zh, speaker {hex}",
    "size=    {milli}kB time=00:00:{second:02d}.{milli:03d} bitrate= 705.6kbits/s speed= 81x",
    "Loading model from cache/models--voice--base/snapshots/{hex}/model.safetensors ({milli} tensors)",
    "WARNING:tts.frontend:unknown symbol in request {hex}, skipped",
    "request {hex} queued, {second} in queue, estimated wait {milli} ms, errors=0",
    "Epoch {second}/100: train loss 0.{milli:03d}, eval loss 0.{milli:03d}, word error rate {second}.2%",
    "gpu 0: {milli} MiB / 24576 MiB, utilisation {second} %, temperature {second} C",
)
FAILURES = (
    """Traceback (most recent call last):
  File "/srv/tts/server.py", line {count}, in generate
    audio = model.infer(text, speaker={second})
  File "/srv/tts/venv/lib/python3.10/site-packages/torch/nn/modules/module.py", line 1501, in _call_impl
    return forward_call(*args, **kwargs)
torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate {second}.00 MiB (GPU 0; 23.69 GiB total capacity)
""",
    """Traceback (most recent call last):
  File "/srv/tts/audio.py", line {count}, in load
    data, rate = soundfile.read(path)
soundfile.LibsndfileError: Error opening '/srv/uploads/{hex}.m4a': Format not recognised.
""",
    """ERROR:    Exception in ASGI application, request {hex}
Traceback (most recent call last):
  File "/srv/tts/hub.py", line {count}, in fetch
    raise ConnectionError(host)
requests.exceptions.ConnectionError: HTTPSConnectionPool(host='huggingface.co', port=443): Max retries exceeded with url: /voice/{hex} (Caused by NameResolutionError("<urllib3.connection.HTTPSConnection object at 0x7f{hex}>: Failed to resolve 'huggingface.co' ([Errno -3] Temporary failure in name resolution)"))
""",
)


def _filled(template: str, chance: random.Random, count: int) -> str:
    return template.format(
        day=chance.randrange(1, 29),
        second=chance.randrange(60),
        milli=chance.randrange(1000),
        count=count,
        hex=f"{chance.getrandbits(40):010x}",
    )


def ordinary_lines(chance: random.Random, lines: int) -> Iterator[str]:
    """Lines of programs that are well."""
    return (_filled(chance.choice(ORDINARY), chance, at) + "\n" for at in range(lines))


def ordinary(path: Path, size: int, failures: int) -> None:
    """`size` bytes of ordinary output with `failures` spread over it."""
    chance = random.Random(7)  # noqa: S311 - data, not secrets
    blocks = ["".join(ordinary_lines(chance, 20_000)).encode() for _ in range(4)]
    each = size // (failures + 1)
    with path.open("wb") as stream:
        for failure in range(failures + 1):
            start = stream.tell()
            while stream.tell() - start < each:
                stream.write(chance.choice(blocks))
            if failure < failures:
                stream.write(_filled(FAILURES[failure % len(FAILURES)], chance, failure).encode())


def failing(path: Path, size: int) -> None:
    """`size` bytes in which one line in a hundred is the last of a failure."""
    chance = random.Random(8)  # noqa: S311 - data, not secrets
    block = "".join(
        "".join(ordinary_lines(chance, 95)) + _filled(chance.choice(FAILURES), chance, at) for at in range(300)
    ).encode()
    with path.open("wb") as stream:
        while stream.tell() < size:
            stream.write(block)
