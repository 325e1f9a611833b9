"""A sentence as the classifier sees it: its words and names in order, who stands with whom, what the rules say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.document import Document, Mention, Sentence
from pipeline.relations.groups import grouped
from pipeline.relations.rules import stated
from pipeline.relations.statements import Statement
from pipeline.relations.triggers import Item, load_cues, outermost, scan

_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|\d+(?:\.\d+)?|[^\w\s]|[^\W\d_A-Za-z]+")
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, a known cue, or a mention (`number` is its place among the mentions of the scene, else -1)."""

    word: str
    kind: str
    type: str = ""
    sign: int = 0
    side: str = ""
    number: int = -1
    start: int = 0
    end: int = 0


@dataclass(slots=True)
class Scene:
    """One sentence. Mentions are by number, in order; none lies in another.

    at: index of each mention in `pieces`. group: which coordination (or gloss of one name) a mention belongs to.
    gloss: mentions that only rename the one before. turned: -1 for what is knocked out, 1 for what is given, else 0.
    votes: what the rules say, by numbers of head and tail.
    """

    doc: Document
    lang: str
    mentions: list[Mention]
    pieces: list[Piece]
    at: list[int]
    group: list[int]
    gloss: list[bool]
    turned: list[int]
    votes: dict[tuple[int, int], Statement] = field(default_factory=dict)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """All pairs that could be related, the earlier mention first."""
        for i in range(len(self.mentions)):
            for j in range(i + 1, len(self.mentions)):
                yield i, j

    def flags(self, i: int, j: int) -> tuple[bool, bool]:
        """Whether the rules, by their cues and scopes, take what they find between `i` and `j` as denied, supposed."""
        found = [self.votes[pair] for pair in ((i, j), (j, i)) if pair in self.votes]
        return any(v.negated for v in found), any(v.speculative for v in found)


def scene(doc: Document, sentence: Sentence, mentions: Sequence[Mention]) -> Scene | None:
    """The scene of a sentence; None where fewer than two mentions or no known language leave nothing to relate."""
    outer = outermost(list(mentions))
    if len(outer) < 2 or sentence.lang not in ("zh", "en"):
        return None
    cues = load_cues(sentence.lang)
    numbers = {m.id: n for n, m in enumerate(outer)}
    items = scan(doc, sentence, outer, cues)
    pieces = list(_pieces(doc, sentence, outer, items))
    at = [0] * len(outer)
    for index, piece in enumerate(pieces):
        if piece.number >= 0:
            at[piece.number] = index
    groups = grouped(items)
    group, gloss, turned = _groups(numbers, groups)
    votes = {(numbers[s.head.id], numbers[s.tail.id]): s for s in stated(doc, sentence, groups)}
    return Scene(doc, sentence.lang, outer, pieces, at, group, gloss, turned, votes)


def _pieces(doc: Document, sentence: Sentence, mentions: Sequence[Mention], items: list[Item]) -> Iterator[Piece]:
    """The items, those of unknown words cut into words; what stands between items is cut too."""
    starts = {m.start: n for n, m in enumerate(mentions)}
    at = sentence.start
    for item in items:
        if item.kind == "comma" and doc.text[item.end : item.end + 1].isdigit() and doc.text[item.start - 1].isdigit():
            continue  # 4.2, 1,000
        if item.start > at:
            yield from _words(doc, sentence, at, item.start)
        at = max(at, item.end)
        if item.start in starts:
            number = starts[item.start]
            yield Piece("", "mention", mentions[number].type, 0, "", number, item.start, item.end)
        elif item.cue is None:
            yield from _words(doc, sentence, item.start, item.end)
        else:
            yield Piece(
                item.word.lower(), item.kind, item.type, item.effect, item.side, -1, item.start, item.end
            )  # fmt: skip
    if at < sentence.end:
        yield from _words(doc, sentence, at, sentence.end)


def _words(doc: Document, sentence: Sentence, start: int, end: int) -> Iterator[Piece]:
    """Unknown words: the segmenter's in Chinese, runs of letters in English; digits are all alike."""
    if sentence.lang == "en":
        for match in _WORD.finditer(doc.text, start, end):
            word = "0" if _NUMBER.match(match[0]) else match[0].lower()
            yield Piece(word, "word", start=match.start(), end=match.end())
        return
    for token in _tokens(sentence, start, end):
        word = doc.text[max(token[0], start) : min(token[1], end)].strip().lower()
        if word:
            yield Piece("0" if _NUMBER.match(word) else word, "word", start=token[0], end=token[1])


def _tokens(sentence: Sentence, start: int, end: int) -> Iterator[tuple[int, int]]:
    tokens = sentence.tokens
    low, high = 0, len(tokens)
    while low < high:
        middle = (low + high) // 2
        if tokens[middle].end <= start:
            low = middle + 1
        else:
            high = middle
    while low < len(tokens) and tokens[low].start < end:
        yield max(tokens[low].start, start), min(tokens[low].end, end)
        low += 1


def _groups(numbers: dict[str, int], items: list[Item]) -> tuple[list[int], list[bool], list[int]]:
    """Group, gloss and turn of each mention. One that the grouping left out renames the mention before it."""
    size = len(numbers)
    group, turned = [-1] * size, [0] * size
    for index, item in enumerate(i for i in items if i.kind == "group"):
        for member in item.members:
            group[numbers[member.id]] = index
            turned[numbers[member.id]] = item.sign if item.turned else 0
    gloss = [False] * size
    for number in range(size):
        if group[number] < 0:
            gloss[number] = True
            group[number] = group[number - 1] if number else size
            turned[number] = turned[number - 1] if number else 0
    return group, gloss, turned
