"""The units that learned taggers label: words cut wherever a name may begin or end inside them.

Names stand inside alphanumeric runs ("Smad4-/-", "p53R2", "mBmp4", 抑制mTOR后), so every change of script, case or kind
of character is a cut; a Chinese character is a piece of its own.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.document import Document, Sentence

_PIECE = re.compile(
    r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]|[0-9]+|[\u0370-\u03ff]|[\u3400-\u9fff]"
    r"|[^\W\d_A-Za-z\u0370-\u03ff\u3400-\u9fff]+|[^\s]"
)


class Pieces(NamedTuple):
    """The pieces of one sentence, in order, and how they lie in its words."""

    starts: list[int]
    ends: list[int]
    """Offsets in the document's text."""
    texts: list[str]
    words: list[tuple[str, str]]
    """For each piece the word that holds it, and where in it: whole, first, inside, last."""


def cut(text: str) -> list[str]:
    """The texts of the pieces of a text."""
    return _PIECE.findall(text)


def pieces_of(doc: Document, sentence: Sentence) -> Pieces:
    """The pieces of a sentence of a document."""
    starts, ends, texts, places = [], [], [], []
    text, words, at = doc.text, sentence.tokens, 0
    for match in _PIECE.finditer(text, sentence.start, sentence.end):
        a, b = match.span()
        while at + 1 < len(words) and words[at].end <= a:
            at += 1
        first, last = (words[at].start, words[at].end) if words and words[at].start <= a < words[at].end else (a, b)
        place = ("W" if b >= last else "F") if a <= first else ("L" if b >= last else "I")
        starts.append(a)
        ends.append(b)
        texts.append(match[0])
        places.append((text[first : max(last, b)], place))
    return Pieces(starts, ends, texts, places)
