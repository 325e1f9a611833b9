"""What is known of a pair of mentions: features for the classifier, one design for both languages.

A coordination counts as one name: what stands between A and B is what stands between their coordinations. A known word
is itself, its kind and its sign; the signs of a stretch are multiplied, so that the classifier meets a double negative
as what it means.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import prod

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
    """The features of the pairs of one scene; what belongs to one mention is worked out once.

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
        self._heads: list[list[str]] = [[] for _ in scene.mentions]
        self._tails: list[list[str]] = [[] for _ in scene.mentions]
        for (head, tail), vote in scene.votes.items():
            self._heads[head].append(_SHORT[vote.type])
            self._tails[tail].append(_SHORT[vote.type])
        self._of_scene = self._general()
        self._worse = [int(is_disorder(name)) for name in self._names]
        # What `_between` knows of one mention: mentions alike in it share what it says.
        self._kinds = list(zip(scene.group, self._layers, scene.turned, self._worse, strict=True))
        self._hashed: dict[tuple[int | str, ...], list[int]] = {}

    def features(self, i: int, j: int) -> list[str]:
        """The features of mentions `i` and `j`, `i` first; each once."""
        return list(dict.fromkeys((*self._own(i, j), *self._between(i, j))))

    def keys(self, i: int, j: int) -> list[int]:
        """Hashes of the features; those of the words around two coordinations are made once for all their members."""
        around = (*(self._kinds[i]), *(self._kinds[j]), self._others(i, j))
        shared = self._hashed.get(around)
        if shared is None:
            shared = self._hashed[around] = hashed(dict.fromkeys(self._between(i, j)))
        return hashed(dict.fromkeys(self._own(i, j))) + shared

    def _own(self, i: int, j: int) -> Iterator[str]:
        """What belongs to these two mentions and to no others of their coordinations."""
        yield from self._votes(i, j)
        yield from self._frame(i, j)
        yield from self._ends(i, j)
        if self._paths is not None:
            yield from self._paths.features(i, j)

    def _clauses(self) -> list[int]:
        number, result = 0, []
        for piece in self.scene.pieces:
            result.append(number)
            number += piece.kind in ("comma", "stop")
        return result

    def _located(self) -> list[_Place]:
        """The coordination each mention stands in; a gloss stands where its name does."""
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
        return [made[g] for g in scene.group]

    def _next(self, places: range) -> str:
        """The first trigger of a stretch that no mention and no clause end comes before."""
        for at in places:
            piece = self.scene.pieces[at]
            if piece.kind in TRIGGER_KINDS:
                return f"{piece.kind}{_SHORT[piece.type]}{piece.side[:2]}"
            if piece.number >= 0 or piece.kind in ("comma", "stop"):
                return "M" if piece.number >= 0 else "|"
        return "|"

    def _general(self) -> list[str]:
        pieces = self.scene.pieces
        kinds = {p.kind for p in pieces}
        result = ["", *(f"s:{kind}" for kind in ("aim", "question") if kind in kinds)]
        result.append(f"s:n{min(len(self.scene.mentions), 12) // 3}")
        result.append(f"s:1={pieces[0].word or 'M'}")
        if not self.scene.votes:
            result.append("s:silent")
        return result

    def _votes(self, i: int, j: int) -> Iterator[str]:
        """What the rules say of this pair, and of each of the two with others."""
        scene, votes = self.scene, self.scene.votes
        pair = self._layers[i] + self._layers[j]
        forth, back = votes.get((i, j)), votes.get((j, i))
        said = (_SHORT[forth.type] if forth else "") + (f"<{_SHORT[back.type]}" if back else "")
        yield f"v={said}"
        yield f"v={said} {pair}"
        if forth or back:
            yield f"v={said} {self._others(i, j)}"
            for vote in (forth, back):
                if vote:
                    yield f"v={said} {scene.doc.text[vote.start : vote.end].lower()}"
                    yield f"v:negated={vote.negated}"
                    yield f"v:speculative={vote.speculative}"
            return
        sides = {"ih": self._heads[i], "it": self._tails[i], "jh": self._heads[j], "jt": self._tails[j]}
        for name, roles in sides.items():
            for role in sorted(set(roles)):
                yield f"v:{name}{role}"
        free = "".join("-+"[bool(roles)] for roles in sides.values())
        yield f"v:{free}"
        yield f"v:{free} {pair} {self._others(i, j)}"
        for k in range(len(scene.mentions)):
            if k in (i, j):
                continue
            for name, a, b in (("f", i, j), ("b", j, i)):
                if (one := votes.get((a, k))) and (two := votes.get((k, b))):
                    yield f"v:chain{name}{_SHORT[one.type]}{_SHORT[two.type]}"
                if (one := votes.get((a, k))) and scene.group[k] == scene.group[b]:
                    yield f"v:mate{name}{_SHORT[one.type]}"
                if (two := votes.get((k, b))) and scene.group[k] == scene.group[a]:
                    yield f"v:mate{name}{_SHORT[two.type]}"

    def _others(self, i: int, j: int) -> int:
        """How many other coordinations stand between, 3 for more."""
        own = (self.scene.group[i], self.scene.group[j])
        return min(len({g for g in self.scene.group[i + 1 : j] if g not in own}), 3)

    def _frame(self, i: int, j: int) -> Iterator[str]:
        """How the two stand to each other, and what the triggers next to them come to."""
        scene = self.scene
        pair = self._layers[i] + self._layers[j]
        a, b = self._places[i], self._places[j]
        yield f"p={pair}"
        if a is b:
            gloss = scene.gloss[i] or scene.gloss[j]
            yield f"same {pair} {gloss}"
        others = self._others(i, j)
        clauses = min(self._clause[scene.at[j]] - self._clause[scene.at[i]], 4)
        distance = min(max(b.first - a.last, 0).bit_length(), 6)
        yield f"o{others} c{clauses}"
        yield f"o{others} c{clauses} {pair}"
        yield f"d{distance} {pair}"
        yield f"j{j - i if j - i < 4 else 4}"
        turned = _SIGN[scene.turned[i]] + _SIGN[scene.turned[j]]
        yield f"k{turned}"
        if self._names[i] == self._names[j] or set(scene.mentions[i].concepts) & set(scene.mentions[j].concepts):
            yield "alike"
        if scene.gloss[i] or scene.gloss[j]:
            yield f"gloss{int(scene.gloss[i])}{int(scene.gloss[j])}"
        near = f"o{others}"
        for name, left, right in (
            ("ab", a.after, b.before), ("bb", a.before, b.before), ("aa", a.after, b.after), ("ba", a.before, b.after),
        ):  # fmt: skip
            yield f"t{name} {left} {right}"
            yield f"t{name} {left} {right} {pair} {near}"
            yield f"t{name} {left} {right} k{turned} c{clauses}"
        yield f"t4 {a.before} {a.after} {b.before} {b.after} {near}"
        for name, what in (("ib", a.before), ("ia", a.after), ("jb", b.before), ("ja", b.after)):
            yield f"t{name} {what} {pair}"

    def _between(self, i: int, j: int) -> Iterator[str]:
        """What stands between two coordinations and around them; `_kinds` holds all it asks of the mentions."""
        yield from self._path(i, j)
        yield from self._words(i, j)

    def _path(self, i: int, j: int) -> Iterator[str]:
        """The known words between, in order, and what their signs come to."""
        scene = self.scene
        pair = self._layers[i] + self._layers[j]
        a, b = self._places[i], self._places[j]
        near = f"o{self._others(i, j)}"
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
        ends = _SIGN[(scene.turned[i] or 1) * (scene.turned[j] or 1)]
        worse = f"{self._worse[i]}{self._worse[j]}"
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

    def _words(self, i: int, j: int) -> Iterator[str]:
        """The words between, before and after."""
        scene, shown = self.scene, self._shown
        pair = self._layers[i] + self._layers[j]
        a, b = self._places[i], self._places[j]
        between = range(a.last + 1, b.first)
        near = min(self._others(i, j), 2)
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
        for one, two in pairwise(between):
            yield f"bb {shown[one]} {shown[two]}"
        size = len(shown)
        for name, places in (
            ("i-", range(a.first - 1, a.first - 4, -1)), ("i+", range(a.last + 1, min(a.last + 4, b.first))),
            ("j-", range(b.first - 1, max(b.first - 4, a.last), -1)), ("j+", range(b.last + 1, b.last + 4)),
        ):  # fmt: skip
            words = [shown[at] if 0 <= at < size else "^" for at in places]
            for offset, word in enumerate(words):
                yield f"{name}{offset} {word}"
            if len(words) > 1:
                yield f"{name} {words[0]} {words[1]}"
                yield f"{name} {words[0]} {words[1]} {pair}"
        for at in range(max(a.first - 10, 0), a.first):
            if scene.pieces[at].kind not in _DULL:
                yield f"pre {shown[at]}"
        for at in range(b.last + 1, min(b.last + 11, size)):
            if scene.pieces[at].kind not in _DULL:
                yield f"post {shown[at]}"
        yield from self._cues(a, b)
        yield from self._of_scene

    def _cues(self, a: _Place, b: _Place) -> Iterator[str]:
        """Words of denial and doubt by where they stand: before A in its clause or an earlier one, between, after B."""
        for at, piece in enumerate(self.scene.pieces):
            if piece.kind in ("negation", "speculative", "lasting"):
                where = "before" if at < a.first else "between" if at < b.first else "after"
                near = self._clause[a.first if at < a.first else b.last] - self._clause[at]
                yield f"cue {piece.kind} {where} {max(min(near, 2), -1)}"

    def _ends(self, i: int, j: int) -> Iterator[str]:
        """The names themselves."""
        for name, number in (("i", i), ("j", j)):
            surface = self._names[number]
            yield f"n{name} {surface}"
            tail = surface.split(" ")[-1] if self.scene.lang == "en" else surface[-2:]
            yield f"n{name}. {tail}"
            yield f"n{name}. {tail} {self._layers[j if name == 'i' else i]}"
            if self._layers[number] == "O" and is_place(surface):
                yield f"n{name} place"


def _shown(piece: Piece) -> str:
    if piece.number >= 0:
        return f"[{_LAYER[piece.type]}]"
    return f"{piece.word}/{piece.side[:2]}" if piece.side else piece.word
