"""Mentions by trained models: all layers of a language, over one extraction of features."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from pipeline.document import Document, Mention
from pipeline.lexicon import Lexicon
from pipeline.taggers.learned.chain import (
    Chain,
    Groups,
    Keys,
    Layout,
    Numbered,
    Said,
    Span,
    Vocabulary,
    composed,
    keyed,
)
from pipeline.taggers.learned.features import GROUPS, JOINTS, Extractor, Items
from pipeline.taggers.learned.model import Model
from pipeline.taggers.learned.surfaces import Counts, Surfaces

_SHORTEST = 2  # characters of a name that is found again


class LearnedTagger:
    """Tags the sentences of one language with a model for each layer. Never changed after construction.

    guideline: whose boundaries and names; None, and for models that do not know it: each model's default.
    """

    def __init__(self, models: Sequence[Model], lexicon: Lexicon, *, guideline: str | None = None) -> None:
        self.langs = {m.lang for m in models}
        self._extract = Extractor(lexicon)
        self._texts = Texts()
        self._layers = [LayerTagger(m, guideline, self._texts) for m in models]

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers it tags."""
        return tuple(layer.model.layer for layer in self._layers)

    def tag(self, doc: Document) -> list[Mention]:
        """Mentions without ids and concepts, a probability as `score`, in the sentences of the models' language."""
        sentences = [s for s in doc.sentences if s.lang in self.langs]
        if not sentences:
            return []
        items = self._extract(doc, sentences)
        text = self._texts.numbered(items)
        return [m for layer in self._layers for m in layer.mentions(doc, text)]


class Text(NamedTuple):
    """Sentences as chains read them: their items, and what all layers share of them."""

    items: Sequence[Items]
    layout: Layout
    said: Said


class Texts:
    """Numbers the items of texts, once for all layers."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary(GROUPS)

    def numbered(self, items: Sequence[Items]) -> Text:
        """The sentences of a document."""
        self.vocabulary.begin()
        layout = Layout([len(i.low) for i in items])
        numbered = self.numbers([i.groups() for i in items], layout)
        return Text(items, layout, Said(numbered, list(self._keys(items, layout))))

    def numbers(self, sentences: Sequence[Groups], layout: Layout) -> dict[str, Numbered]:
        """The numbers of some groups of items."""
        groups = sentences[0] if sentences else ()
        return {g: self.vocabulary.numbers(g, [item for s in sentences for item in s[g]], layout) for g in groups}

    def _keys(self, items: Sequence[Items], layout: Layout) -> Iterator[tuple[int, Keys]]:
        """The keys of the features of several texts: as of `Items.joints`, each text looked up once."""
        if not layout.count:
            return
        hashes = self.vocabulary.hashes
        low, before, after = (
            hashes(list(chain.from_iterable(column)))
            for column in zip(*((i.low, i.before, i.after) for i in items), strict=True)
        )
        ends = hashes(["$", "$$"])
        following = [low]
        for end in ends:
            shifted = np.append(following[-1][1:], end)
            shifted[layout.lasts] = end
            following.append(shifted)
        texts = {"pair": following[:2], "three": following, "around": [before, after]}
        for group, joint in JOINTS.items():
            made = composed(joint.name, texts[group])
            for offset in joint.offsets:
                yield offset, keyed(made, offset)


class LayerTagger:
    """A model at work."""

    def __init__(self, model: Model, guideline: str | None, texts: Texts) -> None:
        known = guideline if guideline is not None and guideline in model.weights else model.guidelines[0]
        self.model = model
        self._by = f"{model.name} {model.version}".strip()
        self._bias = float(model.meta.get("bias", {}).get(known, 0))
        self._again = float(model.meta.get("again", {}).get(known, 0))
        self._texts = texts
        self._chain: Chain = model.chain(known, texts.vocabulary)
        self._surfaces = model.surfaces(known)

    def mentions(self, doc: Document, text: Text) -> list[Mention]:
        """The mentions of a document, its sentences given."""
        spans = self.spans(text, self._bias)
        if self._again:
            spans = said_again(doc, text.items, spans, self._again)
        found = []
        for span in spans:
            start, end = bounds(text.items, span)
            found.append(Mention("", start, end, self.model.layer, by=self._by, score=span.probability))
        return found

    def spans(self, text: Text, bias: float) -> list[Span]:
        """What the chain alone finds; bias: as of `Chain.spans`."""
        own = [i.groups_of_layer(self._surfaces.flags(i.low)) for i in text.items]
        numbered = {**text.said.numbered, **self._texts.numbers(own, text.layout)}
        return self._chain.spans(text.said._replace(numbered=numbered), text.layout, bias)


def bounds(items: Sequence[Items], span: Span) -> tuple[int, int]:
    """Start and end of a span in its document's text."""
    pieces = items[span.sentence].pieces
    return pieces.starts[span.first], pieces.ends[span.last]


def said_again(doc: Document, items: Sequence[Items], spans: Sequence[Span], least: float) -> list[Span]:
    """The spans, and the other places of a document where the same names stand.

    A name of a document is found wherever it stands when the sum of its probabilities is at least this share of its
    places. Letter case must be the same.
    """
    found: dict[str, list[Span]] = defaultdict(list)
    words: dict[str, str] = {}
    for span in spans:
        name = doc.text[slice(*bounds(items, span))]
        found[name].append(span)
        words[name] = " ".join(items[span.sentence].low[span.first : span.last + 1])
    places: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    finder = Surfaces(dict.fromkeys(words.values(), Counts(1, 1)))
    for number, item in enumerate(items):
        for first, last, _ in finder.places(item.low):
            start, end = item.pieces.starts[first], item.pieces.ends[last]
            if not (_joined(doc.text, start) or _joined(doc.text, end)):
                places[doc.text[start:end]].append((number, first, last))
    taken = {(s.sentence, at) for s in spans for at in range(s.first, s.last + 1)}
    result = list(spans)
    for name in sorted(found, key=lambda name: (-len(name), name)):
        sure = sum(span.probability for span in found[name]) / max(len(places[name]), len(found[name]))
        if len(name) < _SHORTEST or sure < least:
            continue
        for number, first, last in places[name]:
            spot = [(number, at) for at in range(first, last + 1)]
            if taken.isdisjoint(spot):
                taken.update(spot)
                result.append(Span(number, first, last, round(sure, 4)))
    return sorted(result)


def _joined(text: str, at: int) -> bool:
    """Whether the characters on both sides of a place belong to one word."""
    return 0 < at < len(text) and text[at - 1].isascii() and text[at].isascii() and (text[at - 1] + text[at]).isalnum()
