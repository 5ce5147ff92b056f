"""Fitted numbers; `python -m benchmarks.fit` writes this file."""

from __future__ import annotations

BIAS = 1.584
WEIGHTS = {
    "error": -0.018,
    "fatal": 0.097,
    "general": -1.606,
    "lead": 2.306,
    "lines": 2.073,
    "near": -0.490,
    "quiet": 0.731,
    "recovered": -2.523,
    "repaired": -0.171,
    "strength": 0.643,
    "undecided": 0.151,
    "unexplained": -1.013,
    "usual": -1.724,
    "warning": -1.886,
}
