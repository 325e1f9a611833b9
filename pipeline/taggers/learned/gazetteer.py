"""Which stretches of a text are names in the large vocabularies, without the vocabularies.

The shipped lexicon is written by hand; HGNC, MGI, GO and MeSH hold twenty times as many names. That a stretch is one of
these says much, so the hashes of their names are kept (8 bytes each), which can be asked for but not read. A name's
hash is that of its pieces in small letters, hyphens and other marks left out: "IL-6" and "IL 6" are one. The
vocabularies are English: a name with Chinese characters is not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from io import BytesIO

import numpy as np
import numpy.typing as npt

from pipeline.lexicon.normalize import is_han
from pipeline.taggers.learned.pieces import cut

FILE = "gazetteer.npz"
LONGEST = 8  # pieces of a name
_BASE = np.uint64(0x9E3779B97F4A7C15)
_BITS = 20
Hashes = npt.NDArray[np.uint64]


class Gazetteer:
    """Names by hash, in classes ("gene", "organelle", "process"). Never changed after construction."""

    def __init__(self, names: Mapping[str, Hashes]) -> None:
        self.names = {kind: np.unique(hashes) for kind, hashes in names.items()}
        self._filters = {}
        for kind, known in self.names.items():
            self._filters[kind] = np.zeros(1 << _BITS, np.bool_)
            self._filters[kind][known >> np.uint64(64 - _BITS)] = True

    @classmethod
    def of(cls, names: Mapping[str, Iterable[str]]) -> Gazetteer:
        """The gazetteer of some names by class."""
        return cls({
            kind: np.array([_hash_of(n) for n in some if not any(map(is_han, n))], np.uint64)
            for kind, some in names.items()
        })  # fmt: skip

    def flags(self, sentences: Sequence[Sequence[str]], hidden: Callable[[str], bool] | None = None) -> list[list[str]]:
        """For each piece of some sentences, in small letters: the classes of the longest names it is in, and where.

        hidden: names, their pieces joined by blanks, that shall not be known.
        """
        result = [[""] * len(low) for low in sentences]
        said: list[tuple[int, int]] = []
        stretch: list[int] = []
        number = 0  # of the stretch without a Chinese character: no name holds one
        for n, low in enumerate(sentences):
            number += 1
            for i, piece in enumerate(low):
                if "\u3400" <= piece <= "\u9fff":
                    number += 1
                elif piece[0].isalnum():
                    said.append((n, i))
                    stretch.append(number)
        pieces = np.array([_piece_hash(sentences[n][i]) for n, i in said], np.uint64)
        stretches = np.array(stretch, np.int64)
        sums = np.zeros(len(said), np.uint64)
        found: dict[str, list[tuple[int, int, int]]] = {kind: [] for kind in self.names}
        for length in range(1, min(LONGEST, len(said)) + 1):
            last = length - 1
            sums = sums[: len(said) - last] * _BASE + pieces[last:]
            inside = stretches[: len(said) - last] == stretches[last:]
            for kind, hashes in self.names.items():
                likely = np.flatnonzero(self._filters[kind][sums >> np.uint64(64 - _BITS)] & inside)
                if len(likely):
                    at = np.minimum(np.searchsorted(hashes, sums[likely]), len(hashes) - 1)
                    found[kind] += [
                        (-length, start, start + last) for start in likely[hashes[at] == sums[likely]].tolist()
                    ]
        for kind, places in found.items():
            taken = np.zeros(len(said), np.bool_)
            for _, first, final in sorted(places):
                number, begin = said[first]
                end = said[final][1]
                if taken[first : final + 1].any():
                    continue
                if hidden and hidden(" ".join(sentences[number][begin : end + 1])):
                    continue
                taken[first : final + 1] = True
                for i in range(begin, end + 1):
                    place = "U" if begin == end else "B" if i == begin else "L" if i == end else "I"
                    flags = result[number]
                    flags[i] = f"{flags[i]} {kind[0]}{place}" if flags[i] else f"{kind[0]}{place}"
        return result


def save_gazetteer(gazetteer: Gazetteer) -> bytes:
    """The file's bytes, the same for the same names."""
    buffer = BytesIO()
    for kind, hashes in sorted(gazetteer.names.items()):
        np.lib.format.write_array(buffer, np.array([kind]), allow_pickle=False)
        np.lib.format.write_array(buffer, hashes, allow_pickle=False)
    return buffer.getvalue()


@lru_cache(1)
def shipped_gazetteer() -> Gazetteer:
    """The gazetteer in the package."""
    raw = BytesIO((files("pipeline") / "resources" / FILE).read_bytes())
    size = len(raw.getbuffer())
    names = {}
    while raw.tell() < size:
        (kind,) = np.lib.format.read_array(raw, allow_pickle=False).tolist()
        names[str(kind)] = np.asarray(np.lib.format.read_array(raw, allow_pickle=False), np.uint64)
    return Gazetteer(names)


def _hash_of(name: str) -> int:
    total = 0
    for piece in cut(name):
        if piece[0].isalnum():
            total = (total * int(_BASE) + _piece_hash(piece.lower())) & 0xFFFF_FFFF_FFFF_FFFF
    return total


@lru_cache(1 << 16)
def _piece_hash(piece: str) -> int:
    return int.from_bytes(hashlib.blake2b(piece.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
