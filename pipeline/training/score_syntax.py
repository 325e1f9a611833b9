"""How well a parser reads the sentences of a treebank."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.segment import Segmenter
from pipeline.segment.sentences import sentence_bounds
from pipeline.syntax.model import SyntaxModel
from pipeline.syntax.parser import Bounds, Parser
from pipeline.training.corpora.treebank import Parsed, placed
from pipeline.training.score import prf
from pipeline.training.train_syntax import ROOT

Span = tuple[int, int]
Arcs = Mapping[Span, tuple[Span, str]]
"""Head and label of each word, words given by first and last offset; a root is its own head."""
TOKENS = ("treebank's tokens", "own tokens", "own tokens and sentences")
"""What a parser is scored on."""
_PUNCTUATION = "punct"


class Read(NamedTuple):
    """An article of a treebank. bounds: where the words of each sentence stand in the text."""

    text: str
    sentences: Sequence[Parsed]
    bounds: Sequence[Bounds]


def score_syntax(model: SyntaxModel, articles: Iterable[tuple[str, Sequence[Parsed]]]) -> dict[str, Any]:
    """Figures of a parser on articles, each a text and its sentences.

    las, uas: F1 of words with the right head and label, or the right head, punctuation left out as spaCy does ("all":
    with it); with the treebank's tokens, the pipeline's tokens, and the pipeline's tokens and sentences. tag, lemma:
    accuracy with the treebank's tokens. ends: how well sentence ends inside lines are found, by the pipeline's rules
    and by the parser.
    """
    parser, segmenter = Parser(model), Segmenter()
    read = [Read(text, sentences, placed(text, sentences)) for text, sentences in articles]
    result: dict[str, Any] = {"sentences": sum(len(a.sentences) for a in read)}
    wanted = [_gold(article) for article in read]

    def own_tokens(article: Read) -> list[Bounds]:
        return [_tokens(segmenter, article.text, b[0][0], b[-1][1]) for b in article.bounds]

    def own_sentences(article: Read) -> list[Bounds]:
        return [_tokens(segmenter, article.text, start, end) for start, end in sentence_bounds(article.text)]

    cuts: tuple[Callable[[Read], Sequence[Bounds]], ...] = (lambda article: article.bounds, own_tokens, own_sentences)
    for name, cut in zip(TOKENS, cuts, strict=True):
        found = [_found(parser, article.text, cut(article)) for article in read]
        result[name] = _agreement(wanted, found)
    result[TOKENS[0]].update(_words(parser, read))
    result["ends"] = _ends(parser, segmenter, read)
    return result


def _gold(article: Read) -> Arcs:
    return {
        bounds[at]: (bounds[word.head], ROOT if word.head == at else word.label)
        for sentence, bounds in zip(article.sentences, article.bounds, strict=True)
        for at, word in enumerate(sentence)
    }


def _found(parser: Parser, text: str, cut: Sequence[Bounds]) -> Arcs:
    trees = parser.trees([(text, bounds) for bounds in cut])
    return {
        bounds[at]: (bounds[head], label)
        for tree, bounds in zip(trees, cut, strict=True)
        for at, (head, label) in enumerate(zip(tree.heads, tree.labels, strict=True))
    }


def _agreement(wanted: Sequence[Arcs], found: Sequence[Arcs]) -> dict[str, float]:
    result = {}
    for suffix, dull in (("", _PUNCTUATION), (" all", "")):
        pairs = [
            ({w: a for w, a in gold.items() if a[1] != dull}, {w: a for w, a in got.items() if a[1] != dull})
            for gold, got in zip(wanted, found, strict=True)
        ]
        sizes = sum(len(got) for _, got in pairs), sum(len(gold) for gold, _ in pairs)
        las = sum(gold.get(word) == arc for gold, got in pairs for word, arc in got.items())
        uas = sum(gold.get(word, ("",))[0] == arc[0] for gold, got in pairs for word, arc in got.items())
        result[f"las{suffix}"] = prf(las, *sizes)["f1"]
        result[f"uas{suffix}"] = prf(uas, *sizes)["f1"]
    return result


def _words(parser: Parser, read: Sequence[Read]) -> dict[str, float]:
    right = {"tag": 0, "lemma": 0}
    total = 0
    for article in read:
        trees = parser.trees([(article.text, bounds) for bounds in article.bounds])
        for sentence, tree in zip(article.sentences, trees, strict=True):
            total += len(sentence)
            right["tag"] += sum(word.tag == tag for word, tag in zip(sentence, tree.tags, strict=True))
            right["lemma"] += sum(word.lemma == lemma for word, lemma in zip(sentence, tree.lemmas, strict=True))
    return {name: round(count / max(total, 1), 4) for name, count in right.items()}


def _ends(parser: Parser, segmenter: Segmenter, read: Sequence[Read]) -> dict[str, Any]:
    """Sentence ends inside lines; those at line ends are no question."""
    counts = {by: [0, 0, 0] for by in ("rules", "parser")}
    for article in read:
        gold = {bounds[-1][1] for bounds in article.bounds}
        found: dict[str, set[int]] = {"rules": {end for _, end in sentence_bounds(article.text)}, "parser": set()}
        inside: set[int] = set()
        at = 0
        for line in article.text.splitlines(keepends=True):
            tokens = _tokens(segmenter, article.text, at, at + len(line))
            at += len(line)
            if tokens:
                inside.update(range(tokens[0][0] + 1, tokens[-1][1]))
                found["parser"].update(parser.ends(article.text, tokens))
        for by, count in counts.items():
            wanted, got = gold & inside, found[by] & inside
            for place, number in enumerate((len(wanted & got), len(got), len(wanted))):
                count[place] += number
    return {by: {key: prf(*count)[key] for key in ("p", "r", "f1", "gold")} for by, count in counts.items()}


def _tokens(segmenter: Segmenter, text: str, start: int, end: int) -> list[Span]:
    return [(token.start, token.end) for token in segmenter.tokens(text[start:end], "en", start)]
