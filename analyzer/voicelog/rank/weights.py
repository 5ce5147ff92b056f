"""Fitted numbers; `python -m benchmarks.fit` writes this file."""

from __future__ import annotations

BIAS = 2.603
WEIGHTS = {
    "error": 0.173,
    "fatal": 0.437,
    "general": -1.257,
    "lead": -0.446,
    "lines": 1.840,
    "near": 0.108,
    "quiet": -0.082,
    "recovered": -2.872,
    "repaired": -0.446,
    "strength": 0.224,
    "undecided": 0.042,
    "unexplained": -0.497,
    "usual": -1.480,
    "warning": -1.815,
    "wording": 0.098,
}
