"""The units that learned taggers label: words cut wherever a name may begin or end inside them.

Names stand inside alphanumeric runs ("Smad4-/-", "p53R2", "mBmp4", 抑制mTOR后), so every change of script, case or kind
of character is a cut; a Chinese character is a piece of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.document import Document, Sentence
from pipeline.lexicon.normalize import CodeTable, codes_of

_BLANK, _UPPER, _LOWER, _DIGIT, _LETTER, _ALONE = range(6)
_KINDS = (
    (_UPPER, re.compile("[A-Z]")),
    (_LOWER, re.compile("[a-z]")),
    (_DIGIT, re.compile("[0-9]")),
    (_ALONE, re.compile("[\u0370-\u03ff\u3400-\u9fff]")),
    (_LETTER, re.compile(r"[^\W\d_]")),
    (_BLANK, re.compile(r"\s")),
    (_ALONE, re.compile(".")),
)
_KIND = CodeTable(lambda char: next(kind for kind, pattern in _KINDS if pattern.match(char)))
Numbers = npt.NDArray[np.int64]


class Pieces(NamedTuple):
    """The pieces of one sentence, in order, and how they lie in its words."""

    starts: list[int]
    ends: list[int]
    """Offsets in the document's text."""
    texts: list[str]
    words: list[str]
    """For each piece the word that holds it."""
    places: str
    """For each piece where in its word it is: W whole, F first, I inside, L last."""


def cut(text: str) -> list[str]:
    """The texts of the pieces of a text."""
    return [text[a:b] for a, b in zip(*(side.tolist() for side in _bounds(text, [(0, len(text))])), strict=True)]


def pieces_of(doc: Document, sentences: Sequence[Sentence]) -> list[Pieces]:
    """The pieces of each of some sentences of a document, which stand in their order."""
    text = doc.text
    starts, ends = _bounds(text, [(s.start, s.end) for s in sentences])
    firsts, lasts = _words(sentences, starts, ends)
    place = np.where(starts <= firsts, np.where(ends >= lasts, 0, 1), np.where(ends >= lasts, 3, 2))
    lasts = np.maximum(lasts, ends)
    new = np.ones(len(starts), np.bool_)
    new[1:] = (firsts[1:] != firsts[:-1]) | (lasts[1:] != lasts[:-1])
    own = [text[a:b] for a, b in zip(firsts[new].tolist(), lasts[new].tolist(), strict=True)]
    words = [own[n] for n in (np.cumsum(new) - 1).tolist()]
    places = np.frombuffer(b"WFIL", np.uint8)[place].tobytes().decode()
    a, b = starts.tolist(), ends.tolist()
    texts = [text[i:j] for i, j in zip(a, b, strict=True)]
    parts = np.searchsorted(starts, [*(s.start for s in sentences), len(text) + 1]).tolist()
    return [Pieces(a[i:j], b[i:j], texts[i:j], words[i:j], places[i:j]) for i, j in pairwise(parts)]


def _bounds(text: str, stretches: Sequence[tuple[int, int]]) -> tuple[Numbers, Numbers]:
    """Starts and ends of the pieces in some stretches of a text."""
    codes = codes_of(text)
    kinds = np.zeros(len(codes) + 2, np.int32)  # kinds[i + 1] is that of character i; what is in no stretch is blank
    for start, end in stretches:
        kinds[start + 1 : end + 1] = _KIND.of(codes[start:end])
    before, here, after = kinds[:-2], kinds[1:-1], kinds[2:].copy()
    begins = np.zeros(len(codes), np.bool_)
    for start, end in stretches:
        if start < end:
            after[end - 1] = _BLANK
            begins[start] = True
    begins |= (before != here) & ~((before == _UPPER) & (here == _LOWER))
    begins |= here == _ALONE
    begins |= (before == _UPPER) & (here == _UPPER) & (after == _LOWER)
    bounds = np.append(np.flatnonzero(begins), len(codes))
    names = np.flatnonzero(here[bounds[:-1]] != _BLANK)
    return bounds[names], bounds[names + 1]


def _words(sentences: Sequence[Sentence], starts: Numbers, ends: Numbers) -> tuple[Numbers, Numbers]:
    """Start and end of the word that each piece begins in; a piece outside of all is one itself."""
    tokens = [token for s in sentences for token in s.tokens]
    if not tokens:
        return starts, ends
    firsts, lasts = (np.fromiter(side, np.int64, len(tokens)) for side in zip(*tokens, strict=True))
    at = np.searchsorted(firsts, starts, "right") - 1
    inside = (at >= 0) & (lasts[at] > starts)
    return np.where(inside, firsts[at], starts), np.where(inside, lasts[at], ends)
