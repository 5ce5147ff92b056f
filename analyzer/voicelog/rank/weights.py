"""Fitted numbers; `python -m benchmarks.fit` writes this file."""

from __future__ import annotations

BIAS = 3.552
WEIGHTS = {
    "error": 0.588,
    "fatal": -0.041,
    "general": -1.385,
    "lead": 0.036,
    "lines": 0.340,
    "near": 0.089,
    "quiet": -0.747,
    "recovered": -2.682,
    "repaired": -0.376,
    "strength": 0.761,
    "undecided": 0.014,
    "unexplained": 0.087,
    "usual": -1.195,
    "warning": -1.633,
    "wording": 0.042,
}
