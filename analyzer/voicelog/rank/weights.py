"""Fitted numbers; `python -m benchmarks.fit` writes this file."""

from __future__ import annotations

BIAS = 3.889
WEIGHTS = {
    "error": -0.405,
    "fatal": 0.091,
    "general": -1.289,
    "lead": -0.084,
    "lines": 0.794,
    "near": 0.098,
    "quiet": -0.535,
    "recovered": -2.971,
    "repaired": -0.214,
    "strength": 0.514,
    "undecided": 0.011,
    "unexplained": -0.693,
    "usual": -1.894,
    "warning": -1.943,
    "wording": -0.022,
}
