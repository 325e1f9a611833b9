"""The relations of a sentence by a trained classifier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.document import Document, Mention, Relation, Sentence
from pipeline.relations.learned.features import EVERYWHERE, Pairs, Part, features_of, hashed
from pipeline.relations.learned.model import CLASSES, COLUMNS, RelationModel, Scorer, best_of, flagged, probabilities
from pipeline.relations.learned.paths import Paths
from pipeline.relations.learned.scene import Scene, scene
from pipeline.relations.polarity import SIGNS
from pipeline.relations.triggers import TRIGGER_KINDS

_MOST = 100_000  # parts whose weights are remembered; when there are more, all are forgotten
_DEFAULT = 0.5  # of a model that was trained without a development part
_LIKELY = 0.03
"""How probable a relation of a pair must be by its first features for the others to be asked. So nearly half of the
pairs are left early; of 1,374 relations found in the development passages twenty are lost with them, few of them right.
"""
_OPEN = 0.05
"""How probable a relation of some pair must be without the tree for the sentence to be parsed. In five folds of CG
parsing all sentences gave no better F1; 0.1 cost 0.4 points of it."""


class Reading(NamedTuple):
    """The pairs of a sentence, what their features weigh, and the probabilities that this gives.

    open: whether the sentence's tree is to be asked.
    """

    scene: Scene
    pairs: list[tuple[int, int]]
    sums: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]
    open: bool


class PairTagger:
    """A model at work. Never changed after construction, but for what it remembers.

    guideline: whose reading; None, or one that the model does not know: the model's default.
    """

    def __init__(self, model: RelationModel, guideline: str | None = None) -> None:
        known = guideline if guideline is not None and guideline in model.weights else model.guidelines[0]
        self._by = f"{model.name} {model.version}".strip()
        self._syntax = bool(model.syntax)
        self._score = Scorer(model.weights[known])
        self._known: dict[Part, npt.NDArray[np.float64]] = {}
        self._threshold = float(model.meta.get("threshold", {}).get(known, _DEFAULT))

    def read(self, doc: Document, sentences: Sequence[tuple[Sentence, list[Mention]]]) -> dict[int, Reading]:
        """What is known of the pairs of sentences without their trees, by where a sentence begins.

        All are looked at together: what a sentence takes by itself is mostly the calling. Sentences in which nothing
        can be related are left out.
        """
        seen = {s.start: found for s, mentions in sentences if (found := scene(doc, s, mentions))}
        of = [Pairs(found) for found in seen.values()]
        pairs = [(p, i, j) for p in of for i, j in p.scene.pairs()]
        sums = self._sums([p.first(i, j) for p, i, j in pairs]) + self._score.intercept
        likely = np.flatnonzero(1 - probabilities(sums)[:, 0] >= min(_LIKELY, self._threshold))
        sums[likely] += self._sums([p.rest(i, j) for p, i, j in (pairs[at] for at in likely)])
        scores = probabilities(sums)
        result, begin = {}, 0
        for start, found in seen.items():
            own = list(found.pairs())
            part = slice(begin, begin := begin + len(own))
            open_ = self._syntax and bool((1 - scores[part, 0] >= _OPEN).any())
            result[start] = Reading(found, own, sums[part], scores[part], open_)
        return result

    def _sums(self, pairs: Sequence[Sequence[Part]]) -> npt.NDArray[np.float64]:
        """What some features of each pair weigh together."""
        if not len(pairs):
            return np.zeros((0, COLUMNS))
        if len(self._known) > _MOST:
            self._known.clear()
        places: dict[Part, int] = {}
        of_pairs = [places.setdefault(part, len(places)) for parts in pairs for part in parts]
        rows = np.zeros((len(places), COLUMNS))
        new = []
        for part, at in places.items():
            if (row := self._known.get(part)) is not None:
                rows[at] = row
            else:
                new.append(part)
        added = [places[part] for part in new]
        rows[added] = self._score.sums([hashed(features_of(part)) for part in new], intercept=False)
        self._known.update(
            (part, rows[at].copy()) for part, at in zip(new, added, strict=True) if part[0] in EVERYWHERE
        )
        starts = np.cumsum([0, *map(len, pairs)])[:-1]
        sums: npt.NDArray[np.float64] = np.add.reduceat(rows[of_pairs], starts, axis=0)
        return sums

    def relations(self, reading: Reading, paths: Paths | None = None) -> Iterator[Relation]:
        """The relations of a sentence, without ids, in the order of the earlier and the later mention.

        `score` is the probability of this type and direction. paths: of the sentence's tree, where the reading is open.
        """
        seen, scores = reading.scene, reading.scores
        if paths is not None:
            keys = [hashed(dict.fromkeys(paths.features(i, j))) for i, j in reading.pairs]
            scores = probabilities(reading.sums + self._score.sums(keys, intercept=False))
        best, probability = best_of(scores)
        for at in np.flatnonzero(probability >= self._threshold):
            (i, j), label = reading.pairs[at], CLASSES[best[at]]
            head, tail = (j, i) if label.endswith("<") else (i, j)
            type_ = label.removesuffix("<")
            negated, speculative = (bool(f) for f in flagged(scores[at, len(CLASSES) :], np.array(seen.flags(i, j))))
            yield Relation(
                "", type_, seen.mentions[head].id, seen.mentions[tail].id, negated, speculative,
                trigger(seen, i, j, type_), self._by, round(float(probability[at]), 4),
            )  # fmt: skip


def trigger(seen: Scene, i: int, j: int, type_: str) -> str:
    """The word that states a relation of mentions `i` and `j`, as it stands in the text; "" where none is known.

    It is what the rules name; else the trigger between the two, right after them or before them, one of the same type
    before one of the same kind of relation.
    """
    for pair in ((i, j), (j, i)):
        if pair in seen.votes:
            vote = seen.votes[pair]
            return seen.doc.text[vote.start : vote.end]
    first, last = seen.at[i], seen.at[j]
    before = max((seen.at[k] for k in range(i)), default=-1)
    after = min((seen.at[k] for k in range(j + 1, len(seen.mentions))), default=len(seen.pieces))
    stretches = [range(last - 1, first, -1), range(last + 1, after), range(first - 1, before, -1)]
    known = [seen.pieces[at] for stretch in stretches for at in stretch if seen.pieces[at].kind in TRIGGER_KINDS]
    same = [p for p in known if p.type == type_] or [p for p in known if p.type in SIGNS and type_ in SIGNS]
    return seen.doc.text[same[0].start : same[0].end] if same else ""
