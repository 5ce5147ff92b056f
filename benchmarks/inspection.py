"""Speed of `voicelog inspect` on files of 5 GB, and of `voicelog doctor`: `python -m benchmarks.inspection`.

Writes the last section of docs/inspection.md.

The files are sparse: what is timed is how much of them is read, not the disk.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "inspection.md"
HEADING = "## Speed"
sys.path.append(str(ROOT / "tests"))
from model_samples import MAGIC, T, pickled  # noqa: E402

SIZE = 5 * 2**30
TENSORS = 600
RUNS = 9


def tensors() -> dict[str, T]:
    """As many tensors as a large model has, of 5 GB together."""
    each = SIZE // TENSORS // 2
    return {f"model.decoder.layers.{number}.weight": T((each,), "float16") for number in range(TENSORS)}


def write_safetensors(path: Path) -> None:
    header: dict[str, object] = {}
    at = 0
    for name, tensor in tensors().items():
        size = tensor.count * 2
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    with path.open("wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        stream.truncate(8 + len(text) + at)


def write_legacy(path: Path) -> None:
    data, found = pickled({"model": tensors()}, legacy=True)
    head = b"".join(pickled(one)[0] for one in (MAGIC, 1001, None))
    with path.open("wb") as stream:
        stream.write(head + data + pickled([str(key) for key in range(len(found))])[0])
        for tensor in found:
            stream.write(struct.pack("<q", tensor.count))
            stream.seek(tensor.count * 2, 1)
        stream.truncate()


def write_zip(path: Path) -> None:
    """The members are one sparse run each, so the directory is written by hand around them."""
    data, found = pickled({"model": tensors()})
    with path.open("wb") as stream, zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("archive/data.pkl", data)
        for key, tensor in enumerate(found):
            info = zipfile.ZipInfo(f"archive/data/{key}")
            info.header_offset = stream.tell()
            info.CRC, info.file_size, info.compress_size = 0, tensor.count * 2, tensor.count * 2
            stream.write(info.FileHeader(zip64=False))
            stream.seek(info.compress_size, 1)
            archive.filelist.append(info)
            archive.NameToInfo[info.filename] = info
            archive.start_dir = stream.tell()
        archive._didModify = True  # type: ignore[attr-defined]


def main() -> None:
    """Write, inspect, and compare wall and processor time of whole processes with those of bare Python."""
    rows = [("bare `python -c pass`", took([sys.executable, "-c", "pass"]), "")]
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("a.safetensors", write_safetensors), ("a.pth", write_zip), ("old.pth", write_legacy)):
            path = Path(folder) / name
            write(path)
            told = took([sys.executable, "-m", "voicelog", "inspect", "--format", "jsonl", str(path)])
            rows.append((f"`inspect` {name}, {path.stat().st_size / 2**30:.1f} GiB, {TENSORS} tensors", told, "500 ms"))
            path.unlink()
        venv.create(Path(folder) / "env", with_pip=True)
        python = next(
            path for name in ("bin/python", "Scripts/python.exe") if (path := Path(folder, "env", name)).exists()
        )
        examine = [sys.executable, "-m", "voicelog", "doctor", "--quiet", "--python", str(python)]
        rows.append(("`doctor`, an environment with pip and without torch", took(examine), "5000 ms"))
    load = f", load {os.getloadavg()[1]:.1f} while it ran" if hasattr(os, "getloadavg") else ""
    lines = [
        HEADING,
        "",
        f"Written by `python -m benchmarks.inspection` with Python {platform.python_version()} on {platform.machine()}, "
        f"{os.cpu_count()} cores{load}. Medians of {RUNS} whole processes.",
        "",
        "| what | wall | processor | aim |",
        "|---|---|---|---|",
        *(f"| {name} | {wall:.0f} ms | {cpu:.0f} ms | {aim} |" for name, (wall, cpu), aim in rows),
    ]
    kept = DOCUMENT.read_text(encoding="utf-8").partition(HEADING)[0].rstrip()
    DOCUMENT.write_text(kept + "\n\n" + "\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print("\n".join(lines))


def took(command: list[str]) -> tuple[float, float]:
    """Milliseconds of the clock and of the processor, medians; on a busy machine the second is what counts."""
    walls, processor = [], []
    for _ in range(RUNS + 1):
        started, before = time.perf_counter(), os.times()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, cwd=ROOT)
        after = os.times()
        walls.append(time.perf_counter() - started)
        used = after.children_user + after.children_system - before.children_user - before.children_system
        processor.append(used)
    return statistics.median(walls[1:]) * 1000, statistics.median(processor[1:]) * 1000


if __name__ == "__main__":
    main()
