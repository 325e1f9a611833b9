"""Names of the same words: in another order, otherwise inflected or spelled."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from functools import lru_cache

from pipeline.lexicon import Lexicon, Term
from pipeline.lexicon.normalize import is_han, key
from pipeline.lexicon.term import LOOSE

_STEM = 4  # letters that two spellings of a word begin with in common
_SHARE = 0.6  # of the longer one
_SHORTEST = 7  # characters of a name whose words may be spelled otherwise
_WORD = re.compile(r"[a-z0-9α-ω]+|[\u4e00-\u9fff]+")
_PART = re.compile(r"[a-zα-ω]+|\d+")
_SMALL_WORDS = frozenset(("of", "the", "in", "a", "an", "to", "by", "and", "for"))


class NamesByWords:
    """The names of one layer by their words. Never changed after construction."""

    def __init__(self, lexicon: Lexicon, layer: str) -> None:
        self._lexicon, self._layer = lexicon, layer
        self._names: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for part in lexicon.parts:
            for name in part.written(layer, without=("blocked", "abbreviation", "symbol", *LOOSE)):
                if len(words := words_of(name)) > 1 or len(name) >= _SHORTEST:
                    self._names[_stems(words)].append(name)

    def in_any_order(self, name: str) -> tuple[Term, ...]:
        """The terms of several words that are those of a name, small words and plurals aside."""
        words = words_of(name)
        if len(words) < 2:
            return ()
        same = [n for n in self._names.get(_stems(words), ()) if words_of(n) == words]
        return tuple(t for n in dict.fromkeys(same) for t in self._terms(n))

    def nearest(self, name: str) -> tuple[tuple[Term, ...], float]:
        """The English terms whose words are the most similar, and how similar (0..1); none where no word's like is.

        Each word must have one of the other name's that begins as it does, and short words, numbers and single letters
        one that is the same: IL-6 is not IL-16, "cell activation" not T cell activation, lamin B receptor no laminin's.
        """
        found = [
            (likeness(name, other), other)
            for other in dict.fromkeys(self._names.get(_stems(words_of(name)), ()))
            if len(other) >= _SHORTEST
        ]
        best, near = max(found, default=(0.0, ""), key=lambda pair: (pair[0], pair[1]))
        return tuple(t for t in self._terms(near) if t.lang == "en") if best else (), best

    def _terms(self, name: str) -> tuple[Term, ...]:
        return tuple(
            t
            for part in self._lexicon.parts
            for t in part.terms(key(name))
            if t.name == name and t.layer == self._layer and not t.is_symbol
        )


@lru_cache(1 << 12)
def words_of(name: str) -> tuple[str, ...]:
    """What a name is made of, in alphabetical order: the stems of Latin words, runs of Chinese."""
    result = []
    for word in _WORD.findall(name.casefold()):
        if word not in _SMALL_WORDS:
            plural = len(word) > 3 and word.endswith("s") and not word.endswith("ss") and not is_han(word[0])
            result.append(word[:-1] if plural else word)
    return tuple(sorted(result))


def likeness(a: str, b: str) -> float:
    """The share of letters in which the words of two Latin names begin alike; 0 where one has no like in the other."""
    left, right = (sorted(_PART.findall(name.casefold())) for name in (a, b))
    if len(left) != len(right) or not left:
        return 0.0
    alike = list(map(_alike, left, right))
    if not all(alike):
        return 0.0
    return 2 * sum(alike) / sum(map(len, left + right))


def _alike(a: str, b: str) -> int:
    """How many letters two words begin with in common; 0 where they are too few for one word."""
    shared = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
    return shared if a == b or (shared >= _STEM and shared >= _SHARE * max(len(a), len(b))) else 0


def _stems(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(word[:_STEM] for word in words))
