"""Fitted numbers; `python -m benchmarks.fit` writes this file."""

from __future__ import annotations

BIAS = 4.017
WEIGHTS = {
    "error": -0.158,
    "fatal": 0.017,
    "general": -1.039,
    "lead": -0.079,
    "lines": 0.665,
    "near": 0.099,
    "quiet": -0.498,
    "recovered": -3.062,
    "repaired": -0.255,
    "strength": 0.489,
    "undecided": 0.011,
    "unexplained": -0.754,
    "usual": -1.889,
    "warning": -1.917,
    "wording": -0.133,
}
