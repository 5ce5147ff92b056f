"""Fit the scorer on the corpus: `python -m benchmarks.fit` writes analyzer/voicelog/rank/weights.py.

The blind fifth takes no part. The numbers printed come from five-fold cross-validation, so no log is judged by
weights that have seen it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss
from sklearn.model_selection import GroupKFold, cross_val_predict

import voicelog
from benchmarks.corpus import BLIND, CORPUS, Case, accepts, load
from benchmarks.disguises import DISGUISES
from voicelog.ingest.decode import decode
from voicelog.match.find import misread_hits, near_hits, pattern_hits
from voicelog.model import Hit, Log, Source
from voicelog.parse import parse
from voicelog.rank.assess import Candidate, assess
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.load import load as load_signatures
from voicelog.signatures.location import bundled

WEIGHTS = Path(__file__).resolve().parents[1] / "analyzer" / "voicelog" / "rank" / "weights.py"
_CAREFUL = 1.5
"""Weight of a wrong candidate: a wrong confident answer costs an evening, `unknown` a minute."""
_EXAMPLE = 0.6
"""Weight of a signature's example: it shows the wording, not the world around it."""
_DISGUISED = 0.3
"""Weight of a misread log: most logs are not."""
_UNKNOWN_WORDING = 0.1
"""Weight of a log without the hits of its cause: about one new log in ten tells it in words that the base lacks."""


def candidates(case: Case, base: KnowledgeBase) -> list[tuple[Candidate, bool, float]]:
    """First candidates by exact patterns and by near wording, plain and misread: (candidate, right, weight).

    And what would be answered if the base did not know how this log tells its cause, as it happens with new logs.
    """
    misread = DISGUISES["1 % misread"](case.text)
    texts = [(case.text, 1.0)] + ([(decode(misread.data)[0], _DISGUISED)] if misread else [])
    rows = []
    for text, weight in texts:
        log, misread_lines = misread_hits(parse(Source(case.name, text)), base)
        facts = {name: fact.value for name, fact in log.facts.items()}
        exact = pattern_hits(log, base)
        found: dict[tuple[str, str], Candidate] = {}
        near = near_hits(log, base) if weight == 1.0 else misread_lines
        for hits in (exact, [*exact, *near]):
            for one in _first(log, hits, base, facts):
                found.setdefault((one.claim.id, one.claim.best.method), one)
        rows += [(one, accepts(case.accepted, one.claim.id), weight) for one in found.values()]
        if weight == 1.0 and case.cause:
            left = [hit for hit in [*exact, *near] if not accepts(case.accepted, hit.id)]
            rows += [(one, False, _UNKNOWN_WORDING) for one in _first(log, left, base, facts)]
    return rows


def _first(log: Log, hits: Sequence[Hit], base: KnowledgeBase, facts: Mapping[str, str]) -> list[Candidate]:
    """The candidate that the scorer is asked about; one that is outdone is no answer, whatever its probability."""
    return [one for one in assess(log, hits, base, facts).candidates[:1] if not one.outdone]


def examples() -> list[Case]:
    """The examples of the signatures: what software prints, without much of a log around it."""
    return [
        Case(signature.id, example.text, signature.id, (signature.id,), False)
        for signature in load_signatures([bundled()]).signatures
        if not signature.benign
        for example in signature.examples
    ]


def main() -> None:
    base = voicelog.open_knowledge()
    logs = [(case, 1.0) for case in load(CORPUS, without=BLIND)] + [(case, _EXAMPLE) for case in examples()]
    rows = [
        (at, one, correct, weight * share)
        for at, (case, share) in enumerate(logs)
        for one, correct, weight in candidates(case, base)
    ]
    names = sorted(set(rows[0][1].features) - {"source"})
    matrix = np.array([[one.features[name] for name in names] for _, one, _, _ in rows])
    labels = np.array([correct for _, _, correct, _ in rows])
    careful = np.where(labels, 1.0, _CAREFUL) * np.array([weight for *_, weight in rows])
    groups = np.array([at for at, *_ in rows])
    model = LogisticRegression(C=1.0, max_iter=2000)
    chances = cross_val_predict(model, matrix, labels, groups=groups, cv=GroupKFold(5), method="predict_proba")[:, 1]
    print(f"{len(rows)} candidates, {labels.mean():.1%} right")
    print(
        f"Brier score {brier_score_loss(labels, chances):.4f}, calibration error {calibration_error(labels, chances):.4f}"
    )
    wrong = (chances >= 0.8) & ~labels
    print(f"confident and wrong {wrong.mean():.2%}; refused and right {((chances < 0.5) & labels).mean():.2%}")
    model.fit(matrix, labels, sample_weight=careful)
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
