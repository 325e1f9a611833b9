"""What the syntax of a sentence says of a pair of mentions: features of the shortest path between them in the tree.

A path goes up from the earlier mention to the top and down to the later one; conjuncts and appositions are stepped
over, as the pairs of a coordination are related alike. A known word on it is also its kind and its sign.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.document import Document, Sentence, Token
from pipeline.relations.learned.scene import Piece, Scene
from pipeline.relations.polarity import SIGNS
from pipeline.relations.triggers import TRIGGER_KINDS
from pipeline.syntax.parser import Parser, Tree

_LAYER = {"gene": "G", "organelle": "O", "process": "P"}
_SIGN = {1: "+", 0: "0", -1: "-"}
_ALIKE = frozenset({"conj", "appos"})
_INNER = frozenset({"prep", "compound", "amod", "nmod"})
"""Labels that a mention's governor is looked for through."""
_DENIAL = frozenset({"not", "no", "without", "fail"})
_FAR = 8  # steps of a path that are kept in order


@dataclass(frozen=True, slots=True)
class _Path:
    """up, down: tokens from each mention to below the top, the mention's own first. between: all on the path, in order,
    without the two mentions' own."""

    up: Sequence[int]
    top: int
    down: Sequence[int]
    between: Sequence[int]


class Paths:
    """The features of the pairs of one scene that its tree gives."""

    def __init__(self, scene: Scene, tokens: Sequence[Token], tree: Tree) -> None:
        self._scene = scene
        self._tree = tree
        starts = [token.start for token in tokens]
        self._owner: dict[int, int] = {}
        heads = []
        for number, mention in enumerate(scene.mentions):
            inside = _inside(starts, tokens, mention.start, mention.end)
            for at in inside:
                self._owner.setdefault(at, number)
            heads.append(self._head(inside))
        self._cues: dict[int, Piece] = {}
        for piece in scene.pieces:
            if piece.kind in TRIGGER_KINDS or piece.kind == "negation":
                self._cues.update(dict.fromkeys(_inside(starts, tokens, piece.start, piece.end), piece))
        self._denied = {
            head
            for head, label, lemma in zip(tree.heads, tree.labels, tree.lemmas, strict=True)
            if label == "neg" or lemma in _DENIAL
        }
        self._words = [self._word(at) for at in range(len(tokens))]
        self._shown = [self._kind(at) for at in range(len(tokens))]
        self._above = [self._ancestors(at) for at in heads]
        self._governors = [self._governor(above) for above in self._above]

    def features(self, i: int, j: int) -> Iterator[str]:
        """The features of mentions `i` and `j`, `i` first."""
        scene, labels, words, shown = self._scene, self._tree.labels, self._words, self._shown
        pair = _LAYER[scene.mentions[i].type] + _LAYER[scene.mentions[j].type]
        path = self._path(i, j)
        if path is None:
            yield "y none"
            return
        up, down = [labels[at] for at in path.up], [labels[at] for at in reversed(path.down)]
        steps = min(len(up) + len(down), 10)
        yield f"yL{steps}"
        yield f"yL{steps} {pair}"
        top, kind = words[path.top] if path.up and path.down else "X", shown[path.top]
        if steps <= _FAR:
            whole = f"{'>'.join(up)}^{'<'.join(down)}"
            yield f"yp {whole}"
            yield f"yp {whole} {pair}"
            yield f"yp {whole} {kind}"
        up, down = [x for x in up if x not in _ALIKE], [x for x in down if x not in _ALIKE]
        if len(up) + len(down) < _FAR:
            short = f"{'>'.join(up)}^{'<'.join(down)}"
            yield f"yc {short}"
            yield f"yc {short} {top}"
            yield f"yc {short} {kind} {pair}"
        sides = f"{up[-1] if up else ''} {down[0] if down else ''}"
        yield f"yt {top}"
        yield f"yt {top} {sides}"
        yield f"yt {kind} {sides} {pair}"
        yield f"ye {up[0] if up else ''} {down[-1] if down else ''} {pair}"
        yield from self._on(path, pair, sides)
        sign, count = self._sign(path)
        ends = (scene.turned[i] or 1) * (scene.turned[j] or 1)
        yield f"yq {_SIGN[sign]}{min(count, 3)} {ends}"
        others = {self._owner[at] for at in path.between if at in self._owner} - {i, j}
        yield f"ym {min(len(others), 3)} {pair}"
        for name, number in (("i", i), ("j", j)):
            for governor in self._governors[number]:
                yield f"yg{name} {governor}"
        if self._denied & {*path.up, path.top, *path.down}:
            yield "yneg"

    def _on(self, path: _Path, pair: str, sides: str) -> Iterator[str]:
        """The words on the path."""
        labels = self._tree.labels
        words = [self._words[at] for at in path.between if labels[at] not in _ALIKE or at in self._cues]
        for word in dict.fromkeys(words):
            yield f"yw {word}"
            yield f"yw {word} {pair}"
        if len(words) <= 4:
            joined = " ".join(words)
            yield f"ys {joined}"
            yield f"ys {joined} {pair}"
        shown = [self._shown[at] for at in path.between if at in self._cues]
        yield f"yk {' '.join(shown[:5])}"
        yield f"yk {' '.join(shown[:5])} {pair}"
        yield f"yk {' '.join(shown[:3])} {sides}"

    def _sign(self, path: _Path) -> tuple[int, int]:
        """The product of the signs of the triggers on the path, and how many they are."""
        known = dict.fromkeys(self._cues[at] for at in path.between if at in self._cues)
        signs = [piece.sign for piece in known if piece.type in SIGNS and piece.kind in TRIGGER_KINDS]
        product = 1
        for sign in signs:
            product *= sign
        return product, len(signs)

    def _path(self, i: int, j: int) -> _Path | None:
        """The path of two mentions; None where no head is above both."""
        first, second = self._above[i], self._above[j]
        places = {at: place for place, at in enumerate(second)}
        for place, at in enumerate(first):
            if at in places:
                up, down = first[:place], second[: places[at]]
                middle = [at] if up and down else []
                return _Path(up, at, down, [*up[1:], *middle, *reversed(down[1:])])
        return None

    def _head(self, inside: Sequence[int]) -> int:
        """The token of a mention whose head is outside it, the last of several; the first token where it has none."""
        heads = self._tree.heads
        return next((at for at in reversed(inside) if heads[at] not in inside or heads[at] == at), 0)

    def _ancestors(self, at: int) -> list[int]:
        heads = self._tree.heads
        result = [at]
        while heads[at] != at:
            at = heads[at]
            result.append(at)
        return result

    def _governor(self, above: Sequence[int]) -> list[str]:
        """The word that governs a mention, through what it is part of: its labels with the word, and with its kind."""
        labels: list[str] = []
        governor = -1
        for at, head in pairwise(above):
            label = self._tree.labels[at]
            if label in _ALIKE:
                continue
            labels.append(label)
            governor = head
            if label not in _INNER or len(labels) > 2:
                break
        chain = ">".join(labels)
        if governor < 0:
            return [f"{chain} ^"]
        return [f"{chain} {self._words[governor]}", f"{chain} {self._shown[governor]}"]

    def _word(self, at: int) -> str:
        if (number := self._owner.get(at)) is not None:
            return f"[{_LAYER[self._scene.mentions[number].type]}]"
        lemma = self._tree.lemmas[at]
        return "0" if lemma[:1].isdigit() else lemma

    def _kind(self, at: int) -> str:
        piece = self._cues.get(at)
        return "-" if piece is None else f"{piece.kind}{piece.type}{_SIGN.get(piece.sign, '')}{piece.side[:2]}"


def trees_of(parser: Parser, doc: Document, sentences: Sequence[Sentence]) -> dict[int, Tree]:
    """The trees of English sentences of a document, by where the sentence starts; one without tokens has none."""
    sentences = [s for s in sentences if s.tokens]
    trees = parser.trees([(doc.text, [(token.start, token.end) for token in s.tokens]) for s in sentences])
    return {sentence.start: tree for sentence, tree in zip(sentences, trees, strict=True)}


def _inside(starts: Sequence[int], tokens: Sequence[Token], start: int, end: int) -> list[int]:
    """The tokens that share a character with a stretch."""
    at = max(bisect_left(starts, start) - 1, 0)
    result = []
    while at < len(tokens) and starts[at] < end:
        if tokens[at].end > start:
            result.append(at)
        at += 1
    return result
