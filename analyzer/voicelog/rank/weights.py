"""Fitted numbers; `python -m benchmarks.fit` writes this file."""

from __future__ import annotations

BIAS = 3.549
WEIGHTS = {
    "error": 0.587,
    "fatal": -0.041,
    "general": -1.384,
    "lead": 0.036,
    "lines": 0.340,
    "near": 0.090,
    "quiet": -0.747,
    "recovered": -2.681,
    "repaired": -0.376,
    "strength": 0.763,
    "undecided": 0.000,
    "unexplained": 0.088,
    "usual": -1.194,
    "warning": -1.633,
    "wording": 0.042,
}
