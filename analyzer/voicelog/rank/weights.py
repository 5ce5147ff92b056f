"""Fitted numbers; `python -m benchmarks.fit` writes this file."""

from __future__ import annotations

BIAS = 2.420
WEIGHTS = {
    "error": 0.244,
    "fatal": 0.294,
    "general": -1.584,
    "lead": 0.808,
    "lines": 1.095,
    "near": -0.778,
    "quiet": 0.351,
    "recovered": -3.129,
    "repaired": -0.367,
    "strength": 0.358,
    "undecided": 0.074,
    "unexplained": -0.631,
    "usual": -1.330,
    "warning": -2.142,
    "wording": 0.543,
}
