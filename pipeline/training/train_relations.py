"""Training the classifier of relations on annotated documents of one or several guidelines.

Logistic regression over hashed features of pairs of mentions (multinomial for type and direction; one of each flag,
learned from related pairs alone). Guidelines are trained together: every feature counts for all and once more for each
guideline apart (H. Daumé III: Frustratingly easy domain adaptation, 2007), so that a corpus that annotates less than
another does not blur it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.document import RELATION_TYPES, Document
from pipeline.errors import ConfigError
from pipeline.lexicon import Lexicon
from pipeline.relations.learned.features import Pairs
from pipeline.relations.learned.model import CLASSES, COLUMNS, FLAGS, RelationModel, Scorer, Weights, best_of, flagged
from pipeline.relations.learned.paths import Paths, trees_of
from pipeline.relations.learned.scene import scene
from pipeline.relations.rules import by_sentence
from pipeline.segment import Segmenter
from pipeline.syntax.parser import Parser

Scores = npt.NDArray[np.float64]
Corpora = Mapping[str, Sequence[Document]]
"""Annotated documents by guideline, the default one first."""
_THRESHOLDS = tuple(round(0.15 + 0.025 * step, 3) for step in range(25))
HIGH = 0.85
"""The documented score from which on relations are as good as certain (see the model cards)."""
_STEPS = 128  # weights are multiples of 1/128: the 150 of a pair err by 0.03 in all, and the folder is half as big
_NEVER = -20.0  # the intercept of a class that is never annotated: it is never found


@dataclass(frozen=True)
class Options:
    """How to train. c: inverse strength of the L2 penalty; least: how often a feature must occur to be learned.

    Stopped ten times as early (tolerance 1e-3), F1 was 0.5 points lower on the dev part and on real Chinese text.
    """

    c: float = 0.1
    least: int = 2
    iterations: int = 300
    tolerance: float = 1e-4


class Pair(NamedTuple):
    """Two mentions: hashes of their features, what is annotated, which flags the rules set, and their document."""

    keys: list[int]
    label: str
    flags: tuple[bool, bool]
    by_rules: tuple[bool, bool]
    document: str


def train_relations(
    lang: str,
    corpora: Corpora,
    dev: Corpora,
    lexicon: Lexicon,
    *,
    name: str,
    options: Options | None = None,
    parser: Parser | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> RelationModel:
    """A model of a language, its scores on `dev` in `meta["scores"]`. The mentions are taken as they are annotated.

    dev sets how probable a relation must be: its figures are those of development data. A guideline without dev takes
    the default one's. parser: whose trees the model is to learn with, and to be used with. ConfigError when a guideline
    has no relation to learn from.
    """
    options = options or Options()
    started = time.monotonic()
    segmenter = Segmenter(lexicon.chinese_names())
    pairs = {g: list(pairs_of(docs, lang, segmenter, parser)) for g, docs in corpora.items()}
    for guideline in corpora or ("no corpus",):
        related = sum(p.label != CLASSES[0] for p in pairs.get(guideline, ()))
        if not related:
            raise ConfigError(f"{guideline}: no relation in {lang} sentences; give annotated documents")
        progress(f"{guideline}: {len(corpora[guideline])} documents, {len(pairs[guideline])} pairs, {related} related")
    weights = fitted(pairs, options)
    progress(f"{len(weights[next(iter(corpora))].keys)} features ({time.monotonic() - started:.0f} s)")
    meta: dict[str, Any] = {"version": "1", "options": asdict(options), "lexicon": lexicon.version}
    if parser is not None:
        meta["syntax"] = parser.made_by
    meta["corpora"] = {
        g: {"documents": len(corpora[g]), "pairs": len(p), "relations": sum(x.label != CLASSES[0] for x in p)}
        for g, p in pairs.items()
    }
    meta["threshold"], meta["scores"] = {}, {}
    for guideline, docs in dev.items():
        held = list(pairs_of(docs, lang, segmenter, parser))
        gold = annotated(docs, lang, segmenter)
        scores = scored(weights[guideline], held)
        meta["threshold"][guideline], found = tuned(scores, held, gold)
        meta["scores"][guideline] = {**found, "sure": sure_by_type(scores, held)}
        progress(f"dev {guideline}: precision {found['p']:.4f}, recall {found['r']:.4f}, F1 {found['f1']:.4f}")
    default = meta["threshold"].get(next(iter(corpora)))
    if default is not None:
        meta["threshold"] = {g: meta["threshold"].get(g, default) for g in corpora}
    return RelationModel(name, lang, weights, meta)


def pairs_of(docs: Iterable[Document], lang: str, segmenter: Segmenter, parser: Parser | None = None) -> Iterator[Pair]:
    """All pairs of mentions of one sentence in this language, with what is annotated of each."""
    for doc in docs:
        for of, stated in _scenes(doc, lang, segmenter, parser):
            seen = of.scene
            for i, j in seen.pairs():
                label, flags = stated.get((i, j), (CLASSES[0], (False, False)))
                yield Pair(of.keys(i, j), label, flags, seen.flags(i, j), doc.id)


def annotated(docs: Iterable[Document], lang: str, segmenter: Segmenter) -> int:
    """How many relations are annotated in sentences of this language, those no pair stands for included."""
    count = 0
    for doc in docs:
        segmented = segmenter.segment(doc.with_(blocks=()))
        starts = {m.id: m.start for m in doc.mentions}
        places = (segmented.sentence_of(starts[r.head]) for r in doc.relations)
        count += sum(place is not None and segmented.sentences[place].lang == lang for place in places)
    return count


def _scenes(
    doc: Document, lang: str, segmenter: Segmenter, parser: Parser | None
) -> Iterator[tuple[Pairs, dict[tuple[int, int], tuple[str, tuple[bool, bool]]]]]:
    segmented = segmenter.segment(doc.with_(blocks=()))
    sentences = list(by_sentence(segmented))
    related = [s for s, mentions in sentences if s.lang == lang and len(mentions) > 1]
    trees = trees_of(parser, segmented, related) if parser is not None else {}
    for sentence, mentions in sentences:
        seen = scene(segmented, sentence, mentions) if sentence.lang == lang else None
        if seen is None:
            continue
        numbers = {m.id: n for n, m in enumerate(seen.mentions)}
        stated: dict[tuple[int, int], tuple[str, tuple[bool, bool]]] = {}
        for r in doc.relations:
            if r.head in numbers and r.tail in numbers:
                i, j = numbers[r.head], numbers[r.tail]
                back = i > j and r.type != "interacts_with"
                # Of two relations of one pair (1 in 100) the first is learned: a pair has one class.
                stated.setdefault((min(i, j), max(i, j)), (f"{r.type}{'<' * back}", (r.negated, r.speculative)))
        tree = trees.get(sentence.start)
        yield Pairs(seen, Paths(seen, sentence.tokens, tree) if tree is not None else None), stated


def fitted(pairs: Mapping[str, Sequence[Pair]], options: Options) -> dict[str, Weights]:
    """What features weigh, by guideline, as a model folder keeps it. The same pairs give the same weights."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415  (only training needs it)
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    every = [(number, p) for number, g in enumerate(pairs) for p in pairs[g]]
    keys, counts = np.unique(np.concatenate([np.array(p.keys, np.uint32) for _, p in every]), return_counts=True)
    keys = keys[counts >= options.least]
    size, several = len(keys), len(pairs) > 1
    columns: list[npt.NDArray[np.int64]] = []
    for number, p in every:
        own = np.array(sorted(set(p.keys)), np.uint32)
        at = np.searchsorted(keys, own)
        at = at[keys[np.minimum(at, size - 1)] == own] if size else at[:0]
        columns.append(np.concatenate([at, at + size * (number + 1)]) if several else at)
    starts = np.concatenate([[0], np.cumsum([len(c) for c in columns])])
    width = size * (len(pairs) + 1 if several else 1)
    known = np.concatenate(columns)
    matrix = csr_matrix((np.ones(len(known)), known, starts), shape=(len(columns), width))
    learned, intercepts = np.zeros((width, COLUMNS)), np.zeros(COLUMNS)
    intercepts[: len(CLASSES)] = _NEVER

    def learn(rows: Any, labels: Sequence[Any], column: Callable[[Any], int]) -> None:
        model = LogisticRegression(C=options.c, max_iter=options.iterations, tol=options.tolerance)
        model.fit(matrix[rows], labels)
        found = model.classes_ if len(model.classes_) > 2 else model.classes_[1:]
        for row, label in enumerate(found):
            learned[:, column(label)] = model.coef_[row]
            intercepts[column(label)] = model.intercept_[row]

    labels = [p.label for _, p in every]
    classes = sorted(set(labels), key=CLASSES.index)
    if len(classes) == 2:  # two are told apart by one row, against nothing
        intercepts[0] = 0.0
        learn(slice(None), [label == classes[1] for label in labels], lambda _: CLASSES.index(classes[1]))
    else:
        learn(slice(None), labels, CLASSES.index)
    related = np.flatnonzero([label != CLASSES[0] for label in labels])
    for number in range(len(FLAGS)):
        values = [every[at][1].flags[number] for at in related]
        column = len(CLASSES) + number
        intercepts[column] = _NEVER
        if len(set(values)) == 2:
            learn(related, values, lambda _, column=column: column)  # type: ignore[misc]
    every_row = []
    for number in range(len(pairs)):
        rows = learned[:size] + (learned[size * (number + 1) : size * (number + 2)] if several else 0)
        every_row.append(np.round(rows * _STEPS) / _STEPS)
    known_at = np.any([rows.any(axis=1) for rows in every_row], axis=0)
    keys = keys[known_at]
    return {
        guideline: Weights(keys, np.vstack([rows[known_at], intercepts]).astype(np.float16).astype(np.float32))
        for guideline, rows in zip(pairs, every_row, strict=True)
    }


def tuned(scores: Scores, pairs: Sequence[Pair], gold: int) -> tuple[float, dict[str, float]]:
    """How probable a relation must be for the best F1 on these pairs, and precision, recall and F1 there."""
    tried = {t: figures(scores, pairs, gold, t) for t in _THRESHOLDS}
    best = max(tried, key=lambda t: tried[t]["f1"])
    return best, tried[best]


def scored(weights: Weights, pairs: Sequence[Pair]) -> Scores:
    """What the scorer gives for pairs."""
    return Scorer(weights)([p.keys for p in pairs])


def sure_by_type(scores: Scores, pairs: Sequence[Pair]) -> dict[str, dict[str, float]]:
    """By type how many relations of a score from `HIGH` on are found, how many are right, and their share."""
    best, probability = best_of(scores)
    result = {}
    for type_ in RELATION_TYPES:
        of = [at for at in np.flatnonzero(probability >= HIGH) if CLASSES[best[at]].removesuffix("<") == type_]
        right = sum(pairs[int(at)].label == CLASSES[best[at]] for at in of)
        if of:
            result[type_] = {"found": len(of), "right": right, "p": round(right / len(of), 3)}
    return result


def figures(
    scores: Scores, pairs: Sequence[Pair], gold: int, threshold: float | npt.NDArray[np.float64]
) -> dict[str, float]:
    """Precision, recall and F1 of type, direction and ends at a threshold, and how often the flags are right."""
    best, probability = best_of(scores)
    found = probability >= threshold
    right = found & (np.array([CLASSES.index(p.label) for p in pairs]) == best)
    tp, predicted = int(right.sum()), int(found.sum())
    f1 = 2 * tp / (predicted + gold) if predicted + gold else 0.0
    result = {"p": round(tp / max(predicted, 1), 4), "r": round(tp / max(gold, 1), 4), "f1": round(f1, 4), "gold": gold}
    found_right = [pairs[int(at)] for at in np.flatnonzero(right)]
    for number, flag in enumerate(FLAGS):
        by_rules = np.array([p.by_rules[number] for p in found_right], bool)
        said = flagged(scores[right, len(CLASSES) + number], by_rules)
        is_so = np.array([p.flags[number] for p in found_right], bool)
        result[flag] = round(float((said == is_so).mean()), 4) if tp else 0.0
    return result
