"""Names of the same words, otherwise inflected or spelled."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

THRESHOLD = 0.6
"""Least cosine of two names' character n-grams that are looked at; set on CRAFT's training part."""
_STEM = 0.6  # share of the longer of two words that both begin with
_WORD = re.compile(r"[a-zα-ω]+|\d+")


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

        Each word must have one of the other name's that begins as it does, and short words, numbers and single letters
        one that is the same: IL-6 is not IL-16, "cell activation" not T cell activation, lamin B receptor no laminin's.
        """
        if self._vectors is None:
            return "", 0.0
        cosines = (self._vectorizer.transform([name]) @ self._vectors).tocoo()
        order = np.argsort(-cosines.data, kind="stable")
        for at in order[:20].tolist():
            if cosines.data[at] < THRESHOLD:
                break
            near = self._names[cosines.col[at]]
            if same_words(name, near):
                return near, float(cosines.data[at])
        return "", 0.0


def same_words(a: str, b: str) -> bool:
    """Whether two Latin names have the same words in any order, but for their endings."""
    left, right = (sorted(_WORD.findall(name.casefold())) for name in (a, b))
    return len(left) == len(right) > 0 and all(itertools.starmap(_same_stem, zip(left, right, strict=True)))


def _same_stem(a: str, b: str) -> bool:
    shared = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
    return a == b or (shared >= 4 and shared >= _STEM * max(len(a), len(b)))


def _spaced(name: str) -> str:
    """A name in small letters, the hyphens as blanks."""
    return " ".join(re.split(r"[\s‐‑–-]+", name.casefold()))
