"""A linear chain over pieces (a conditional random field of first order), applied: rows of weights, added up.

J. Lafferty, A. McCallum, F. Pereira: Conditional random fields (2001). It is trained with CRFsuite (see
`pipeline.training.train`); applying it is done here on arrays, for all sentences of a document at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

LABELS = ("O", "B", "I", "L", "U")
"""Outside a name; its beginning, inside, last piece; a name of one piece (unit)."""
_O, _B, _I, _L, _U = range(5)
_AFTER = {_O: (_O, _B, _U), _B: (_I, _L), _I: (_I, _L), _L: (_O, _B, _U), _U: (_O, _B, _U)}
_NEVER = -1e4
REACH = 3
"""How far a feature of one piece may speak for another."""
_OFFSETS = tuple(range(-REACH, REACH + 1))
_MOST = 400_000  # items kept with their rows; more are looked up anew

Rows = npt.NDArray[np.float32]
Features = Iterator[tuple[str, Sequence[int]]]


class Span(NamedTuple):
    """First and last piece of a name in a sentence, and how probable it is."""

    sentence: int
    first: int
    last: int
    probability: float


def hashed(features: Sequence[str]) -> npt.NDArray[np.uint64]:
    """64-bit hashes of features: models hold these instead of the strings."""
    digests = b"".join(hashlib.blake2b(f.encode("utf-8", "surrogatepass"), digest_size=8).digest() for f in features)
    return np.frombuffer(digests, "<u8")


class Chain:
    """Weights by feature, and between labels. Never changed after construction, but for what it remembers of items.

    keys: hashes of features "OFFSET:FEATURE", ascending. weights: a row of labels for each key. groups: what the items
    of a group have as features.
    """

    def __init__(
        self,
        keys: npt.NDArray[np.uint64],
        weights: Rows,
        transitions: Rows,
        groups: Mapping[str, Callable[[Hashable], Features]],
    ) -> None:
        self._keys, self._weights = keys, weights
        self._groups = groups
        self._tables = {name: _Table() for name in groups}
        allowed = np.full((5, 5), _NEVER, np.float32)
        for a, after in _AFTER.items():
            allowed[a, list(after)] = 0
        self._transitions = transitions + allowed
        self._ends = {place: self._row(f"0:{place}") for place in ("bos0", "bos1", "eos0", "eos1", "b")}

    def spans(self, sentences: Sequence[Mapping[str, Sequence[Hashable]]], bias: float = 0.0) -> list[Span]:
        """The most probable labelling of each sentence, as spans.

        sentences: items by group. bias: added to label O; below 0 more is found, above 0 less.
        """
        sizes = np.array([len(next(iter(s.values()))) for s in sentences], np.int64)
        filled = np.flatnonzero(sizes)
        order = filled[np.argsort(-sizes[filled], kind="stable")]
        if not len(order):
            return []
        emissions = self._emissions([sentences[i] for i in order], sizes[order])
        emissions[..., _O] += bias
        return sorted(self._decoded(emissions, sizes[order], order))

    def _row(self, feature: str) -> Rows:
        row: Rows = self._rows([feature])[0]
        return row

    def _rows(self, features: Sequence[str]) -> Rows:
        wanted = hashed(features)
        if not len(self._keys):
            return np.zeros((len(wanted), 5), np.float32)
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        rows: Rows = self._weights[at] * (self._keys[at] == wanted)[:, None]
        return rows

    def _emissions(self, sentences: Sequence[Mapping[str, Sequence[Hashable]]], sizes: npt.NDArray[np.int64]) -> Rows:
        """Weights of the labels of every piece, [time, sentence, label]; sentences are sorted, the longest first."""
        longest = int(sizes[0])
        # Sentences lie one after the other, with room between them for what would be spoken over their ends.
        starts = np.cumsum(sizes + REACH) - sizes
        total = int(starts[-1] + sizes[-1]) + REACH
        flat = np.zeros((total, 5), np.float32)
        for name in self._groups:
            table = self._tables[name]
            table.begin()
            rows = np.zeros(total, np.int64)
            for sentence, start, size in zip(sentences, starts.tolist(), sizes.tolist(), strict=True):
                rows[start : start + size] = table.numbers(sentence[name])
            self._learn(name, table)
            used = table.used
            for slot, offset in enumerate(_OFFSETS):
                if not used[slot]:
                    continue
                part = table.rows[:, slot]
                if offset > 0:
                    flat[:-offset] += part[rows[offset:]]
                elif offset < 0:
                    flat[-offset:] += part[rows[:offset]]
                else:
                    flat += part[rows]
        result = np.zeros((longest, len(sentences), 5), np.float32)
        for number, (start, size) in enumerate(zip(starts.tolist(), sizes.tolist(), strict=True)):
            result[:size, number] = flat[start : start + size]
            for k in (0, 1):
                if k < size:
                    result[k, number] += self._ends[f"bos{k}"]
                    result[size - 1 - k, number] += self._ends[f"eos{k}"]
        result += self._ends["b"]
        return result

    def _learn(self, group: str, table: _Table) -> None:
        """Adds up the rows of the items that a table has not seen before."""
        fresh = table.waiting()
        if not fresh:
            return
        features: list[str] = []
        owners: list[int] = []
        slots: list[int] = []
        for number, item in fresh:
            for feature, offsets in self._groups[group](item):
                for offset in offsets:
                    features.append(f"{offset}:{feature}")
                    owners.append(number)
                    slots.append(offset + REACH)
        table.grow()
        if features:
            rows = self._rows(features)
            some = np.flatnonzero(rows.any(1))
            np.add.at(table.rows, (np.array(owners)[some], np.array(slots)[some]), rows[some])
            for slot in set(np.array(slots)[some].tolist()):
                table.used[slot] = True

    def _decoded(self, emissions: Rows, sizes: npt.NDArray[np.int64], order: npt.NDArray[np.int64]) -> Iterator[Span]:
        longest, count, _ = emissions.shape
        active = [int(np.searchsorted(-sizes, -t, "left")) for t in range(longest)]  # sentences longer than t
        best = emissions[0].copy()
        back = np.zeros((longest, count, 5), np.uint8)
        best[:, (_I, _L)] = _NEVER
        for t in range(1, longest):
            n = active[t]
            scores = best[:n, :, None] + self._transitions[None]
            back[t, :n] = scores.argmax(1)
            best[:n] = scores.max(1) + emissions[t, :n]
        labels = np.zeros((longest, count), np.uint8)
        at_end = best.copy()
        at_end[:, (_B, _I)] = _NEVER
        last = at_end.argmax(1).astype(np.uint8)
        number = np.arange(count)
        for t in range(longest - 1, -1, -1):
            n = active[t]
            ends = sizes[:n] - 1 == t
            if t + 1 < longest:
                goes_on = active[t + 1]
                labels[t, :goes_on] = back[t + 1, number[:goes_on], labels[t + 1, :goes_on]]
            labels[t, :n][ends] = last[:n][ends]
        named = np.flatnonzero((labels != _O).any(0))
        if not len(named):
            return
        probability = self._probabilities(emissions[:, named], sizes[named])
        for column, sentence in enumerate(named.tolist()):
            start = 0
            for t, label in enumerate(labels[: sizes[sentence], sentence].tolist()):
                if label in (_B, _U):
                    start = t
                if label in (_L, _U):
                    yield Span(int(order[sentence]), start, t, round(probability(column, start, t), 4))

    def _probabilities(self, emissions: Rows, sizes: npt.NDArray[np.int64]) -> Callable[[int, int, int], float]:
        """A function that gives the probability of a span: sentence, first and last piece (forward-backward)."""
        longest, count, _ = emissions.shape
        move = np.exp(self._transitions.astype(np.float64))
        weight = np.exp(emissions.astype(np.float64) - emissions.max(2, keepdims=True))
        active = [int(np.searchsorted(-sizes, -t, "left")) for t in range(longest)]
        forward = np.zeros((longest, count, 5))
        scale = np.ones((longest, count))
        begin = weight[0].copy()
        begin[:, (_I, _L)] = 0
        scale[0] = begin.sum(1)
        forward[0] = begin / scale[0][:, None]
        for t in range(1, longest):
            n = active[t]
            step = (forward[t - 1, :n] @ move) * weight[t, :n]
            scale[t, :n] = step.sum(1)
            forward[t, :n] = step / scale[t, :n, None]
        backward = np.zeros((longest, count, 5))
        close = np.array([1.0, 0, 0, 1, 1])
        total = np.zeros(count)
        for t in range(longest - 1, -1, -1):
            n = active[t]
            if t + 1 < longest:
                m = active[t + 1]
                backward[t, :m] = ((weight[t + 1, :m] * backward[t + 1, :m]) @ move.T) / scale[t + 1, :m, None]
            ends = np.flatnonzero(sizes[:n] - 1 == t)
            backward[t, ends] = close
            total[ends] = forward[t, ends] @ close

        def probability(sentence: int, first: int, last: int) -> float:
            path = [_U] if first == last else [_B, *[_I] * (last - first - 1), _L]
            value = forward[first, sentence, path[0]]
            for t, (a, b) in enumerate(pairwise(path), first + 1):
                value *= move[a, b] * weight[t, sentence, b] / scale[t, sentence]
            return float(min(1.0, value * backward[last, sentence, path[-1]] / total[sentence]))

        return probability


class _Table:
    """Items of a group by number, and what they weigh: [item, offset, label]. Number 0 is no item."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._waiting: list[tuple[int, Hashable]] = []
        self.rows = np.zeros((1024, len(_OFFSETS), 5), np.float32)
        self.used = [False] * len(_OFFSETS)

    def numbers(self, items: Sequence[Hashable]) -> list[int]:
        """The numbers of some items, new ones included; `waiting` gives these back."""
        known = self._numbers
        result = []
        for item in items:
            number = known.get(item)
            if number is None:
                number = known[item] = len(known) + 1
                self._waiting.append((number, item))
            result.append(number)
        return result

    def begin(self) -> None:
        """Forgets all items when they have become too many; called before a document's."""
        if len(self._numbers) > _MOST:
            self._numbers.clear()
            self.rows = np.zeros((1024, len(_OFFSETS), 5), np.float32)

    def waiting(self) -> list[tuple[int, Hashable]]:
        """The items that have no row yet, once."""
        fresh, self._waiting = self._waiting, []
        return fresh

    def grow(self) -> None:
        """Makes room for a row for each item."""
        if len(self._numbers) >= len(self.rows):
            more = np.zeros((max(len(self._numbers) + 1, 2 * len(self.rows)), len(_OFFSETS), 5), np.float32)
            more[: len(self.rows)] = self.rows
            self.rows = more
