"""What is known of a pair of mentions: features for the classifier, one design for both languages.

A coordination counts as one name: what stands between A and B is what stands between their coordinations. A known word
is itself, its kind and its sign; the signs of a stretch are multiplied, so that the classifier meets a double negative
as what it means.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any

from pipeline.relations.learned.paths import Paths
from pipeline.relations.learned.scene import Piece, Scene
from pipeline.relations.polarity import SIGNS, is_disorder, is_place
from pipeline.relations.triggers import TRIGGER_KINDS

VERSION = "1"

_LAYER = {"gene": "G", "organelle": "O", "process": "P"}
_SIGN = {1: "+", 0: "0", -1: "-"}
_SHORT = {
    "positively_regulates": "+", "negatively_regulates": "-", "regulates": "~", "located_in": "@",
    "interacts_with": "&", "involved_in": ">",
}  # fmt: skip
_DULL = frozenset({"fill", "other", "word", "prop", "quote"})
_MARKING = frozenset(
    {"then", "means", "negation", "relative", "agent", "passive", "dui", "with", "after", "result", "aim", "question",
     "cause", "speech", "copula", "in", "inend", "de", "contrast", "pronoun", "be"}
)  # fmt: skip
_PATH = TRIGGER_KINDS | _MARKING | {"comma", "list", "prep"}
_APART = "\x1e"  # stands in no feature
Part = tuple[Any, ...]
"""Features that belong together, as a function and what it is called with: pairs share most of theirs, and a linear
model needs to add up the weights of each part only once."""
_FAR = 9  # pieces between that are kept in order; of more only the words and what they come to


def hashed(names: Iterable[str]) -> list[int]:
    """32-bit hashes of features: a model holds these instead of the strings."""
    joined = _APART.join(names).encode("utf-8", "surrogatepass")  # one call for all is twice as fast as one for each
    return [zlib.crc32(name) for name in joined.split(_APART.encode())] if joined else []


@dataclass(slots=True)
class _Place:
    """A coordination: first and last index of its pieces, and the triggers next to it within its clause."""

    first: int
    last: int
    before: str = ""
    after: str = ""


class Pairs:
    """The features of the pairs of one scene.

    paths: of the sentence's tree, for a model that learned with syntax.
    """

    def __init__(self, scene: Scene, paths: Paths | None = None) -> None:
        self.scene = scene
        self._paths = paths
        self._shown = [_shown(p) for p in scene.pieces]
        self._layers = [_LAYER[m.type] for m in scene.mentions]
        self._names = [scene.doc.surface(m).lower() for m in scene.mentions]
        self._clause = self._clauses()
        self._places = self._located()
        # What the rules say of each mention as head and as tail, by the other end.
        self._said: list[dict[int, str]] = [{} for _ in scene.mentions]
        self._heard: list[dict[int, str]] = [{} for _ in scene.mentions]
        for (head, tail), vote in scene.votes.items():
            self._said[head][tail] = self._heard[tail][head] = _SHORT[vote.type]
        self._roles = [
            ("".join(sorted(set(h.values()))), "".join(sorted(set(t.values()))))
            for h, t in zip(self._said, self._heard, strict=True)
        ]
        self._worse = [int(is_disorder(name)) for name in self._names]
        self._doubts = [at for at, p in enumerate(scene.pieces) if p.kind in ("negation", "speculative", "lasting")]
        self._hashed: dict[Part, list[int]] = {}

    def features(self, i: int, j: int) -> list[str]:
        """The features of mentions `i` and `j`, `i` first; each once."""
        return [feature for part in (*self.first(i, j), *self.rest(i, j)) for feature in features_of(part)]

    def keys(self, i: int, j: int) -> list[int]:
        """Hashes of the features."""
        result: list[int] = []
        for part in (*self.first(i, j), *self.rest(i, j)):
            if part not in self._hashed:
                self._hashed[part] = hashed(features_of(part))
            result += self._hashed[part]
        return result

    def first(self, i: int, j: int) -> list[Part]:
        """Features of mentions `i` and `j`, `i` first, by what they depend on: how the two stand to each other and what
        the rules say of them. They are had cheaply, and for most pairs are enough to know that nothing relates them.
        """
        scene = self.scene
        one, two = scene.group[i], scene.group[j]
        a, b = self._places[one], self._places[two]
        layers = self._layers[i], self._layers[j]
        pair = layers[0] + layers[1]
        others = self._others(i, j)
        clauses = min(self._clause[scene.at[j]] - self._clause[scene.at[i]], 4)
        turned = _SIGN[scene.turned[i]] + _SIGN[scene.turned[j]]
        glosses = scene.gloss[i], scene.gloss[j]
        alike = self._names[i] == self._names[j] or bool(
            set(scene.mentions[i].concepts) & set(scene.mentions[j].concepts)
        )
        distance = min(max(b.first - a.last, 0).bit_length(), 6)
        result: list[Part] = [
            (frame, pair, one == two, others, clauses, distance, min(j - i, 4), turned, alike, glosses),
            (near, pair, a.before, a.after, b.before, b.after, others, turned, clauses),
            (name, "i", self._names[i], scene.lang, layers[0], layers[1]),
            (name, "j", self._names[j], scene.lang, layers[1], layers[0]),
            (self._general,),
        ]
        votes = scene.votes
        if (i, j) in votes or (j, i) in votes:
            result.append((self._votes, i, j, pair, others))
        else:
            result.append((silent, pair, *self._roles[i], *self._roles[j], others))
            if any(map(any, (self._roles[i], self._roles[j]))):
                result.append((self._chains, i, j))
        return result

    def rest(self, i: int, j: int) -> list[Part]:
        """The other features: of the words between and around; none is in two parts."""
        scene = self.scene
        one, two = scene.group[i], scene.group[j]
        pair = self._layers[i] + self._layers[j]
        others = self._others(i, j)
        result: list[Part] = [
            (self._path, one, two, pair, scene.turned[i], scene.turned[j], self._worse[i], self._worse[j], others),
            (self._words, one, two, pair, min(others, 2)),
            (self._left, one, pair),
            (self._right, two, pair),
        ]
        if self._doubts:
            result.append((self._cues, one, two))
        if self._paths is not None:
            result.append((self._paths.features, i, j))
        return result

    def _clauses(self) -> list[int]:
        number, result = 0, []
        for piece in self.scene.pieces:
            result.append(number)
            number += piece.kind in ("comma", "stop")
        return result

    def _located(self) -> dict[int, _Place]:
        """Where each coordination stands; a gloss stands where its name does."""
        scene = self.scene
        first: dict[int, int] = {}
        last: dict[int, int] = {}
        for number, group in enumerate(scene.group):
            first.setdefault(group, scene.at[number])
            last[group] = scene.at[number]
        made = {g: _Place(first[g], last[g]) for g in first}
        for place in made.values():
            place.before = self._next(range(place.first - 1, -1, -1))
            place.after = self._next(range(place.last + 1, len(scene.pieces)))
        return made

    def _next(self, places: range) -> str:
        """The first trigger of a stretch that no mention and no clause end comes before."""
        for at in places:
            piece = self.scene.pieces[at]
            if piece.kind in TRIGGER_KINDS:
                return f"{piece.kind}{_SHORT[piece.type]}{piece.side[:2]}"
            if piece.number >= 0 or piece.kind in ("comma", "stop"):
                return "M" if piece.number >= 0 else "|"
        return "|"

    def _others(self, i: int, j: int) -> int:
        """How many other coordinations stand between, 3 for more."""
        between = set(self.scene.group[i + 1 : j])
        between -= {self.scene.group[i], self.scene.group[j]}
        return min(len(between), 3)

    def _general(self) -> Iterator[str]:
        """What belongs to the sentence."""
        pieces = self.scene.pieces
        kinds = {p.kind for p in pieces}
        yield ""
        yield from (f"s:{kind}" for kind in ("aim", "question") if kind in kinds)
        yield f"s:n{min(len(self.scene.mentions), 12) // 3}"
        yield f"s:1={pieces[0].word or 'M'}"
        if not self.scene.votes:
            yield "s:silent"

    def _votes(self, i: int, j: int, pair: str, others: int) -> Iterator[str]:
        """What the rules say of this pair."""
        text, votes = self.scene.doc.text, self.scene.votes
        forth, back = votes.get((i, j)), votes.get((j, i))
        said = (_SHORT[forth.type] if forth else "") + (f"<{_SHORT[back.type]}" if back else "")
        yield f"v={said}"
        yield f"v={said} {pair}"
        yield f"v={said} {others}"
        for vote in (forth, back):
            if vote:
                yield f"v={said} {text[vote.start : vote.end].lower()}"
                yield f"v:negated={vote.negated}"
                yield f"v:speculative={vote.speculative}"

    def _chains(self, i: int, j: int) -> Iterator[str]:
        """What the rules say of each of the two and a third one."""
        group, said, heard = self.scene.group, self._said, self._heard
        for way, a, b in (("f", i, j), ("b", j, i)):
            for k, one in said[a].items():
                if two := said[k].get(b):
                    yield f"v:chain{way}{one}{two}"
                if group[k] == group[b]:
                    yield f"v:mate{way}{one}"
            for k, two in heard[b].items():
                if group[k] == group[a]:
                    yield f"v:mate{way}{two}"

    def _path(
        self, one: int, two: int, pair: str, turned_a: int, turned_b: int, worse_a: int, worse_b: int, others: int
    ) -> Iterator[str]:
        """The known words between, in order, and what their signs come to."""
        scene = self.scene
        a, b = self._places[one], self._places[two]
        near = f"o{others}"
        signs: list[int] = []
        path: list[str] = []
        for at in range(a.last + 1, b.first):
            piece = scene.pieces[at]
            if piece.type in SIGNS and piece.kind in TRIGGER_KINDS:
                signs.append(piece.sign)
            if piece.kind in _PATH or piece.number >= 0:
                shown = self._kind(at)
                if not path or shown != path[-1]:
                    path.append(shown)
        sign, count = prod(signs), len(signs)
        ends = _SIGN[(turned_a or 1) * (turned_b or 1)]
        worse = f"{worse_a}{worse_b}"
        yield f"q{_SIGN[sign]}{min(count, 3)}{ends}"
        yield f"q{_SIGN[sign]}{min(count, 3)}{ends} {worse} {near}"
        yield f"w{worse} {pair}"
        after = self._sign_after(b.last)
        yield f"q{_SIGN[sign]}{min(count, 3)}{ends}{after}"
        if len(path) <= _FAR:
            joined = " ".join(path)
            yield f"path {joined}"
            yield f"path {joined} {pair}"
            yield f"path {joined} {a.before} {b.after}"
        triggers = [s for s in path if len(s) > 1]
        yield f"core {' '.join(triggers[:5])} {near} {pair}"
        if triggers:
            yield f"core1 {triggers[0]} {triggers[-1]} {near} {ends}"

    def _kind(self, at: int) -> str:
        piece = self.scene.pieces[at]
        if piece.number >= 0:
            return "M"
        if piece.kind in TRIGGER_KINDS:
            return f"{piece.kind}{_SHORT[piece.type]}{piece.side[:2]}"
        return {"comma": ",", "list": "&", "prep": "p"}.get(piece.kind, piece.kind)

    def _sign_after(self, last: int) -> str:
        for piece in self.scene.pieces[last + 1 : last + 6]:
            if piece.kind in TRIGGER_KINDS:
                return _SIGN[piece.sign]
            if piece.kind in ("comma", "stop") or piece.number >= 0:
                break
        return ""

    def _words(self, one: int, two: int, pair: str, near: int) -> Iterator[str]:
        """The words between."""
        scene, shown = self.scene, self._shown
        a, b = self._places[one], self._places[two]
        between = range(a.last + 1, b.first)
        if len(between) <= 4:
            yield f"all {' '.join(shown[at] for at in between)}"
            yield f"all {' '.join(shown[at] for at in between)} {pair}"
        for at in between:
            piece = scene.pieces[at]
            if piece.kind == "fill":
                continue
            yield f"b {shown[at]}"
            if piece.number < 0:
                yield f"b {shown[at]} {pair}"
                if piece.kind not in _DULL:
                    yield f"b {shown[at]} o{near}"
        for first, second in pairwise(between):
            yield f"bb {shown[first]} {shown[second]}"
        yield from self._beside("i+", range(a.last + 1, min(a.last + 4, b.first)), pair)
        yield from self._beside("j-", range(b.first - 1, max(b.first - 4, a.last), -1), pair)

    def _left(self, one: int, pair: str) -> Iterator[str]:
        """The words before."""
        first = self._places[one].first
        yield from self._beside("i-", range(first - 1, first - 4, -1), pair)
        for at in range(max(first - 10, 0), first):
            if self.scene.pieces[at].kind not in _DULL:
                yield f"pre {self._shown[at]}"

    def _right(self, two: int, pair: str) -> Iterator[str]:
        """The words after."""
        last = self._places[two].last
        yield from self._beside("j+", range(last + 1, last + 4), pair)
        for at in range(last + 1, min(last + 11, len(self._shown))):
            if self.scene.pieces[at].kind not in _DULL:
                yield f"post {self._shown[at]}"

    def _beside(self, name: str, places: range, pair: str) -> Iterator[str]:
        size = len(self._shown)
        words = [self._shown[at] if 0 <= at < size else "^" for at in places]
        for offset, word in enumerate(words):
            yield f"{name}{offset} {word}"
        if len(words) > 1:
            yield f"{name} {words[0]} {words[1]}"
            yield f"{name} {words[0]} {words[1]} {pair}"

    def _cues(self, one: int, two: int) -> Iterator[str]:
        """Words of denial and doubt by where they stand: before A in its clause or an earlier one, between, after B."""
        a, b = self._places[one], self._places[two]
        for at in self._doubts:
            where = "before" if at < a.first else "between" if at < b.first else "after"
            near = self._clause[a.first if at < a.first else b.last] - self._clause[at]
            yield f"cue {self.scene.pieces[at].kind} {where} {max(min(near, 2), -1)}"


def features_of(part: Part) -> list[str]:
    """The features of a part, each once."""
    return list(dict.fromkeys(part[0](*part[1:])))


def frame(
    pair: str, same: bool, others: int, clauses: int, distance: int, step: int, turned: str, alike: bool,
    glosses: tuple[bool, bool],
) -> Iterator[str]:  # fmt: skip
    """How the two stand to each other."""
    yield f"p={pair}"
    if same:
        yield f"same {pair} {any(glosses)}"
    yield f"o{others} c{clauses}"
    yield f"o{others} c{clauses} {pair}"
    yield f"d{distance} {pair}"
    yield f"j{step}"
    yield f"k{turned}"
    if alike:
        yield "alike"
    if any(glosses):
        yield f"gloss{int(glosses[0])}{int(glosses[1])}"


def near(
    pair: str, before_a: str, after_a: str, before_b: str, after_b: str, others: int, turned: str, clauses: int
) -> Iterator[str]:
    """What the triggers next to the two come to."""
    for which, left, right in (
        ("ab", after_a, before_b), ("bb", before_a, before_b), ("aa", after_a, after_b), ("ba", before_a, after_b),
    ):  # fmt: skip
        yield f"t{which} {left} {right}"
        yield f"t{which} {left} {right} {pair} o{others}"
        yield f"t{which} {left} {right} k{turned} c{clauses}"
    yield f"t4 {before_a} {after_a} {before_b} {after_b} o{others}"
    for which, what in (("ib", before_a), ("ia", after_a), ("jb", before_b), ("ja", after_b)):
        yield f"t{which} {what} {pair}"


def name(side: str, surface: str, lang: str, layer: str, other: str) -> Iterator[str]:
    """A name itself."""
    tail = surface.rsplit(" ", maxsplit=1)[-1] if lang == "en" else surface[-2:]
    yield f"n{side} {surface}"
    yield f"n{side}. {tail}"
    yield f"n{side}. {tail} {other}"
    if layer == "O" and is_place(surface):
        yield f"n{side} place"


def silent(pair: str, head_a: str, tail_a: str, head_b: str, tail_b: str, others: int) -> Iterator[str]:
    """What the rules say of each of two of which they say nothing together: as what they are related to others."""
    yield "v="
    yield f"v= {pair}"
    sides = {"ih": head_a, "it": tail_a, "jh": head_b, "jt": tail_b}
    for side, roles in sides.items():
        yield from (f"v:{side}{role}" for role in roles)
    free = "".join("-+"[bool(roles)] for roles in sides.values())
    yield f"v:{free}"
    yield f"v:{free} {pair} {others}"


EVERYWHERE: frozenset[Callable[..., Iterator[str]]] = frozenset({frame, near, name, silent})
"""The functions of parts that say the same in every sentence."""


def _shown(piece: Piece) -> str:
    if piece.number >= 0:
        return f"[{_LAYER[piece.type]}]"
    return f"{piece.word}/{piece.side[:2]}" if piece.side else piece.word
