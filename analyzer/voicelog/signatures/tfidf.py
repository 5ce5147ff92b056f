"""The TF-IDF index of the base: fitted by scikit-learn when the base is compiled, asked in plain Python.

Terms are character n-grams within words, because Chinese has no spaces and misread letters spoil only a few of them.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence

SIZES = (3, 4, 5)
_MOST_TERMS = 30_000

Postings = dict[str, tuple[float, list[tuple[int, float]]]]
"""Term to (idf, [(document, weight in its normalised vector)])."""


def terms(text: str) -> Iterator[str]:
    """Character n-grams of each word with a space on both sides: what scikit-learn calls `char_wb`."""
    for word in text.lower().split():
        padded = f" {word} "
        for size in SIZES:
            yield padded[:size]
            for start in range(1, len(padded) - size + 1):
                yield padded[start : start + size]
            if len(padded) <= size:
                break


def fit(documents: Sequence[str]) -> Postings:
    """Index of `documents`; empty where scikit-learn cannot be loaded, which costs only the similarity search."""
    try:
        with _own_environment():
            from sklearn.feature_extraction.text import TfidfVectorizer
    except Exception:  # a broken numpy or a missing DLL must not stop the tool that explains them
        return {}
    vectorizer = TfidfVectorizer(analyzer=lambda text: terms(text), sublinear_tf=True, max_features=_MOST_TERMS)
    matrix = vectorizer.fit_transform(documents).tocoo()
    names = vectorizer.get_feature_names_out()
    postings: Postings = {str(name): (float(idf), []) for name, idf in zip(names, vectorizer.idf_, strict=True)}
    for row, column, weight in zip(matrix.row, matrix.col, matrix.data, strict=True):
        postings[str(names[column])][1].append((int(row), round(float(weight), 5)))
    return postings


@contextlib.contextmanager
def _own_environment() -> Iterator[None]:
    """scikit-learn sets variables (KMP_DUPLICATE_LIB_OK) which a program that is run afterwards would inherit."""
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)
