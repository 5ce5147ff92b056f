"""Fitted numbers; `python -m benchmarks.fit` writes this file."""

from __future__ import annotations

BIAS = 3.054
WEIGHTS = {
    "error": 0.308,
    "fatal": 0.618,
    "general": -1.607,
    "lead": 0.059,
    "lines": 1.549,
    "near": 0.000,
    "quiet": 0.485,
    "recovered": -3.545,
    "repaired": -0.173,
    "strength": 0.265,
    "undecided": 0.062,
    "unexplained": -0.577,
    "usual": -1.327,
    "warning": -2.023,
    "wording": -0.341,
}
