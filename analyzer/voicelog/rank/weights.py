"""Fitted numbers; `python -m benchmarks.fit` writes this file."""

from __future__ import annotations

BIAS = 1.710
WEIGHTS = {
    "error": -0.032,
    "fatal": 0.193,
    "general": -1.414,
    "lead": 1.710,
    "lines": 1.813,
    "near": -0.695,
    "quiet": 0.629,
    "recovered": -2.701,
    "repaired": -0.048,
    "strength": 0.517,
    "undecided": 0.125,
    "unexplained": -1.187,
    "usual": -1.515,
    "warning": -1.762,
}
