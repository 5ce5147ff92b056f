"""Fitted numbers; `python -m benchmarks.fit` writes this file."""

from __future__ import annotations

BIAS = 1.442
WEIGHTS = {
    "error": 0.053,
    "fatal": 0.253,
    "general": -1.640,
    "lead": 2.613,
    "lines": 1.953,
    "near": -0.541,
    "quiet": 0.645,
    "recovered": -2.491,
    "repaired": -0.172,
    "strength": 0.595,
    "undecided": 0.156,
    "unexplained": -0.952,
    "usual": -1.645,
    "warning": -1.823,
}
