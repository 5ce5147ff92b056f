"""Features of a candidate to the probability that it is right: logistic regression, fitted by `benchmarks.fit`."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

from voicelog.rank.weights import BIAS, WEIGHTS


def probability(features: Mapping[str, float]) -> float:
    """Calibrated probability, from 0 to 1."""
    return 1 / (1 + exp(-(BIAS + sum(contributions(features).values()))))


def contributions(features: Mapping[str, float]) -> dict[str, float]:
    """What each feature adds to the log-odds."""
    return {name: WEIGHTS.get(name, 0.0) * value for name, value in features.items()}
