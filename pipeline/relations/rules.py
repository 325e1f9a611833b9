"""What the rules over trigger words say of a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pipeline.document import Document, Mention, Sentence
from pipeline.relations.chinese import read_chinese
from pipeline.relations.english import read_english
from pipeline.relations.groups import grouped
from pipeline.relations.polarity import SIGNS, is_place
from pipeline.relations.statements import Statement
from pipeline.relations.triggers import Item, load_cues, outermost, scan

_READERS = {"zh": read_chinese, "en": read_english}


def by_sentence(doc: Document) -> Iterator[tuple[Sentence, list[Mention]]]:
    """The sentences with mentions, in order, and the mentions that lie in each."""
    inside: dict[int, list[Mention]] = defaultdict(list)
    for mention in doc.mentions:
        index = doc.sentence_of(mention.start)
        if index is not None and mention.end <= doc.sentences[index].end:
            inside[index].append(mention)
    for index in sorted(inside):
        yield doc.sentences[index], inside[index]


def statements(doc: Document, sentence: Sentence, mentions: list[Mention]) -> list[Statement]:
    """The statements of one sentence, each once.

    A plain one outweighs the same one negated or supposed, and one with a sign outweighs "regulates".
    """
    mentions = outermost(mentions)
    if len(mentions) < 2 or sentence.lang not in _READERS:
        return []
    return stated(doc, sentence, grouped(scan(doc, sentence, mentions, load_cues(sentence.lang))))


def stated(doc: Document, sentence: Sentence, items: list[Item]) -> list[Statement]:
    """As `statements`, of a sentence that has been scanned and grouped; the items are used up."""
    best: dict[tuple[str, str, str], Statement] = {}
    for statement in _READERS[sentence.lang](items):
        if _same(doc, statement.head, statement.tail) or _of_place(doc, statement):
            continue
        key = (statement.type, statement.head.id, statement.tail.id)
        if key not in best or _doubt(statement) < _doubt(best[key]):
            best[key] = statement
    signed = {(h, t) for type_, h, t in best if SIGNS.get(type_)}
    for key in [k for k in best if k[0] == "regulates" and k[1:] in signed]:
        del best[key]
    return sorted(best.values(), key=lambda s: (s.head.start, s.tail.start, s.start, s.type))


def _of_place(doc: Document, statement: Statement) -> bool:
    """Whether a place is said to act or be acted on, which only what is there can."""
    if statement.type in ("located_in", "interacts_with"):
        return False
    return any(m.type == "organelle" and is_place(doc.surface(m)) for m in (statement.head, statement.tail))


def _doubt(statement: Statement) -> tuple[bool, bool]:
    return statement.negated, statement.speculative


def _same(doc: Document, head: Mention, tail: Mention) -> bool:
    """Whether both ends name one thing: "TRPM7-siRNA reduced TRPM7" says nothing of two."""
    return bool(set(head.concepts) & set(tail.concepts)) or doc.surface(head) == doc.surface(tail)
