"""Finding many names in a text at once, by hashes of the stretches between word boundaries.

The method is that of R. M. Karp and M. O. Rabin (Efficient randomized pattern-matching algorithms, 1987), on arrays:
sums over the text give the hash of any stretch in one step. What hashes like a name is compared with it. Unlike an
automaton it needs no building, so a vocabulary of any size is there at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from pipeline.lexicon.normalize import codes_of

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse
_INVERSE = pow(_BASE, -1, 1 << 64)
_HEADS = (4, 8)  # longer names are looked for where so many of their first characters stand
_BITS = 23
_BATCH = 10_000  # keys that are hashed at once

Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int_]
Hashes = npt.NDArray[np.uint64]


class Finder:
    """Finds the keys of a vocabulary. Never changed after construction."""

    def __init__(self, keys: Iterable[str]) -> None:
        # A Bloom filter of the keys, two places for each; and by place of a head's hash the length of its longest key.
        self._known = np.zeros(1 << _BITS, np.bool_)
        self._reach = {head: np.zeros(1 << _BITS, np.uint8) for head in _HEADS}
        waiting = iter(keys)
        while some := tuple(itertools.islice(waiting, _BATCH)):
            self._enter(some)

    def _enter(self, keys: Sequence[str]) -> None:
        lengths = np.fromiter(map(len, keys), np.int_, len(keys))
        ends = np.cumsum(lengths)
        starts = ends - lengths
        sums = _sums("".join(keys))
        for slots in _slots(_hashes(sums, starts, ends)):
            self._known[slots] = True
        for head, reach in self._reach.items():
            long = lengths > head
            heads = next(_slots(_hashes(sums, starts[long], starts[long] + head)))
            np.maximum.at(reach, heads, np.minimum(lengths[long], 255).astype(np.uint8))

    def find(self, text: str, begins: Flags, ends: Flags) -> tuple[Places, Places]:
        """Starts and ends of all stretches of a normalised text that may be keys, by start and end.

        Every key of up to 255 characters is among them, and now and then what only hashes like one. begins, ends: by
        place, whether a key may begin there or end before it; ends has one more than the text.
        """
        sums = _sums(text)
        starts = np.flatnonzero(begins)
        reach = np.empty(0, np.int_)
        found: list[tuple[Places, Places]] = []
        shorter = 0
        for head in _HEADS:
            for length in range(shorter + 1, head + 1):
                starts = starts[: np.searchsorted(starts, len(ends) - length)]
                chosen = starts[ends[starts + length]]
                found.append(self._like_keys(sums, chosen, chosen + length))
            # Only where a longer key begins so is there more to look for.
            reach = self._reach[head][next(_slots(_hashes(sums, starts, starts + head)))].astype(np.int_)
            starts, reach = starts[reach > 0], reach[reach > 0]
            shorter = head
        found.append(self._long(sums, starts, reach, ends))
        first, last = (np.concatenate(side) for side in zip(*found, strict=True))
        order = np.lexsort((last, first))
        return first[order], last[order]

    def _long(self, sums: Hashes, starts: Places, reach: Places, ends: Flags) -> tuple[Places, Places]:
        """Stretches longer than the longest head that hash like a key."""
        stops = np.flatnonzero(ends)
        nearest = np.searchsorted(stops, starts + _HEADS[-1] + 1)
        counts = np.maximum(np.searchsorted(stops, starts + reach, "right") - nearest, 0)
        begins = np.cumsum(counts) - counts  # of each start among all the stretches
        number = np.arange(counts.sum()) - np.repeat(begins - nearest, counts)
        return self._like_keys(sums, np.repeat(starts, counts), stops[number])

    def _like_keys(self, sums: Hashes, starts: Places, ends: Places) -> tuple[Places, Places]:
        """Of stretches those that hash like a key."""
        slots, others = _slots(_hashes(sums, starts, ends))
        known = np.flatnonzero(self._known[slots])
        known = known[self._known[others[known]]]
        return starts[known], ends[known]


def _sums(text: str) -> Hashes:
    """Sums over the first characters of a text, each times the power of the base that belongs to its place."""
    codes = codes_of(text).astype(np.uint64)
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(codes * _powers(_BASE, len(codes)), out=sums[1:])
    return sums


def _hashes(sums: Hashes, starts: Places, ends: Places) -> Hashes:
    return (sums[ends] - sums[starts]) * _powers(_INVERSE, len(sums))[starts]


def _slots(hashes: Hashes) -> Iterator[npt.NDArray[np.uint64]]:
    """Places in a table for hashes, twice."""
    # The low bits of a product say little of the high bits of its factors: they are mixed in.
    mixed = (hashes ^ (hashes >> np.uint64(29))) * np.uint64(_BASE)
    yield mixed >> np.uint64(64 - _BITS)
    yield (mixed >> np.uint64(64 - 2 * _BITS)) & np.uint64((1 << _BITS) - 1)


def _powers(base: int, count: int) -> Hashes:
    """At least so many powers of a number, modulo 2⁶⁴."""
    return _table(base, max(count, 1 << 16).bit_length())[:count]


@cache
def _table(base: int, bits: int) -> Hashes:
    powers = np.full(1 << bits, base, np.uint64)
    powers[0] = 1
    return np.cumprod(powers)
