"""Fitted numbers; `python -m benchmarks.fit` writes this file."""

from __future__ import annotations

BIAS = 2.880
WEIGHTS = {
    "error": 0.411,
    "fatal": 0.693,
    "general": -1.520,
    "lead": 0.211,
    "lines": 1.447,
    "near": 0.000,
    "quiet": 0.517,
    "recovered": -3.486,
    "repaired": -0.712,
    "strength": 0.291,
    "undecided": 0.066,
    "unexplained": -0.467,
    "usual": -1.312,
    "warning": -2.172,
    "wording": -0.293,
}
