"""Fitted numbers; `python -m benchmarks.fit` writes this file."""

from __future__ import annotations

BIAS = 2.856
WEIGHTS = {
    "error": 0.060,
    "fatal": -0.533,
    "general": -1.746,
    "lead": 0.447,
    "lines": 0.513,
    "near": -2.163,
    "source": 0.000,
    "strength": 0.370,
    "undecided": 0.000,
    "unexplained": 0.595,
    "usual": -0.642,
    "warning": 0.089,
    "wording": 0.607,
}
