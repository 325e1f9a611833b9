"""Training a tagger of one layer on annotated documents of one or several guidelines.

A linear chain (CRFsuite's L-BFGS, elastic net) over the features of `pipeline.taggers.learned`. What annotated text
says of names is counted for each document without the documents of its own fold (cross-fitting), and a share of the
names that lexicon and gazetteer know is hidden in each, so that the chain trusts no list too much: else it would find
no name that none of them holds. Guidelines are trained together: every feature counts for all, and those of some
groups once more for each guideline apart (H. Daumé III: Frustratingly easy domain adaptation, 2007), so that one
corpus's boundaries do not blur another's.
"""

from __future__ import annotations

import tempfile
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pipeline.document import LAYERS, Document
from pipeline.errors import ConfigError
from pipeline.lexicon import Lexicon
from pipeline.segment import Segmenter
from pipeline.taggers.learned.chain import LABELS, Rows, Span, hashed, keyed
from pipeline.taggers.learned.features import GROUPS, JOINTS, OF_GUIDELINE, Extractor, Items
from pipeline.taggers.learned.model import Model, Weights
from pipeline.taggers.learned.surfaces import LONGEST, Counts, Surfaces, count
from pipeline.taggers.learned.tagger import LayerTagger, Texts, bounds, said_again
from pipeline.training.score import exact_spans

_BIASES = (0.0, -0.25, -0.5, -0.75, -1.0)
_AGAIN = (0.0, 0.1, 0.2, 0.4)
Corpora = Mapping[str, Sequence[Document]]
"""Annotated documents by guideline, the default one first."""


@dataclass(frozen=True)
class Options:
    """How to train. c1, c2: weights of the L1 and L2 penalties; hidden: share of known names to hide in each text."""

    iterations: int = 60
    c1: float = 0.1
    c2: float = 0.1
    hidden: float = 0.25
    folds: int = 10
    seed: int = 0


class Sentence(NamedTuple):
    """A sentence to learn from: what is known of its pieces, and first and last piece of each mention."""

    items: Items
    marks: list[tuple[int, int]]


class Text(NamedTuple):
    """A document to learn from."""

    id: str
    guideline: str
    sentences: list[Sentence]


def train(
    layer: str,
    lang: str,
    corpora: Corpora,
    dev: Corpora,
    lexicon: Lexicon,
    *,
    name: str,
    options: Options | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Model:
    """A model of a layer, its scores on `dev` in `meta["scores"]`.

    dev sets how much is found (bias, and from which share of its places a name is found everywhere): its figures are
    those of development data. ConfigError when there is nothing to learn from.
    """
    options = options or Options()
    if layer not in LAYERS:
        raise ConfigError(f"unknown layer {layer!r}; known: {', '.join(LAYERS)}")
    started = time.monotonic()
    segmenter, extractor = Segmenter(lexicon.chinese_names()), Extractor(lexicon)
    texts = [
        _text(segmenter.segment(doc.with_(blocks=())), guideline, layer, lang, extractor, options)
        for guideline, docs in corpora.items()
        for doc in docs
    ]
    marked = sum(len(s.marks) for t in texts for s in t.sentences)
    pieces = sum(len(s.items.low) for t in texts for s in t.sentences)
    progress(f"{len(texts)} documents, {pieces} pieces, {marked} mentions of {layer} ({_since(started)})")
    for guideline in corpora or ("no corpus",):
        if not any(s.marks for t in texts if t.guideline == guideline for s in t.sentences):
            raise ConfigError(f"{guideline}: no {layer} mention in {lang} sentences; give annotated documents")
    counts, seen = _cross_fitted(texts, options)
    weights = _learned(texts, seen, list(corpora), options, progress)
    progress(f"{len(weights[next(iter(corpora))].keys)} features ({_since(started)})")
    meta: dict[str, Any] = {"version": "1", "options": asdict(options), "lexicon": lexicon.version, "pieces": pieces}
    meta["corpora"] = {g: described(docs, layer) for g, docs in corpora.items()}
    model = Model(name, layer, lang, weights, counts, meta)
    if dev:
        segmented = {g: [segmenter.segment(d.with_(blocks=())) for d in docs] for g, docs in dev.items()}
        model = _tuned(model, segmented, lang, extractor, progress)
    return model


def _text(doc: Document, guideline: str, layer: str, lang: str, extract: Extractor, options: Options) -> Text:
    def hidden(concept: str) -> bool:
        return zlib.crc32(f"{options.seed} {doc.id} {concept}".encode()) < options.hidden * 2**32

    sentences = [s for s in doc.sentences if s.lang == lang]
    bounds = sorted((m.start, m.end) for m in doc.mentions if m.type == layer)
    result = []
    for items in extract(doc, sentences, hidden if options.hidden else None):
        begins = {at: number for number, at in enumerate(items.pieces.starts)}
        ends = {at: number for number, at in enumerate(items.pieces.ends)}
        # A mention that begins or ends inside a piece, or goes over a sentence's end, cannot be learned.
        marks = [(begins[a], ends[b]) for a, b in bounds if a in begins and b in ends]
        result.append(Sentence(items, marks))
    return Text(doc.id, guideline, result)


def _cross_fitted(
    texts: Sequence[Text], options: Options
) -> tuple[dict[str, dict[str, Counts]], list[list[list[str]]]]:
    """Counts of names by guideline; and for each text and sentence the flags by the counts of the other folds."""
    counts: dict[str, dict[str, Counts]] = {}
    flags: list[list[list[str]]] = [[] for _ in texts]
    for guideline in dict.fromkeys(t.guideline for t in texts):
        chosen = [n for n, t in enumerate(texts) if t.guideline == guideline]
        names = {
            " ".join(s.items.low[i : j + 1])
            for n in chosen
            for s in texts[n].sentences
            for i, j in s.marks
            if j - i < LONGEST
        }
        finder = Surfaces(dict.fromkeys(names, Counts(0, 0)))
        of_text = {n: count(((s.items.low, s.marks) for s in texts[n].sentences), finder) for n in chosen}
        total: dict[str, Counts] = _sum(of_text.values())
        counts[guideline] = {name: c for name, c in total.items() if c.marked}
        folds = defaultdict(list)
        for n in chosen:
            folds[zlib.crc32(f"{options.seed} {texts[n].id}".encode()) % options.folds].append(n)
        for members in folds.values():
            held = _sum(of_text[n] for n in members)
            others = {}
            for name, (marked, number) in total.items():
                out = held.get(name, Counts(0, 0))
                if marked > out.marked:
                    others[name] = Counts(marked - out.marked, number - out.total)
            surfaces = Surfaces(others)
            for n in members:
                flags[n] = [surfaces.flags(s.items.low) for s in texts[n].sentences]
    return counts, flags


def _sum(parts: Any) -> dict[str, Counts]:
    marked: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for part in parts:
        for name, c in part.items():
            marked[name] += c.marked
            total[name] += c.total
    return {name: Counts(marked[name], number) for name, number in total.items()}


def _learned(
    texts: Sequence[Text],
    seen: Sequence[Sequence[Sequence[str]]],
    guidelines: Sequence[str],
    options: Options,
    progress: Callable[[str], None],
) -> dict[str, Weights]:
    """What features weigh, by guideline."""
    import pycrfsuite  # noqa: PLC0415  (only training needs it)

    several = len(guidelines) > 1
    features = _Features()
    trainer = _trainer(pycrfsuite, progress)
    for text, flags in zip(texts, seen, strict=True):
        for sentence, flag in zip(text.sentences, flags, strict=True):
            if sentence.items.low:
                items = sentence.items
                joints = {name: list(zip(*texts, strict=True)) for name, texts in items.joints().items()}
                groups = {**items.groups(), **items.groups_of_layer(flag), **joints}
                own = f"{guidelines.index(text.guideline)}~" if several else ""
                trainer.append(features.of(groups, own), _labels(sentence))
    trainer.set_params({
        "c1": options.c1,
        "c2": options.c2,
        "max_iterations": options.iterations,
        "feature.possible_transitions": False,
    })  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "chain")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        learned = tagger.info()
        tagger.close()
    rows: dict[str, dict[str, list[float]]] = {g: {} for g in ("", *guidelines)}
    for (attribute, label), weight in learned.state_features.items():
        # Of several guidelines each has its number before its own features, and those of all have "~".
        number, _, feature = attribute.partition("~") if several else ("", "", attribute)
        guideline = guidelines[int(number)] if number else ""
        rows[guideline].setdefault(feature, [0.0] * 5)[LABELS.index(label)] = weight
    transitions = np.zeros((5, 5), np.float32)
    for (before, after), weight in learned.transitions.items():
        transitions[LABELS.index(before), LABELS.index(after)] = weight
    for guideline in guidelines:
        for feature, row in rows[""].items():
            apart = rows[guideline].get(feature)
            rows[guideline][feature] = [a + b for a, b in zip(row, apart, strict=True)] if apart else row
    return {g: _weights(rows[g], transitions) for g in guidelines}


def _trainer(pycrfsuite: Any, progress: Callable[[str], None]) -> Any:
    class Trainer(pycrfsuite.Trainer):  # type: ignore[misc]
        """Reports every tenth iteration."""

        def message(self, text: str) -> None:
            if text.startswith("***** Iteration #") and text.split("#")[1].split(maxsplit=1)[0].endswith("0"):
                progress(f"iteration {text.split('#')[1].split(maxsplit=1)[0]}")

    return Trainer(algorithm="lbfgs", verbose=True)


class _Features:
    """Features of pieces as CRFsuite takes them: strings, those of an item made once."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, Hashable], list[tuple[str, int]]] = {}

    def of(self, groups: Mapping[str, Sequence[Hashable]], own: str) -> list[list[str]]:
        """The features of each piece of a sentence; own: what those of its guideline begin with, "" for none."""
        size = len(groups["piece"])
        common = "~" if own else ""
        result = [[f"{common}0:b"] for _ in range(size)]
        for group, items in groups.items():
            apart = own if group in OF_GUIDELINE else ""
            for at, item in enumerate(items):
                for feature, offset in self._of_item(group, item) if item else ():
                    if 0 <= (to := at - offset) < size:
                        result[to].append(f"{common}{feature}")
                        if apart:
                            result[to].append(f"{apart}{feature}")
        for k in (0, 1):
            if k < size:
                result[k].append(f"{common}0:bos{k}")
                result[size - 1 - k].append(f"{common}0:eos{k}")
        return result

    def _of_item(self, group: str, item: Any) -> list[tuple[str, int]]:
        made = self._made.get((group, item))
        if made is None:
            features = GROUPS[group](item) if group in GROUPS else JOINTS[group](item)
            made = [(f"{offset}:{feature}", offset) for feature, offsets in features for offset in offsets]
            if len(self._made) > 1_000_000:
                self._made.clear()
            self._made[group, item] = made
        return made


def _labels(sentence: Sentence) -> list[str]:
    labels = ["O"] * len(sentence.items.low)
    for first, last in sentence.marks:
        labels[first : last + 1] = ["U"] if first == last else ["B", *["I"] * (last - first - 1), "L"]
    return labels


def _weights(rows: Mapping[str, list[float]], transitions: Rows) -> Weights:
    named = [feature.partition(":") for feature in rows]
    keys = keyed(hashed([f for _, _, f in named]), np.array([int(offset) for offset, _, _ in named], np.int64))
    order = np.argsort(keys)
    values = np.array(list(rows.values()), np.float32).reshape(-1, 5)
    return Weights(keys[order], values[order], transitions)


def _tuned(model: Model, dev: Corpora, lang: str, extract: Extractor, progress: Callable[[str], None]) -> Model:
    """The model with the settings that score best on dev, and its scores there by guideline."""
    tried: dict[tuple[float, float], dict[str, dict[str, float]]] = defaultdict(dict)
    for guideline, docs in dev.items():
        texts = Texts()
        tagger = LayerTagger(model, guideline, texts)
        read = [(doc, extract(doc, [s for s in doc.sentences if s.lang == lang])) for doc in docs]
        for bias in _BIASES:
            spans = [tagger.spans(texts.numbered(items), bias) for _, items in read]
            for again in _AGAIN:
                found = [
                    said_again(doc, items, some, again) if again else some
                    for (doc, items), some in zip(read, spans, strict=True)
                ]
                tried[bias, again][guideline] = _scored(model.layer, read, found)
    best = {
        guideline: max(tried, key=lambda setting, g=guideline: tried[setting][g]["f1"])  # type: ignore[misc]
        for guideline in dev
    }
    scores = {g: tried[setting][g] for g, setting in best.items()}
    for guideline, figures in scores.items():
        said = ", ".join(
            f"{name} {figures[key]:.4f}" for name, key in (("precision", "p"), ("recall", "r"), ("F1", "f1"))
        )
        progress(f"dev {guideline}: {said} (strict)")
    settings = {name: {g: setting[k] for g, setting in best.items()} for k, name in enumerate(("bias", "again"))}
    return replace(model, meta={**model.meta, **settings, "scores": scores})


def _scored(layer: str, read: Sequence[tuple[Document, list[Items]]], found: Sequence[list[Span]]) -> dict[str, float]:
    """Precision, recall and F1 of exact spans."""
    return exact_spans(
        (
            {(m.start, m.end) for m in doc.mentions if m.type == layer},
            {bounds(items, span) for span in spans},
        )
        for (doc, items), spans in zip(read, found, strict=True)
    )


def described(docs: Sequence[Document], layer: str) -> dict[str, int]:
    """What a corpus holds of a layer, for meta.json and the card."""
    return {"documents": len(docs), "mentions": sum(m.type == layer for d in docs for m in d.mentions)}


def _since(started: float) -> str:
    return f"{time.monotonic() - started:.0f} s"
