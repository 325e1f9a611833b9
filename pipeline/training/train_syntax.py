"""Training the parser of English on sentences of a treebank.

Half of the texts have the treebank's tokens, half those of `Segmenter`, whose sentences are to be parsed; there a token
that the treebank cuts otherwise teaches nothing. The number of epochs is fixed and the rate of learning falls to
nothing over them, so that nothing is chosen on held-out sentences.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pipeline.segment import Segmenter
from pipeline.syntax.lemmas import Lemmas
from pipeline.syntax.model import PARTS, SyntaxModel, blank, part_of, plain
from pipeline.training.corpora.treebank import Parsed

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.training import Example

Article = Sequence[Parsed]
ROOT = "ROOT"
"""What spaCy's parser calls the label of a sentence's root."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to train. rate: of learning, at its highest; warm: share of the training over which it rises to that.

    batch: words that are learned from at once. run: most sentences of one text, from which the parser learns where
    sentences end.
    """

    epochs: int = 10
    rate: float = 0.002
    warm: float = 0.02
    dropout: float = 0.15
    batch: int = 800
    run: int = 4
    seed: int = 0


def train_syntax(
    articles: Sequence[Article],
    *,
    name: str,
    options: Options | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> SyntaxModel:
    """A model learned from the sentences of articles. The same articles and options give the same model."""
    from thinc.api import Adam, fix_random_seed  # noqa: PLC0415

    options = options or Options()
    started = time.monotonic()
    segmenter = Segmenter()  # imports spaCy, which may draw random numbers: before the seed is set
    fix_random_seed(options.seed)
    chance = random.Random(options.seed)  # noqa: S311
    nlp = blank()
    texts = _examples(nlp, articles, segmenter, options, chance)
    nlp.initialize(lambda: texts)
    optimizer = Adam(options.rate, L2=0.01, L2_is_weight_decay=True, grad_clip=1.0, use_averages=True)
    total = options.epochs * sum(len(e.predicted) for e in texts)
    seen = 0
    for epoch in range(options.epochs):
        if epoch:
            texts = _examples(nlp, articles, segmenter, options, chance)
        losses: dict[str, float] = {}
        for batch in _batches(texts, options.batch):
            done = seen / total
            optimizer.learn_rate = options.rate * max(min(done / options.warm, 1.0 - done), 0.01)
            nlp.update(batch, sgd=optimizer, drop=options.dropout, losses=losses)
            seen += sum(len(e.predicted) for e in batch)
        seconds = round(time.monotonic() - started)
        progress(f"epoch {epoch + 1} of {options.epochs}: loss {losses['parser']:.0f} ({seconds} s)")
    # The mean of the weights over the training does better than the last ones.
    with nlp.use_params(optimizer.averages):
        learned = {part: part_of(nlp, part).to_bytes(exclude=["vocab"]) for part in PARTS}
    for part, weights in learned.items():
        part_of(nlp, part).from_bytes(weights, exclude=["vocab"])
    words = [word for article in articles for sentence in article for word in sentence]
    meta = {
        "version": "1",
        "options": asdict(options),
        "corpus": {"articles": len(articles), "sentences": sum(map(len, articles)), "words": len(words)},
    }
    return SyntaxModel(name, nlp, Lemmas.learned((w.text, w.tag, w.lemma) for w in words), meta)


def annotated(nlp: Language, sentences: Sequence[Parsed]) -> Doc:
    """Sentences as one text with tags and dependencies, their tokens those of the treebank."""
    from spacy.tokens import Doc  # noqa: PLC0415

    words = [word for sentence in sentences for word in sentence]
    heads: list[int] = []
    for sentence in sentences:
        start = len(heads)
        heads += [start + word.head for word in sentence]
    labels = [ROOT if head == at else word.label for at, (word, head) in enumerate(zip(words, heads, strict=True))]
    texts, spaces = [w.text for w in words], [w.space for w in words]
    return Doc(nlp.vocab, words=texts, spaces=spaces, tags=[w.tag for w in words], heads=heads, deps=labels)


def _examples(
    nlp: Language, articles: Sequence[Article], segmenter: Segmenter, options: Options, chance: random.Random
) -> list[Example]:
    """Texts of one to `options.run` sentences each, in an order of chance."""
    from spacy.tokens import Doc  # noqa: PLC0415
    from spacy.training import Example  # noqa: PLC0415

    result = []
    for article in articles:
        at = 0
        while at < len(article):
            size = chance.randint(1, options.run)
            gold = annotated(nlp, article[at : at + size])
            if chance.random() < 0.5:
                text = Doc(nlp.vocab, words=[t.text for t in gold], spaces=[bool(t.whitespace_) for t in gold])
            else:
                text = plain(nlp, gold.text, [(t.start, t.end) for t in segmenter.tokens(gold.text, "en")])
            result.append(Example(text, gold))
            at += size
    chance.shuffle(result)
    return result


def _batches(texts: Sequence[Example], size: int) -> Iterator[list[Example]]:
    batch: list[Example] = []
    words = 0
    for text in texts:
        batch.append(text)
        words += len(text.predicted)
        if words >= size:
            yield batch
            batch, words = [], 0
    if batch:
        yield batch
