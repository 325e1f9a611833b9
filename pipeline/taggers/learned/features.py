"""What learned taggers know of a piece, in groups of items that are looked up once each.

An item (a piece's text, the word that holds it, two neighbouring pieces …) always has the same features, so what they
weigh is summed once for each item and neighbour, and a text is tagged by adding rows. One extraction serves all layers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from pipeline.document import Document, Sentence
from pipeline.lexicon import Lexicon
from pipeline.taggers.learned.chain import APART
from pipeline.taggers.learned.gazetteer import shipped_gazetteer
from pipeline.taggers.learned.pieces import Pieces, pieces_of

VERSION = "2"
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


def _word(text: str) -> Features:
    low = text.lower()
    yield f"w={low}", (-2, -1, 0, 1, 2)
    for n in (3, 4):
        if len(low) > n:
            yield f"wp{n}={low[:n]}", (0,)
            yield f"we{n}={low[-n:]}", (-1, 0, 1)
    for i in range(len(low) - 3):
        yield f"wc={low[i : i + 4]}", (0,)


def _form(item: str) -> Features:
    form, place = item[:-1], item[-1]
    yield f"@={place}", (-1, 0, 1)
    yield f"W={form}", (-1, 0, 1)
    yield f"W@={form}{place}", (0,)


class Joint(NamedTuple):
    """A feature of several texts, and for which pieces it speaks. As a group its items are the texts."""

    name: str
    offsets: tuple[int, ...]

    def __call__(self, item: Sequence[str]) -> Features:
        """The feature of some texts."""
        yield f"{self.name}={APART.join(item)}", self.offsets


def _known(item: str) -> Features:
    for flag in item.split(" "):
        yield f"k={flag}", (-2, -1, 0, 1, 2)
    yield f"K={item}", (0,)


def _listed(item: str) -> Features:
    for flag in item.split(" "):
        yield f"z={flag}", (-2, -1, 0, 1, 2)
    yield f"Z={item}", (0,)


def _listed_how(item: tuple[str, str]) -> Features:
    flags, text = item
    yield f"zs={flags}|{shape(text)}", (0,)
    if len(text) > 2:
        yield f"zl={flags}|{text.lower()}", (0,)


def _before(word: str) -> Features:
    yield f"wb={word}", (0,)
    if len(word) > 4:
        yield f"wbe={word[-3:]}", (0,)


def _after(word: str) -> Features:
    yield f"wa={word}", (0,)
    if len(word) > 4:
        yield f"wae={word[-3:]}", (0,)


def _seen(item: str) -> Features:
    yield f"c={item}", (-2, -1, 0, 1, 2)


def _seen_and_known(item: tuple[str, str]) -> Features:
    yield f"ck={item[0]}|{item[1]}", (0,)


GROUPS: dict[str, Callable[[Any], Features]] = {
    "piece": _piece,
    "word": _word,
    "form": _form,
    "known": _known,
    "listed": _listed,
    "how": _listed_how,
    "before": _before,
    "after": _after,
    "seen": _seen,
    "both": _seen_and_known,
}
JOINTS = {"pair": Joint("2", (-2, -1, 0, 1)), "three": Joint("3", (-2, -1, 0)), "around": Joint("wba", (0,))}
"""Groups of neighbouring texts. There are too many of them to be remembered: they are put together anew each time."""
OF_GUIDELINE = ("word", "form", "known", "listed", "seen", "both")
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
    before: list[str]
    after: list[str]
    """The words before and after that of the piece, in small letters."""

    def groups(self) -> dict[str, Sequence[Hashable]]:
        """The items by group, one for each piece, that all layers share; "" where nothing is known."""
        return {
            "piece": self.pieces.texts,
            "word": self.pieces.words,
            "form": [shape(word) + place for word, place in zip(self.pieces.words, self.pieces.places, strict=True)],
            "known": self.known,
            "listed": self.listed,
            "how": [flags and (flags, text) for flags, text in zip(self.listed, self.pieces.texts, strict=True)],
            "before": self.before,
            "after": self.after,
        }

    def joints(self) -> dict[str, tuple[Sequence[str], ...]]:
        """The first texts of the features of several, the second ones …, one for each piece."""
        size = len(self.low)
        after = [*self.low[1:], "$"][:size]
        second = [*self.low[2:], "$", "$$"][2 - min(size, 2) :]
        return {"pair": (self.low, after), "three": (self.low, after, second), "around": (self.before, self.after)}

    def groups_of_layer(self, seen: Sequence[str]) -> dict[str, Sequence[Hashable]]:
        """The items by group of one layer. seen: what its texts say of names, see `Surfaces.flags`."""
        return {"seen": seen, "both": [(s, k) if s or k else "" for s, k in zip(seen, self.known, strict=True)]}


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
        cut = pieces_of(doc, sentences)
        low = [[text.lower() for text in pieces.texts] for pieces in cut]
        known = self._known(doc, cut, hidden)
        listed = self._gazetteer.flags(low, hidden)
        return [Items(p, t, k, z, *_neighbours(p)) for p, t, k, z in zip(cut, low, known, listed, strict=True)]

    def _known(self, doc: Document, cut: Sequence[Pieces], hidden: Callable[[str], bool] | None) -> list[list[str]]:
        """For each piece what the lexicon says: layer, place in the name, status."""
        owners = np.repeat(np.arange(len(cut)), [len(pieces.texts) for pieces in cut])
        starts, ends = (
            np.fromiter(chain.from_iterable(side), np.int64, len(owners))
            for side in ([p.starts for p in cut], [p.ends for p in cut])
        )
        paragraphs = list(doc.paragraphs()) if len(owners) else []
        matches = [
            (start + match.start, start + match.end, match.terms)
            for (start, end), found in zip(
                paragraphs, self._lexicon.match_each([doc.text[a:b] for a, b in paragraphs], weak=True), strict=True
            )
            if np.searchsorted(starts, start) < np.searchsorted(starts, end)
            for match in found
        ]
        begins, stops = (np.fromiter((m[side] for m in matches), np.int64, len(matches)) for side in (0, 1))
        firsts, lasts = np.searchsorted(starts, begins), np.searchsorted(ends, stops)
        fits = (lasts < len(owners)) & np.isin(begins, starts) & np.isin(stops, ends)
        fits[fits] = owners[firsts[fits]] == owners[lasts[fits]]
        names = []
        for at in np.flatnonzero(fits).tolist():
            first, last, terms = int(firsts[at]), int(lasts[at]), matches[at][2]
            for layer in dict.fromkeys(t.layer for t in terms):
                own = [t for t in terms if t.layer == layer and not (hidden and hidden(t.concept))]
                if own:
                    status = min(_STATUSES[t.status] for t in own)
                    many = "m" if len({t.concept for t in own}) > 1 else ""
                    names.append((first - last, first, last, _SHORT[layer], status + many))
        taken: dict[str, set[int]] = defaultdict(set)
        flags: dict[int, list[str]] = defaultdict(list)
        for _, i, j, layer, status in sorted(names):  # of one layer the longest go first
            if taken[layer].isdisjoint(range(i, j + 1)):
                taken[layer].update(range(i, j + 1))
                for at in range(i, j + 1):
                    place = "U" if i == j else "B" if at == i else "L" if at == j else "I"
                    flags[at].append(f"{layer}{place}{status}")
        known = [[""] * len(pieces.texts) for pieces in cut]
        begin_of = np.searchsorted(owners, np.arange(len(cut))).tolist()
        for at, said in flags.items():
            owner = int(owners[at])
            known[owner][at - begin_of[owner]] = " ".join(sorted(said))
        return known


def _neighbours(pieces: Pieces) -> tuple[list[str], list[str]]:
    """For each piece the word before its own, and the word after it, in small letters."""
    words, numbers = ["^"], []
    for word, place in zip(pieces.words, pieces.places, strict=True):
        if place in "WF":
            words.append(word.lower())
        numbers.append(len(words))
    words.append("$")
    return [words[n - 2] if n > 1 else "^" for n in numbers], [words[n] for n in numbers]


_STATUSES = {
    "symbol": "a", "name": "b", "synonym": "c", "abbreviation": "d", "former": "e", "narrow": "n", "broad": "n",
    "related": "n", "weak": "w", "blocked": "x",
}  # fmt: skip
