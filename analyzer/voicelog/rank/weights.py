"""Fitted numbers; `python -m benchmarks.fit` writes this file."""

from __future__ import annotations

BIAS = 2.038
WEIGHTS = {
    "error": 0.094,
    "fatal": 0.277,
    "general": -1.349,
    "lead": 0.678,
    "lines": 1.242,
    "near": -0.724,
    "quiet": 0.024,
    "recovered": -2.697,
    "repaired": -0.217,
    "strength": 0.327,
    "undecided": 0.047,
    "unexplained": -0.430,
    "usual": -1.224,
    "warning": -2.214,
    "wording": 0.645,
}
