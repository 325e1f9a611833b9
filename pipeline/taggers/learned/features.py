"""What learned taggers know of a piece, in groups of items that are looked up once each.

An item (a piece's text, the word that holds it, two neighbouring pieces …) always has the same features, so what they
weigh is summed once for each item and neighbour, and a text is tagged by adding rows. One extraction serves all layers.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from pipeline.document import Document, Sentence
from pipeline.lexicon import Lexicon
from pipeline.taggers.learned.gazetteer import shipped_gazetteer
from pipeline.taggers.learned.pieces import Pieces, pieces_of

VERSION = "1"
_SHORT = {"gene": "g", "organelle": "o", "process": "p", "": "x"}


@lru_cache(1 << 16)
def shape(text: str) -> str:
    """The kinds of characters of a text, runs cut to two: "Runx2" is "Aaa0"."""
    kinds: list[str] = []
    for c in text:
        if c.isdigit():
            kind = "0"
        elif c.isascii():
            kind = "A" if c.isupper() else "a" if c.islower() else c
        elif "\u3400" <= c <= "\u9fff":
            kind = "汉"
        elif "\u0370" <= c <= "\u03ff":
            kind = "α"
        else:
            kind = "?"
        if len(kinds) < 2 or kinds[-1] != kind or kinds[-2] != kind:
            kinds.append(kind)
    return "".join(kinds)


Features = Iterator[tuple[str, Sequence[int]]]
"""Features, and for which pieces each of them speaks: those so far before (-) or behind (+) its own."""


def _piece(text: str) -> Features:
    low = text.lower()
    yield f"t={low}", (-3, -2, -1, 0, 1, 2, 3)
    yield f"s={shape(text)}", (-2, -1, 0, 1, 2)
    if text != low:
        yield f"T={text}", (0,)
    if len(low) > 3 and low.isalpha():
        yield f"p2={low[:2]}", (0,)
        yield f"e2={low[-2:]}", (0,)
        for n in (3, 4):
            yield f"p{n}={low[:n]}", (-1, 0, 1)
            yield f"e{n}={low[-n:]}", (-1, 0, 1)
        if len(low) > 5:
            yield f"p5={low[:5]}", (0,)
            yield f"e5={low[-5:]}", (0,)
    if len(text) == 1 and not text.isalnum():
        yield "mark", (-2, -1, 0, 1, 2)
    else:
        yield f"l={min(len(text), 8)}", (0,)


def _word(item: tuple[str, str]) -> Features:
    text, place = item
    low = text.lower()
    yield f"@={place}", (-1, 0, 1)
    yield f"w={low}", (-2, -1, 0, 1, 2)
    yield f"W={shape(text)}", (-1, 0, 1)
    yield f"W@={shape(text)}{place}", (0,)
    for n in (3, 4):
        if len(low) > n:
            yield f"wp{n}={low[:n]}", (0,)
            yield f"we{n}={low[-n:]}", (-1, 0, 1)
    for i in range(len(low) - 3):
        yield f"wc={low[i : i + 4]}", (0,)


def _pair(item: tuple[str, str]) -> Features:
    yield f"2={item[0]}|{item[1]}", (-2, -1, 0, 1)


def _three(item: tuple[str, str, str]) -> Features:
    yield f"3={item[0]}|{item[1]}|{item[2]}", (-2, -1, 0)


def _known(item: str) -> Features:
    for flag in item.split(" ") if item else ():
        yield f"k={flag}", (-2, -1, 0, 1, 2)
    if item:
        yield f"K={item}", (0,)


def _listed(item: str) -> Features:
    for flag in item.split(" ") if item else ():
        yield f"z={flag}", (-2, -1, 0, 1, 2)
    if item:
        yield f"Z={item}", (0,)


def _listed_how(item: tuple[str, str]) -> Features:
    flags, text = item
    if flags:
        yield f"zs={flags}|{shape(text)}", (0,)
        if len(text) > 2:
            yield f"zl={flags}|{text.lower()}", (0,)


def _around(item: tuple[str, str]) -> Features:
    before, after = item
    yield f"wb={before}", (0,)
    yield f"wa={after}", (0,)
    yield f"wba={before}|{after}", (0,)
    if len(after) > 4:
        yield f"wae={after[-3:]}", (0,)
    if len(before) > 4:
        yield f"wbe={before[-3:]}", (0,)


def _seen(item: str) -> Features:
    if item:
        yield f"c={item}", (-2, -1, 0, 1, 2)


def _seen_and_known(item: tuple[str, str]) -> Features:
    if item[0] or item[1]:
        yield f"ck={item[0]}|{item[1]}", (0,)


GROUPS: dict[str, Callable[[Any], Features]] = {
    "piece": _piece,
    "word": _word,
    "pair": _pair,
    "three": _three,
    "known": _known,
    "listed": _listed,
    "how": _listed_how,
    "around": _around,
    "seen": _seen,
    "both": _seen_and_known,
}
OF_GUIDELINE = ("word", "known", "listed", "seen", "both")
"""Groups whose features are also counted for each guideline apart, where a model knows several."""


class Items(NamedTuple):
    """What is known of the pieces of one sentence before a layer's own counts are asked."""

    pieces: Pieces
    low: list[str]
    """Texts in small letters."""
    known: list[str]
    """What the lexicon says: layer, place in the name, status."""
    listed: list[str]
    """What the gazetteer says: layer, place in the name."""
    around: list[tuple[str, str]]
    """The words before and after that of the piece, in small letters."""

    def groups(self) -> dict[str, Sequence[Hashable]]:
        """The items by group, one for each piece, that all layers share."""
        after = [*self.low[1:], "$"]
        return {
            "piece": self.pieces.texts,
            "word": self.pieces.words,
            "pair": list(zip(self.low, after, strict=True)),
            "three": list(zip(self.low, after, [*self.low[2:], "$", "$$"][: len(self.low)], strict=True)),
            "known": self.known,
            "listed": self.listed,
            "how": list(zip(self.listed, self.pieces.texts, strict=True)),
            "around": self.around,
        }

    def groups_of_layer(self, seen: Sequence[str]) -> dict[str, Sequence[Hashable]]:
        """The items by group of one layer. seen: what its texts say of names, see `Surfaces.flags`."""
        return {"seen": seen, "both": list(zip(seen, self.known, strict=True))}


class Extractor:
    """Cuts documents into pieces and finds their items; what it needs to know of names it takes from the lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._gazetteer = shipped_gazetteer()

    def __call__(
        self, doc: Document, sentences: Sequence[Sentence], hidden: Callable[[str], bool] | None = None
    ) -> list[Items]:
        """The items of some sentences of a document.

        hidden: concepts of the lexicon and names of the gazetteer that shall not be known, so that training meets names
        that no list holds.
        """
        cut = [pieces_of(doc, sentence) for sentence in sentences]
        low = [[text.lower() for text in pieces.texts] for pieces in cut]
        known = self._known(doc.text, sentences, cut, hidden)
        listed = self._gazetteer.flags(low, hidden)
        return [Items(p, t, k, z, _neighbours(p)) for p, t, k, z in zip(cut, low, known, listed, strict=True)]

    def _known(
        self,
        text: str,
        sentences: Sequence[Sentence],
        cut: Sequence[Pieces],
        hidden: Callable[[str], bool] | None,
    ) -> list[list[str]]:
        """For each piece what the lexicon says: layer, place in the name, status."""
        if not sentences:
            return []
        flags: list[list[list[str]]] = [[[] for _ in pieces.texts] for pieces in cut]
        offset, end = sentences[0].start, sentences[-1].end
        begins = {a: (n, i) for n, pieces in enumerate(cut) for i, a in enumerate(pieces.starts)}
        ends = {b: (n, i) for n, pieces in enumerate(cut) for i, b in enumerate(pieces.ends)}
        found = []
        for match in self._lexicon.match(text[offset:end], weak=True):
            first, last = begins.get(offset + match.start), ends.get(offset + match.end)
            if first is None or last is None or first[0] != last[0]:
                continue
            for layer in dict.fromkeys(t.layer for t in match.terms):
                own = [t for t in match.terms if t.layer == layer and not (hidden and hidden(t.concept))]
                if own:
                    status = min(_STATUSES[t.status] for t in own)
                    many = "m" if len({t.concept for t in own}) > 1 else ""
                    found.append((first[1] - last[1], first[0], first[1], last[1], _SHORT[layer], status + many))
        taken: dict[tuple[int, str], set[int]] = {}
        for _, number, i, j, layer, status in sorted(found):  # of one layer the longest go first
            used = taken.setdefault((number, layer), set())
            if used.isdisjoint(range(i, j + 1)):
                used.update(range(i, j + 1))
                for at in range(i, j + 1):
                    place = "U" if i == j else "B" if at == i else "L" if at == j else "I"
                    flags[number][at].append(f"{layer}{place}{status}")
        return [[" ".join(sorted(f)) for f in sentence] for sentence in flags]


def _neighbours(pieces: Pieces) -> list[tuple[str, str]]:
    """For each piece the words before and after its own."""
    first = [at for at, (_, place) in enumerate(pieces.words) if place in "WF"]
    words = ["^", *(pieces.words[at][0].lower() for at in first), "$"]
    result, number = [], 0
    for _, place in pieces.words:
        number += place in "WF"
        result.append((words[max(number - 1, 0)], words[min(number + 1, len(words) - 1)]))
    return result


_STATUSES = {
    "symbol": "a", "name": "b", "synonym": "c", "abbreviation": "d", "former": "e", "narrow": "n", "broad": "n",
    "related": "n", "weak": "w", "blocked": "x",
}  # fmt: skip
