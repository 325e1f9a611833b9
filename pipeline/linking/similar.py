"""Names that are nearly written alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.lexicon.normalize import key

THRESHOLD = 0.82
"""Least cosine of two names' character n-grams that are taken for one; set on the training part of CRAFT and on
zh/gold_train (see `make scores`)."""

_TELLING = re.compile(r"\d+|[α-ω]|alpha|beta|gamma|delta|anti|non|in(?=activ|hibit)|de(?=acety|phosph|methyl|ubiq)")


class Similar:
    """Finds the most similar of many names by TF-IDF of their character n-grams. Never changed after construction."""

    def __init__(self, names: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  (a second, for names not known)

        self._names = names
        self._vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32, preprocessor=_spaced
        )
        self._vectors: Any = self._vectorizer.fit_transform(names).T.tocsr() if names else None

    def nearest(self, name: str) -> tuple[str, float]:
        """The most similar name and its cosine (0..1); ("", 0.0) where none is similar enough.

        Numbers, Greek letters and prefixes that turn a meaning must be the same: IL-6 is near to IL-16.
        """
        if self._vectors is None:
            return "", 0.0
        cosines = (self._vectorizer.transform([name]) @ self._vectors).tocoo()
        telling = _TELLING.findall(key(name))
        order = np.argsort(-cosines.data, kind="stable")
        for at in order[:20].tolist():
            if cosines.data[at] < THRESHOLD:
                break
            near = self._names[cosines.col[at]]
            if _TELLING.findall(key(near)) == telling:
                return near, float(cosines.data[at])
        return "", 0.0


def _spaced(name: str) -> str:
    """A name in small letters, the hyphens as blanks."""
    return " ".join(re.split(r"[\s‐‑–-]+", name.casefold()))
