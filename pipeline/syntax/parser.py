"""Trees of sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.syntax.model import SyntaxModel, plain

_BATCH = 128  # sentences that are parsed at once; more are no faster

Bounds = Sequence[tuple[int, int]]
"""First and last offset of each token of a sentence."""


class Tree(NamedTuple):
    """A sentence's syntax, token by token. heads: index of each token's head, its own for the root."""

    heads: tuple[int, ...]
    labels: tuple[str, ...]
    tags: tuple[str, ...]
    lemmas: tuple[str, ...]


class Parser:
    """A model at work. Never changed after construction."""

    def __init__(self, model: SyntaxModel) -> None:
        self.made_by = f"{model.name} {model.meta.get('version', '')}".strip()
        self._nlp = model.nlp
        self._lemma = model.lemmas.lemma

    def trees(self, sentences: Sequence[tuple[str, Bounds]]) -> Iterator[Tree]:
        """The tree of each sentence, given as a text and the tokens in it that are the sentence's; each has one root.

        What a sentence's tree is does not depend on the others.
        """
        docs = (plain(self._nlp, text, bounds, whole=True) for text, bounds in sentences)
        for doc in self._nlp.pipe(docs, batch_size=_BATCH):
            tags = tuple(t.tag_ for t in doc)
            yield Tree(
                tuple(t.head.i for t in doc),
                tuple(t.dep_ for t in doc),
                tags,
                tuple(self._lemma(t.text, tag) for t, tag in zip(doc, tags, strict=True)),
            )

    def ends(self, text: str, bounds: Bounds) -> Iterator[int]:
        """Offsets at which sentences end in a text of several, given its tokens."""
        doc = self._nlp(plain(self._nlp, text, bounds))
        for sentence in doc.sents:
            yield bounds[sentence.end - 1][1]
