"""Damaged files by the thousand: no crash, no endless loop, no blow-up of memory.

`--mutations 100000` inspects so many in all; the ordinary suite does with fewer.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from model_samples import SAMPLES

SCRIPT = Path(__file__).with_name("mutations.py")
PEAK = 300 * 2**20
"""Bytes that inspecting one small file after another may ever hold."""


@pytest.mark.parametrize("name", SAMPLES)
def test_damaged_files_are_survived(name: str, request: pytest.FixtureRequest) -> None:
    total = int(request.config.getoption("--mutations"))
    count = -(-total // len(SAMPLES))
    done = subprocess.run(
        [sys.executable, str(SCRIPT), name, "20240117", str(count)], capture_output=True, text=True, timeout=1800
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert told["files"] == count
    assert told["peak"] < PEAK
    assert told["with_findings"] > count / 20
