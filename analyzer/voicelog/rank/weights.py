"""Fitted numbers; `python -m benchmarks.fit` writes this file."""

from __future__ import annotations

BIAS = 3.079
WEIGHTS = {
    "error": 0.341,
    "fatal": 0.491,
    "general": -1.533,
    "lead": 0.098,
    "lines": 1.601,
    "near": 0.000,
    "quiet": 0.484,
    "recovered": -3.519,
    "repaired": -0.190,
    "strength": 0.186,
    "undecided": 0.079,
    "unexplained": -0.500,
    "usual": -1.269,
    "warning": -2.018,
    "wording": -0.406,
}
