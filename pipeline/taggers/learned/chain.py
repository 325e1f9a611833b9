"""A linear chain over pieces (a conditional random field of first order), applied: rows of weights, added up.

J. Lafferty, A. McCallum, F. Pereira: Conditional random fields (2001). It is trained with CRFsuite (see
`pipeline.training.train`); applying it is done here on arrays, for all sentences of a document at once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

LABELS = ("O", "B", "I", "L", "U")
"""Outside a name; its beginning, inside, last piece; a name of one piece (unit)."""
_O, _B, _I, _L, _U = range(5)
_AFTER = {_O: (_O, _B, _U), _B: (_I, _L), _I: (_I, _L), _L: (_O, _B, _U), _U: (_O, _B, _U)}
_NEVER = -1e4
REACH = 3
"""How far a feature of one piece may speak for another."""
APART = "\x1f"
"""Stands between the texts of a feature that is made of several."""
_MOST = 150_000  # items of a group that are remembered; when there are more, all of the group are forgotten
_ODD = np.uint64(0x9E3779B97F4A7C15)
_FACTORS = tuple(np.uint64(n) for n in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93))
_DOUBT = 0.01  # so far (as a logarithm of odds) below being named, a piece is no longer looked at
_AROUND = 24  # pieces on both sides of a name that are looked at for others in its place; they change .01 at the most

_Item = TypeVar("_Item", bound=Hashable)
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
    """64-bit hashes of features: models hold these instead of the strings.

    That of a feature of several texts (see APART) is put together from theirs, see `composed`.
    """
    digests = b"".join([blake2b(f.encode("utf-8", "surrogatepass"), digest_size=8).digest() for f in features])
    result = np.frombuffer(digests, "<u8")
    several = [at for at, feature in enumerate(features) if APART in feature]
    if several:
        result = result.copy()
        for at in several:
            name, _, texts = features[at].partition("=")
            result[at] = composed(name, [hashed([text]) for text in texts.split(APART)])[0]
    return result


def composed(name: str, texts: Sequence[Keys]) -> Keys:
    """Hashes of features of several texts, given the hashes of the first ones, the second ones …"""
    total = np.full_like(texts[0], hashed([name])[0])
    for factor, hashes in zip(_FACTORS[: len(texts)], texts, strict=True):
        total += (hashes ^ (total >> np.uint64(32))) * factor
    return total


def keyed(hashes: Keys, offsets: Numbers | int) -> Keys:
    """Keys of features that speak for a piece so far from their own."""
    return (hashes ^ np.asarray(offsets + REACH + 1).astype(np.uint64)) * _ODD


class Fresh(NamedTuple):
    """What new items of a group have as features: an item's number, the offset's place, and the key of each."""

    owners: Numbers
    slots: Numbers
    keys: Keys


class Vocabulary:
    """Numbers for items, and the keys of their features: made once for all the chains that read a text.

    groups: what the items of a group have as features. "" is no item and has number 0.
    """

    def __init__(self, groups: Mapping[str, Callable[[Any], Features]]) -> None:
        self._groups = groups
        self._numbers: dict[str, dict[Hashable, int]] = {name: {"": 0} for name in groups}
        self._texts: dict[str, int] = {}
        self._hashes = np.zeros(0, np.uint64)
        self.fresh: dict[str, list[Fresh]] = {name: [] for name in groups}
        """All that was ever new, in order; chains remember how far they have read."""
        self.ages = dict.fromkeys(groups, 0)
        """By group, how often its items were forgotten."""

    def begin(self) -> None:
        """Forgets the items of a group when they have become too many; called before a document's."""
        for group, known in self._numbers.items():
            if len(known) - 1 > _MOST:
                self._numbers[group] = {"": 0}
                self.fresh[group] = []
                self.ages[group] += 1
        if len(self._texts) > _MOST:
            self._texts = {}
            self._hashes = np.zeros(0, np.uint64)

    def size(self, group: str) -> int:
        """How many numbers of a group are in use, 0 included."""
        return len(self._numbers[group])

    def numbers(self, group: str, items: Sequence[Hashable], layout: Layout) -> Numbered:
        """The items of a group, one for each piece of some sentences."""
        numbers, new = _numbered(self._numbers[group], items)
        if new:
            self.fresh[group].append(self._features(group, new, self.size(group) - len(new)))
        at = np.flatnonzero(numbers)
        return Numbered(layout.places[at], numbers[at])

    def hashes(self, texts: Sequence[str]) -> Keys:
        """The hashes of some texts, of which features of several are put together."""
        numbers, new = _numbered(self._texts, texts)
        if new:
            self._hashes = np.concatenate([self._hashes, hashed(new)])
        return self._hashes[numbers]

    def _features(self, group: str, items: Sequence[Hashable], first: int) -> Fresh:
        known: dict[str, int] = {}  # many items have the same shapes and endings
        which: list[int] = []
        owners: list[int] = []
        offsets: list[Sequence[int]] = []
        made = self._groups[group]
        for number, item in enumerate(items, first):
            for feature, places in made(item):
                which.append(known.setdefault(feature, len(known)))
                owners.append(number)
                offsets.append(places)
        counts = np.fromiter(map(len, offsets), np.int64, len(offsets))
        places_of = np.fromiter(chain.from_iterable(offsets), np.int64, int(counts.sum()))
        hashes = hashed(list(known))[np.repeat(np.array(which, np.int64), counts)]
        return Fresh(np.repeat(np.array(owners, np.int64), counts), places_of + REACH, keyed(hashes, places_of))


def _numbered(known: dict[_Item, int], items: Sequence[_Item]) -> tuple[Numbers, list[_Item]]:
    """The numbers of items, and those that are new: they get the next numbers, in the order in which they come."""
    found = list(map(known.get, items))
    new: list[_Item] = []
    if None in found:
        new = list(dict.fromkeys(items[at] for at, number in enumerate(found) if number is None))
        known.update(zip(new, range(len(known), len(known) + len(new)), strict=True))
        found = list(map(known.get, items))
    return np.array(found, np.int64), new


class Numbered(NamedTuple):
    """Where items of a group lie in a layout, and their numbers."""

    at: Numbers
    numbers: Numbers


class Said(NamedTuple):
    """What is known of the pieces of some sentences: numbered items by group; and keys of features that are not
    remembered, one for each piece, with the offset that they speak for."""

    numbered: Mapping[str, Numbered]
    keys: Sequence[tuple[int, Keys]] = ()


class Layout:
    """Where the pieces of sentences stand when they lie one after the other, with room for what would be spoken over
    their ends.

    places: of each piece, in order. firsts, lasts: number of the first and last piece of each sentence that has any;
    sentences: the number of these.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = np.array(sizes, np.int64)
        self.sentences = np.flatnonzero(self.sizes)
        self.lasts = np.cumsum(self.sizes)[self.sentences] - 1
        self.firsts = self.lasts - self.sizes[self.sentences] + 1
        self.count = int(self.sizes.sum())
        self.owners = np.repeat(np.arange(len(self.sentences)), self.sizes[self.sentences])
        """For each piece the place of its sentence in `sentences`."""
        self.places = np.arange(self.count) + REACH * (1 + self.owners)
        self.total = self.count + REACH * (1 + len(self.sentences))


class Chain:
    """Weights by feature, and between labels. Never changed after construction, but for what it remembers of items.

    keys: of features (see `keyed`), ascending. weights: a row of labels for each key. vocabulary: whose numbers the
    sentences have.
    """

    def __init__(self, keys: Keys, weights: Rows, transitions: Rows, vocabulary: Vocabulary) -> None:
        self._keys, self._weights = keys, weights
        # Most of what is asked for is not there: the first bits of a key tell that of nearly all.
        self._shift = np.uint64(64 - max(len(keys), 1).bit_length() - 3)
        self._may_be = np.zeros(1 << (64 - int(self._shift)), np.bool_)
        self._may_be[keys >> self._shift] = True
        self.vocabulary = vocabulary
        self._tables: dict[str, _Table] = {}
        allowed = np.full((5, 5), _NEVER, np.float32)
        for a, after in _AFTER.items():
            allowed[a, list(after)] = 0
        self._transitions = transitions + allowed
        self._steps_at_most = self._most(self._transitions.astype(np.float64))
        at_ends = ("bos0", "bos1", "eos0", "eos1", "b")
        self._ends = {name: self._row(keyed(hashed([name]), 0)) for name in at_ends}

    def spans(self, said: Said, layout: Layout, bias: float = 0.0) -> list[Span]:
        """The most probable labelling of each sentence, as spans.

        bias: added to label O; below 0 more is found, above 0 less.
        """
        if not layout.count:
            return []
        emissions = self._flat(said, layout)
        emissions += self._ends["b"]
        emissions[layout.firsts] += self._ends["bos0"]
        emissions[layout.lasts] += self._ends["eos0"]
        several = layout.firsts < layout.lasts
        emissions[layout.firsts[several] + 1] += self._ends["bos1"]
        emissions[layout.lasts[several] - 1] += self._ends["eos1"]
        emissions[:, _O] += bias
        names = self._named(emissions, self._islands(emissions, layout))
        if not names:
            return []
        owners = layout.owners[[first for first, _ in names]].tolist()
        probabilities = self._probabilities(emissions, layout, np.array(names, np.int64)).tolist()
        return [
            Span(int(layout.sentences[owner]), first - start, last - start, round(probability, 4))
            for (first, last), owner, start, probability in zip(
                names, owners, layout.firsts[owners].tolist(), probabilities, strict=True
            )
        ]

    @staticmethod
    def _most(step: npt.NDArray[np.float64]) -> tuple[float, ...]:
        """What steps say for a name at the most, against steps outside: to its last piece; into its first or only one;
        to one inside; out of its last or only one. At a sentence's ends there is no step into or out of it.
        """
        before, behind = [_O, _L, _U], [_O, _B, _U]
        into_b, into_u = (max(0.0, float((step[before, x] - step[before, _O]).max())) for x in (_B, _U))
        out_of_l, out_of_u = (max(0.0, float((step[x, behind] - step[_O, behind]).max())) for x in (_L, _U))
        inside, one = (float(max(step[_B, x], step[_I, x]) - step[_O, _O]) for x in (_I, _L))
        return one, into_b, into_u, inside, out_of_l, out_of_u

    def _found(self, wanted: Keys) -> tuple[Numbers, Numbers]:
        """Which of some keys have weights, and where."""
        likely = np.flatnonzero(self._may_be[wanted >> self._shift])
        if not len(likely):
            return likely, likely
        asked = wanted[likely]
        at = np.minimum(np.searchsorted(self._keys, asked), len(self._keys) - 1)
        right = self._keys[at] == asked
        return likely[right], at[right]

    def _row(self, key: Keys) -> Rows:
        _, at = self._found(key)
        row: Rows = self._weights[at].sum(0)
        return row

    def _flat(self, said: Said, layout: Layout) -> Rows:
        """What the features of all pieces say of each piece."""
        flat = np.zeros((layout.total, 5), np.float32)
        for group, (places, numbers) in said.numbered.items():
            table = self._tables.get(group)
            if table is None or table.age != self.vocabulary.ages[group]:
                table = self._tables[group] = _Table(self.vocabulary.ages[group])
            self._learn(group, table)
            rows = table.rows_of(numbers)
            some = np.flatnonzero(rows)
            at, chosen = places[some] + REACH, rows[some]
            for slot, weights in table.weights():
                flat[at - slot] += weights[chosen]
        for offset, keys in said.keys:
            some, at = self._found(keys)
            flat[layout.places[some] - offset] += self._weights[at]
        rows_of_pieces: Rows = flat[layout.places]
        return rows_of_pieces

    def _learn(self, group: str, table: _Table) -> None:
        """Adds up the rows of the items that a table has not seen before."""
        fresh = self.vocabulary.fresh[group]
        table.grow(self.vocabulary.size(group))
        for owners, slots, keys in fresh[table.read :]:
            known, at = self._found(keys)
            table.add(owners[known], slots[known], self._weights[at])
        table.read = len(fresh)

    def _islands(self, emissions: Rows, layout: Layout) -> Islands:
        """The stretches of pieces that may be in names.

        A piece is outside of all names where, of the names that hold it, none comes near to saying more than labels
        outside in its place: the best such name is found by sums over the pieces, with the most that the steps into,
        inside and out of it may say.
        """
        said = (emissions - emissions[:, :1]).astype(np.float64)
        one, into_b, into_u, inside, out_of_l, out_of_u = self._steps_at_most
        begun, gone_on = said[:, _B] + into_b, said[:, _I] + inside
        ended = said[:, _L] + one + out_of_l
        # Each sentence is shifted out of the others' reach.
        shift = layout.owners * 1e7
        sums = np.cumsum(gone_on)
        opened = sums + np.maximum.accumulate(begun - sums + shift) - shift
        closed = np.full(layout.count, -np.inf)
        rest = np.maximum.accumulate((ended + sums - gone_on - shift)[::-1])[::-1] + shift
        closed[:-1] = rest[1:] - sums[:-1]
        closed[layout.lasts] = -np.inf
        gain = np.maximum(opened + closed, said[:, _U] + into_u + out_of_u)
        as_last = opened[:-1] + ended[1:]
        as_last[layout.lasts[:-1]] = -np.inf
        gain[1:] = np.maximum(gain[1:], as_last)
        may_be = gain >= -_DOUBT
        bounds = np.zeros(layout.count + 1, np.bool_)
        bounds[layout.firsts] = True
        first = may_be.copy()
        first[1:] &= ~may_be[:-1] | bounds[1:-1]
        last = may_be.copy()
        last[:-1] &= ~may_be[1:] | bounds[1:-1]
        starts, ends = np.flatnonzero(first), np.flatnonzero(last)
        owners = layout.owners[starts]
        order = np.argsort(starts - ends, kind="stable")
        at_start, at_end = starts == layout.firsts[owners], ends == layout.lasts[owners]
        return Islands(starts[order], ends[order], at_start[order], at_end[order])

    def _named(self, emissions: Rows, islands: Islands) -> list[tuple[int, int]]:
        """First and last piece of each name of the most probable labelling, in order (A. Viterbi 1967)."""
        if not len(islands.starts):
            return []
        sizes = islands.ends - islands.starts + 1
        longest, count = int(sizes[0]), len(sizes)
        steps = self._steps(emissions, islands, longest)
        active = np.searchsorted(-sizes, -np.arange(longest), "left").tolist()  # islands longer than t
        best = steps[0] + self._before(islands)
        back = np.zeros((longest, count, 5), np.uint8)
        for t in range(1, longest):
            n = active[t]
            scores = best[:n, :, None] + self._transitions
            back[t, :n] = scores.argmax(1)
            best[:n] = scores.max(1) + steps[t, :n]
        labels = np.zeros((longest, count), np.uint8)
        last = (best + self._behind(islands)).argmax(1).astype(np.uint8)
        number = np.arange(count)
        for t in range(longest - 1, -1, -1):
            n, goes_on = active[t], active[t + 1] if t + 1 < longest else 0
            if goes_on:
                labels[t, :goes_on] = back[t + 1, number[:goes_on], labels[t + 1, :goes_on]]
            labels[t, goes_on:n] = last[goes_on:n]
        at = islands.starts + np.arange(longest)[:, None]
        firsts, lasts = (np.sort(at[(labels == x) | (labels == _U)]) for x in (_B, _L))
        return list(zip(firsts.tolist(), lasts.tolist(), strict=True))

    @staticmethod
    def _steps(emissions: Rows, islands: Islands, longest: int) -> Rows:
        """What is said of the first pieces of all islands, of the second ones …; behind an island's end anything."""
        at = np.minimum(islands.starts + np.arange(longest)[:, None], len(emissions) - 1)
        steps: Rows = emissions[at]
        return steps

    def _before(self, islands: Islands) -> Rows:
        """What stepping into each label at the start of islands says: from outside, or at a sentence's begin."""
        rows = np.tile(self._transitions[_O], (len(islands.starts), 1))
        rows[islands.at_start] = [0, 0, _NEVER, _NEVER, 0]
        return rows

    def _behind(self, islands: Islands) -> Rows:
        """What stepping out of each label at the end of islands says."""
        rows = np.tile(self._transitions[:, _O], (len(islands.starts), 1))
        rows[islands.at_end] = [0, _NEVER, _NEVER, 0, 0]
        return rows

    def _probabilities(self, emissions: Rows, layout: Layout, names: Numbers) -> npt.NDArray[np.float64]:
        """How probable each name is among all that may stand in its place (forward-backward).

        names: a row of first and last piece for each.
        """
        owners = layout.owners[names[:, 0]]
        starts = np.maximum(names[:, 0] - _AROUND, layout.firsts[owners])
        ends = np.minimum(names[:, 1] + _AROUND, layout.lasts[owners])
        # None of the other names is cut.
        before = names[np.searchsorted(names[:, 1], starts), 0]
        behind = names[np.searchsorted(names[:, 0], ends, "right") - 1, 1]
        starts, ends = np.minimum(starts, before), np.maximum(ends, behind)
        order = np.argsort(starts - ends, kind="stable")
        islands = Islands(
            starts[order], ends[order], (starts == layout.firsts[owners])[order], (ends == layout.lasts[owners])[order]
        )
        sizes = islands.ends - islands.starts + 1
        longest, count = int(sizes[0]), len(sizes)
        steps = self._steps(emissions, islands, longest).astype(np.float64)
        weight = np.exp(steps - steps.max(2, keepdims=True))
        # All labellings, and those with the name: at its pieces all other labels weigh nothing.
        at = np.arange(longest)[:, None] + islands.starts
        first, last = names[order].T
        wanted = np.ones((longest, count, 5), np.bool_)
        inside = (at >= first) & (at <= last)
        wanted[inside] = False
        wanted[..., _I] |= inside & (at > first) & (at < last)
        wanted[..., _B] |= inside & (at == first) & (first < last)
        wanted[..., _L] |= inside & (at == last) & (first < last)
        wanted[..., _U] |= inside & (first == last)
        both = np.concatenate([weight, weight * wanted], axis=1).reshape(longest, 2, count, 5)
        move = np.exp(self._transitions.astype(np.float64))
        sums = both[0] * np.exp(self._before(islands).astype(np.float64))
        active = np.searchsorted(-sizes, -np.arange(longest), "left").tolist()
        for t in range(1, longest):
            n = active[t]
            sums[:, :n] = (sums[:, :n] @ move) * both[t, :, :n]
            sums[:, :n] /= sums[0, :n].sum(1)[:, None]
        total, named = (sums * np.exp(self._behind(islands).astype(np.float64))).sum(2)
        result = np.empty(count)
        result[order] = np.minimum(named / total, 1.0)
        return result


class Islands(NamedTuple):
    """Stretches of pieces, the longest first: first and last piece, and whether they are a sentence's."""

    starts: Numbers
    ends: Numbers
    at_start: npt.NDArray[np.bool_]
    at_end: npt.NDArray[np.bool_]


class _Table:
    """What the items of a group weigh: by offset, a row of labels for each number that weighs anything there."""

    def __init__(self, age: int) -> None:
        self.age = age
        """Of the items, see `Vocabulary.ages`."""
        self.read = 0
        """How many parts of the vocabulary's `fresh` are in it."""
        # Most items weigh nothing: a place in the rows for each number, place 0 being nothing, and few rows.
        self._places = np.zeros(1024, np.int32)
        self._weights: dict[int, Rows] = {}
        self._count = 1

    def weights(self) -> Iterator[tuple[int, Rows]]:
        """The rows by the offsets' places, in order: sums must not depend on what was read."""
        yield from sorted(self._weights.items(), key=itemgetter(0))

    def rows_of(self, numbers: Numbers) -> npt.NDArray[np.int32]:
        """The places of some numbers in the rows; 0 for those that weigh nothing."""
        places: npt.NDArray[np.int32] = self._places[numbers]
        return places

    def add(self, numbers: Numbers, slots: Numbers, weights: Rows) -> None:
        """Adds weights, by number and offset's place, of numbers that were not in the table before."""
        new, which = np.unique(numbers, return_inverse=True)
        self._places[new] = np.arange(self._count, self._count + len(new))
        self._count += len(new)
        for slot in np.unique(slots).tolist():
            self._weights.setdefault(slot, np.zeros((0, 5), np.float32))
        for slot, known in self._weights.items():
            some = slots == slot
            rows = np.zeros((self._count - len(known), 5), np.float32)
            np.add.at(rows, which[some] + (len(rows) - len(new)), weights[some])
            self._weights[slot] = np.concatenate([known, rows])

    def grow(self, size: int) -> None:
        """Makes room for so many numbers."""
        if size > len(self._places):
            self._places = np.pad(self._places, (0, max(size, 2 * len(self._places)) - len(self._places)))
