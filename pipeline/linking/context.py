"""Which of several concepts a paper means: by the other names it uses, and by its words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from pipeline.lexicon import Lexicon
from pipeline.linking.candidates import Candidate

_CLEAR = 2.0  # the best must have so many times the evidence of the second
_WORD = re.compile(r"[a-z]{4,}|[\u4e00-\u9fff]{2}")


def decided(
    lexicon: Lexicon, candidates: Sequence[Candidate], named: Counter[str], words: Counter[str]
) -> Candidate | None:
    """The candidate that the paper speaks of; None where nothing tells, or not clearly.

    named: concepts that other names of the paper stand for, with their counts. words: of the paper, with counts. A
    concept named otherwise in the paper counts most; else the words of its names that are not those of the others.
    """
    by_name = sorted(candidates, key=lambda c: -named[c.concept])
    if named[by_name[0].concept] >= _CLEAR * max(named[by_name[1].concept], 0.5):
        return by_name[0]
    own = {c.concept: set(_words(lexicon, c.concept)) for c in candidates}
    shared = {word for word, count in Counter(w for words_ in own.values() for w in words_).items() if count > 1}
    weights = {concept: sum(words[w] > 0 for w in found - shared) for concept, found in own.items()}
    by_words = sorted(candidates, key=lambda c: -weights[c.concept])
    best, second = (weights[c.concept] for c in by_words[:2])
    return by_words[0] if best >= 2 and best >= _CLEAR * second else None


def words_of(text: str) -> Counter[str]:
    """The words of a text: Latin ones of four letters or more, and pairs of Chinese characters."""
    result = Counter(re.findall(r"[a-z]{4,}", text.lower()))
    for run in re.findall(r"[\u4e00-\u9fff]+", text):
        result.update(run[i : i + 2] for i in range(len(run) - 1))
    return result


def _words(lexicon: Lexicon, concept: str) -> Iterable[str]:
    for part in lexicon.parts:
        for term in part.of_concept(concept):
            if not term.is_symbol:
                yield from words_of(term.name)
