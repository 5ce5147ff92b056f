"""Fitted numbers; `python -m benchmarks.fit` writes this file."""

from __future__ import annotations

BIAS = 2.080
WEIGHTS = {
    "error": 0.031,
    "fatal": 0.189,
    "general": -1.399,
    "lead": 1.762,
    "lines": 1.783,
    "near": -0.806,
    "quiet": 0.645,
    "recovered": -2.730,
    "repaired": -0.005,
    "strength": 0.596,
    "undecided": 0.124,
    "unexplained": -1.220,
    "usual": -1.560,
    "warning": -1.759,
    "wording": -1.036,
}
