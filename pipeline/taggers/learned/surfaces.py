"""What annotated text says of a name: how often it stands in it, and how often it is marked there.

The share of its places in which a name is marked is the best single clue there is to whether it should be marked next
time. While a chain is trained, the counts for a text must come from other texts: a list taken from the text itself
would never be wrong there, and the chain would learn to trust it blindly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

LONGEST = 12  # pieces of a name
_BARS = (0.05, 0.2, 0.4, 0.6, 0.8, 0.95)
_LIKELY = 0.25  # of names that overlap, those below it give way


class Counts(NamedTuple):
    """Of a name: places where it is marked, places in all."""

    marked: int
    total: int

    @property
    def share(self) -> float:
        """The share of marked places, drawn to one half where there are few."""
        return (self.marked + 0.5) / (self.total + 1)


class Surfaces:
    """Counts by name: its pieces in small letters with blanks between. Never changed after construction."""

    def __init__(self, counts: Mapping[str, Counts]) -> None:
        self.counts = dict(counts)
        self._beginnings = {
            " ".join(words[:n]) for words in (name.split(" ") for name in self.counts) for n in range(1, len(words) + 1)
        }

    def places(self, pieces: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """First and last piece of every name in a sentence of pieces in small letters, overlapping ones too."""
        size = len(pieces)
        for i in range(size):
            name = pieces[i]
            j = i
            while name in self._beginnings:
                if name in self.counts:
                    yield i, j, name
                j += 1
                if j == size:
                    break
                name = f"{name} {pieces[j]}"

    def flags(self, pieces: Sequence[str]) -> list[str]:
        """For each piece what the counts say of it: place in a name, how likely and how often; "" where no name is.

        Of names that overlap the likely ones go first, then the longer.
        """
        found = [(i, j, self.counts[name]) for i, j, name in self.places(pieces)]
        found.sort(key=lambda f: (f[2].share < _LIKELY, f[0] - f[1], f[0]))
        result = [""] * len(pieces)
        for i, j, counts in found:
            if any(result[i : j + 1]):
                continue
            share = sum(counts.share >= bar for bar in _BARS)
            often = "1" if counts.total == 1 else "4" if counts.total < 5 else "+"
            for at in range(i, j + 1):
                place = "U" if i == j else "B" if at == i else "L" if at == j else "I"
                result[at] = f"{place}{share}{often}"
        return result


def count(sentences: Iterable[tuple[Sequence[str], Sequence[tuple[int, int]]]], names: Surfaces) -> dict[str, Counts]:
    """How often names stand in annotated sentences and are marked there; inside a longer mark they are neither.

    sentences: pieces in small letters, and first and last piece of each mark.
    """
    marked: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for pieces, marks in sentences:
        inside = {at: mark for mark in marks for at in range(mark[0], mark[1] + 1)}
        for i, j, name in names.places(pieces):
            mark = inside.get(i)
            if mark == (i, j):
                marked[name] += 1
            elif mark and mark[0] <= i and j <= mark[1]:
                continue
            total[name] += 1
    return {name: Counts(marked[name], number) for name, number in total.items()}
