"""Fit the scorer on the corpus: `python -m benchmarks.fit` writes analyzer/voicelog/rank/weights.py.

The blind fifth takes no part. The numbers printed come from five-fold cross-validation, so no log is judged by
weights that have seen it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss
from sklearn.model_selection import GroupKFold, cross_val_predict

import voicelog
from benchmarks.corpus import BLIND, CORPUS, Case, accepts, load
from voicelog.match.find import near_hits, pattern_hits
from voicelog.model import Source
from voicelog.parse import parse
from voicelog.rank.assess import Candidate, assess
from voicelog.signatures.base import KnowledgeBase

WEIGHTS = Path(__file__).resolve().parents[1] / "analyzer" / "voicelog" / "rank" / "weights.py"
_CAREFUL = 2.0
"""Weight of a log in which every answer would be wrong: a wrong confident answer costs an evening."""


def candidates(case: Case, base: KnowledgeBase) -> list[tuple[Candidate, bool]]:
    """The first candidate by exact patterns and, where it differs, by near wording; and whether it is right."""
    log = parse(Source(case.name, case.text))
    facts = {name: fact.value for name, fact in log.facts.items()}
    exact = pattern_hits(log, base)
    found: dict[str, Candidate] = {}
    for hits in (exact, [*exact, *near_hits(log, base)]):
        for one in assess(log, hits, base, facts).candidates[:1]:
            found.setdefault(one.claim.id, one)
    return [(one, accepts(case.accepted, one.claim.id)) for one in found.values()]


def main() -> None:
    base = voicelog.open_knowledge()
    rows = [
        (at, one, correct)
        for at, case in enumerate(load(CORPUS, without=BLIND))
        for one, correct in candidates(case, base)
    ]
    names = sorted(rows[0][1].features)
    matrix = np.array([[one.features[name] for name in names] for _, one, _ in rows])
    labels = np.array([correct for _, _, correct in rows])
    careful = np.where(labels, 1.0, _CAREFUL)
    groups = np.array([at for at, _, _ in rows])
    model = LogisticRegression(C=1.0, max_iter=2000)
    chances = cross_val_predict(model, matrix, labels, groups=groups, cv=GroupKFold(5), method="predict_proba")[:, 1]
    print(f"{len(rows)} candidates, {labels.mean():.1%} right")
    print(
        f"Brier score {brier_score_loss(labels, chances):.4f}, calibration error {calibration_error(labels, chances):.4f}"
    )
    wrong = (chances >= 0.8) & ~labels
    print(f"confident and wrong {wrong.mean():.2%}; refused and right {((chances < 0.5) & labels).mean():.2%}")
    model.fit(matrix, labels, sample_weight=careful if _CAREFUL != 1 else None)
    write(names, model)


def calibration_error(
    labels: np.ndarray[tuple[int], np.dtype[np.bool_]], chances: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> float:
    """Expected calibration error over ten bins."""
    bins = np.minimum((chances * 10).astype(int), 9)
    return float(
        sum(
            (bins == at).mean() * abs(labels[bins == at].mean() - chances[bins == at].mean())
            for at in set(bins.tolist())
        )
    )


def write(names: list[str], model: LogisticRegression) -> None:
    """The fitted numbers as a module that can be read and reviewed."""
    lines = [
        '"""Fitted numbers; `python -m benchmarks.fit` writes this file."""',
        "",
        "from __future__ import annotations",
        "",
        f"BIAS = {model.intercept_[0]:.3f}",
        "WEIGHTS = {",
        *(f'    "{name}": {weight:.3f},' for name, weight in zip(names, model.coef_[0], strict=True)),
        "}",
        "",
    ]
    WEIGHTS.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
