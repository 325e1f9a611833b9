"""A linear chain over pieces (a conditional random field of first order), applied: rows of weights, added up.

J. Lafferty, A. McCallum, F. Pereira: Conditional random fields (2001). It is trained with CRFsuite (see
`pipeline.training.train`); applying it is done here on arrays, for all sentences of a document at once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import Any, NamedTuple

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
_MOST = 150_000  # items of a group that are remembered; when there are more, all of the group are forgotten
_ODD = np.uint64(0x9E3779B97F4A7C15)

Rows = npt.NDArray[np.float32]
Keys = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]
Features = Iterator[tuple[str, Sequence[int]]]
Groups = Mapping[str, Sequence[Hashable]]
"""The items of a sentence by group, one for each piece."""


class Span(NamedTuple):
    """First and last piece of a name in a sentence, and how probable it is."""

    sentence: int
    first: int
    last: int
    probability: float


def hashed(features: Sequence[str]) -> Keys:
    """64-bit hashes of features: models hold these instead of the strings."""
    digests = b"".join([blake2b(f.encode("utf-8", "surrogatepass"), digest_size=8).digest() for f in features])
    return np.frombuffer(digests, "<u8")


def keyed(hashes: Keys, offsets: Numbers) -> Keys:
    """Keys of features that speak for a piece so far from their own."""
    return (hashes ^ (offsets + REACH + 1).astype(np.uint64)) * _ODD


class Fresh(NamedTuple):
    """What new items of a group have as features: an item's number, the offset's place, and the key of each."""

    owners: Numbers
    slots: Numbers
    keys: Keys


class Vocabulary:
    """Numbers for items, and the keys of their features: made once for all the chains that read a text.

    groups: what the items of a group have as features. Number 0 is no item.
    """

    def __init__(self, groups: Mapping[str, Callable[[Any], Features]]) -> None:
        self._groups = groups
        self._numbers: dict[str, dict[Hashable, int]] = {name: {} for name in groups}
        self.fresh: dict[str, list[Fresh]] = {name: [] for name in groups}
        """All that was ever new, in order; chains remember how far they have read."""
        self.ages = dict.fromkeys(groups, 0)
        """By group, how often its items were forgotten."""

    def begin(self) -> None:
        """Forgets the items of a group when they have become too many; called before a document's."""
        for group, known in self._numbers.items():
            if len(known) > _MOST:
                known.clear()
                self.fresh[group] = []
                self.ages[group] += 1

    def size(self, group: str) -> int:
        """How many numbers of a group are in use, 0 included."""
        return len(self._numbers[group]) + 1

    def numbers(self, group: str, sentences: Sequence[Sequence[Hashable]], layout: Layout) -> Numbers:
        """The numbers of the items of some sentences, laid out one sentence after the other."""
        known = self._numbers[group]
        new: list[Hashable] = []
        result = np.zeros(layout.total, np.int64)
        for items, start in zip(sentences, layout.starts, strict=True):
            some = []
            for item in items:
                number = known.get(item)
                if number is None:
                    number = known[item] = len(known) + 1
                    new.append(item)
                some.append(number)
            result[start : start + len(some)] = some
        if new:
            self.fresh[group].append(self._features(group, new, len(known) - len(new) + 1))
        return result

    def _features(self, group: str, items: Sequence[Hashable], first: int) -> Fresh:
        features: list[str] = []
        owners: list[int] = []
        owner_of: list[int] = []
        offsets: list[int] = []
        made = self._groups[group]
        for number, item in enumerate(items, first):
            for feature, places in made(item):
                owner_of.extend([len(features)] * len(places))
                offsets.extend(places)
                owners.append(number)
                features.append(feature)
        which = np.array(owner_of, np.int64)
        places_of = np.array(offsets, np.int64)
        if not features:
            return Fresh(which, places_of, np.zeros(0, np.uint64))
        keys = keyed(hashed(features)[which], places_of)
        return Fresh(np.array(owners, np.int64)[which], places_of + REACH, keys)


class Layout:
    """Where the pieces of sentences stand when they lie one after the other, with room for what would be spoken over
    their ends."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = np.array(sizes, np.int64)
        ends = np.cumsum(self.sizes + REACH)
        self.starts: list[int] = (ends - self.sizes).tolist()
        self.total = int(ends[-1]) + REACH if len(ends) else REACH


class Chain:
    """Weights by feature, and between labels. Never changed after construction, but for what it remembers of items.

    keys: of features (see `keyed`), ascending. weights: a row of labels for each key. vocabulary: whose numbers the
    sentences have.
    """

    def __init__(self, keys: Keys, weights: Rows, transitions: Rows, vocabulary: Vocabulary) -> None:
        self._keys, self._weights = keys, weights
        self.vocabulary = vocabulary
        self._tables: dict[str, _Table] = {}
        allowed = np.full((5, 5), _NEVER, np.float32)
        for a, after in _AFTER.items():
            allowed[a, list(after)] = 0
        self._transitions = transitions + allowed
        at_ends = ("bos0", "bos1", "eos0", "eos1", "b")
        rows = self._rows(keyed(hashed(at_ends), np.zeros(len(at_ends), np.int64)))
        self._ends = dict(zip(at_ends, rows, strict=True))

    def spans(self, numbers: Mapping[str, Numbers], layout: Layout, bias: float = 0.0) -> list[Span]:
        """The most probable labelling of each sentence, as spans.

        numbers: of the items by group. bias: added to label O; below 0 more is found, above 0 less.
        """
        filled = np.flatnonzero(layout.sizes)
        if not len(filled):
            return []
        order = filled[np.argsort(-layout.sizes[filled], kind="stable")]
        flat = self._flat(numbers, layout.total)
        sizes = layout.sizes[order]
        emissions = np.zeros((int(sizes[0]), len(order), 5), np.float32)
        for column, sentence in enumerate(order.tolist()):
            start, size = layout.starts[sentence], int(layout.sizes[sentence])
            emissions[:size, column] = flat[start : start + size]
            for k in (0, 1):
                if k < size:
                    emissions[k, column] += self._ends[f"bos{k}"]
                    emissions[size - 1 - k, column] += self._ends[f"eos{k}"]
        emissions += self._ends["b"]
        emissions[..., _O] += bias
        return sorted(self._decoded(emissions, sizes, order))

    def _rows(self, wanted: Keys) -> Rows:
        if not len(self._keys):
            return np.zeros((len(wanted), 5), np.float32)
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        rows: Rows = self._weights[at] * (self._keys[at] == wanted)[:, None]
        return rows

    def _flat(self, numbers: Mapping[str, Numbers], total: int) -> Rows:
        """What the features of all pieces say of each piece."""
        flat = np.zeros((total, 5), np.float32)
        for group, rows in numbers.items():
            table = self._tables.get(group)
            if table is None or table.age != self.vocabulary.ages[group]:
                table = self._tables[group] = _Table(self.vocabulary.ages[group])
            self._learn(group, table)
            for slot in table.used:
                offset = slot - REACH
                said = table.of(slot, rows)
                if offset > 0:
                    flat[:-offset] += said[offset:]
                elif offset < 0:
                    flat[-offset:] += said[:offset]
                else:
                    flat += said
        return flat

    def _learn(self, group: str, table: _Table) -> None:
        """Adds up the rows of the items that a table has not seen before."""
        fresh = self.vocabulary.fresh[group]
        table.grow(self.vocabulary.size(group))
        for owners, slots, keys in fresh[table.read :]:
            at = np.minimum(np.searchsorted(self._keys, keys), max(len(self._keys) - 1, 0))
            known = np.flatnonzero(self._keys[at] == keys) if len(self._keys) else np.zeros(0, np.int64)
            for slot in np.unique(slots[known]).tolist():
                some = known[slots[known] == slot]
                table.add(slot, owners[some], self._weights[at[some]])
        table.read = len(fresh)

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
    """What the items of a group weigh: by offset, a row of labels for each number that weighs anything there."""

    def __init__(self, age: int) -> None:
        self.age = age
        """Of the items, see `Vocabulary.ages`."""
        self.read = 0
        """How many parts of the vocabulary's `fresh` are in it."""
        self._size = 1024
        # Most items weigh nothing: a place in the rows for each number, place 0 being nothing, and few rows.
        self._places: dict[int, npt.NDArray[np.int32]] = {}
        self._rows: dict[int, Rows] = {}

    @property
    def used(self) -> tuple[int, ...]:
        """The offsets' places for which any item weighs anything, in order: sums must not depend on what was read."""
        return tuple(sorted(self._rows))

    def of(self, slot: int, numbers: Numbers) -> Rows:
        """The rows of some numbers for an offset's place."""
        rows: Rows = self._rows[slot][self._places[slot][numbers]]
        return rows

    def add(self, slot: int, numbers: Numbers, weights: Rows) -> None:
        """Adds weights to the rows of numbers that were not in the table before."""
        if slot not in self._rows:
            self._places[slot] = np.zeros(self._size, np.int32)
            self._rows[slot] = np.zeros((1, 5), np.float32)
        new, which = np.unique(numbers, return_inverse=True)
        sums = np.zeros((len(new), 5), np.float32)
        np.add.at(sums, which, weights)
        self._places[slot][new] = np.arange(len(new)) + len(self._rows[slot])
        self._rows[slot] = np.concatenate([self._rows[slot], sums])

    def grow(self, size: int) -> None:
        """Makes room for so many numbers."""
        if size > self._size:
            more = max(size, 2 * self._size) - self._size
            self._size += more
            self._places = {slot: np.pad(places, (0, more)) for slot, places in self._places.items()}
