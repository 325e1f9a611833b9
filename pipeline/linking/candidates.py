"""Which concepts a name may stand for: as the lexicon has it, trimmed, in another word order, or nearly so written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import chain

from pipeline.lexicon import Lexicon, Term
from pipeline.lexicon.load import rows
from pipeline.lexicon.normalize import is_han, key
from pipeline.linking.aliases import Aliases
from pipeline.linking.coordination import members, shared
from pipeline.linking.words import NamesByWords, words_of

_MOSTLY = 0.75  # share of annotated text from which on what it says is not ambiguous
_TRIM_COLUMNS = ("lang", "layers", "place", "word")
_LONG_WORD = re.compile(r"[A-Za-zα-ω]{5}")
_INSIDE = re.compile(r"\s*[(（][^()（）]*[)）]\s*|的")
_RANK = {"symbol": 0, "name": 0, "synonym": 1, "abbreviation": 1, "former": 2, "weak": 2}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept that a mention may stand for, how far that is sure (0..1) and why. concept: as of `Term`."""

    concept: str
    score: float
    reason: str


class Candidates:
    """Concepts by name. Never changed after construction.

    aliases: what annotated text says of names; asked where the lexicon has nothing, or, aliases_first, before it, for
    text of the corpus that they are from.
    """

    def __init__(self, lexicon: Lexicon, aliases: Aliases | None = None, *, aliases_first: bool = False) -> None:
        self.lexicon = lexicon
        self.aliases: Aliases = aliases or {}
        exact = (self._taught, self._exact) if aliases_first else (self._exact, self._taught)
        self._ways = (*exact, self._in_another_case, self._shortened, self._trimmed, self._in_another_order)
        self.of = lru_cache(1 << 16)(self._of)
        self._by_words = lru_cache(None)(lambda layer: NamesByWords(lexicon, layer))

    def _of(self, name: str, layer: str, *, nearly: bool = True) -> tuple[Candidate, ...]:
        """The concepts that a name of a layer may stand for, best first; () where nothing is near enough.

        Of the ways to find them the first that gives one counts: they are tried from sure to doubtful. nearly: names
        that are only similar count too.
        """
        terms = self.lexicon.lookup(name, weak=True)
        if terms and all(t.status == "blocked" for t in terms) and (layer, key(name)) not in self.aliases:
            return ()
        for way in self._ways:
            if found := tuple(way(name, layer)):
                return found
        return tuple(self._nearly(name, layer)) if nearly else ()

    def coordinated(self, name: str, layer: str) -> tuple[tuple[str, Candidate], ...]:
        """The members of a coordination, each with what it stands for; () where one is unknown or ambiguous."""
        for number, names in enumerate(chain([members(name)], shared(name))):
            # Names that a reading makes up must be known as they are.
            found = [(part, self.of(part, layer, nearly=number == 0)) for part in names]
            if found and all(len(candidates) == 1 for _, candidates in found):
                return tuple((part, only) for part, (only,) in found)
        return ()

    def _taught(self, name: str, layer: str) -> Iterator[Candidate]:
        counts = self.aliases.get((layer, key(name)), {})
        total = sum(counts.values())
        for concept, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            yield Candidate(concept, round(count / total, 4), f"{count} of {total} times in annotated text")
            if count >= _MOSTLY * total:
                return

    def _exact(self, name: str, layer: str) -> Iterator[Candidate]:
        return _as_candidates(self.lexicon.lookup(name, weak=True), layer, 1.0, "")

    def _in_another_case(self, name: str, layer: str) -> Iterator[Candidate]:
        terms = (t for part in self.lexicon.parts for t in part.terms(key(name)))
        return _as_candidates(tuple(terms), layer, 0.95, "but for letter case or blanks, ")

    def _shortened(self, name: str, layer: str) -> Iterator[Candidate]:
        """Without what a writer puts inside a name: "丝裂原活化蛋白激酶（MAPK）信号通路", "肌肉的形成"."""
        short = _INSIDE.sub("", name)
        if short and short != name:
            yield from _as_candidates(self.lexicon.lookup(short, weak=True), layer, 0.95, f"{short!r}, ")

    def _trimmed(self, name: str, layer: str) -> Iterator[Candidate]:
        for pattern in _trims(layer):
            shorter = pattern.sub("", name).strip(" -")
            if shorter and shorter != name and len(shorter) > 1:
                for way in (self._exact, self._in_another_case, self._in_another_order):
                    if found := [Candidate(c.concept, 0.9 * c.score, f"{shorter!r}: {c.reason}")
                                 for c in way(shorter, layer)]:  # fmt: skip
                        yield from found
                        return

    def _in_another_order(self, name: str, layer: str) -> Iterator[Candidate]:
        if len(words_of(name)) > 1:
            terms = self._by_words(layer).in_any_order(name)
            yield from _as_candidates(terms, layer, 0.9, "in another word order, ")

    def _nearly(self, name: str, layer: str) -> Iterator[Candidate]:
        # A name is similar when its words are, and only a word of five letters can be so without being the same.
        if _LONG_WORD.search(name) and not any(map(is_han, name)):
            terms, score = self._by_words(layer).nearest(name)
            yield from _as_candidates(terms, layer, round(0.9 * score, 4), f"similar ({score:.2f}), ")


def _as_candidates(terms: tuple[Term, ...], layer: str, score: float, how: str) -> Iterator[Candidate]:
    """The concepts of the terms of one layer that have the best status, once each."""
    own = [t for t in terms if t.layer == layer and t.status in _RANK]
    best = min((_RANK[t.status] for t in own), default=0)
    seen = set()
    for term in own:
        if _RANK[term.status] == best and term.concept not in seen:
            seen.add(term.concept)
            yield Candidate(term.concept, score, f"{how}the {term.lang} {term.status} {term.name!r}, {term.source}")


@lru_cache(8)
def _trims(layer: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of what may stand before or after a name of a layer without being of it."""
    raw = (files("pipeline") / "resources" / "rules" / "trim.tsv").read_bytes()
    words: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for _, row in rows(raw, "trim.tsv", _TRIM_COLUMNS):
        if layer in row["layers"].split(","):
            words[row["lang"], row["place"]].append(re.escape(row["word"]))
    patterns = []
    for (lang, place), found in words.items():
        any_word = "|".join(sorted(found, key=lambda w: (-len(w), w)))
        gap = "" if lang == "zh" else "[ -]"
        patterns.append(f"^(?:{any_word}){gap} ?" if place == "before" else f" ?{gap}(?:{any_word})$")
    return (*(re.compile(p, re.IGNORECASE) for p in patterns), re.compile("|".join(patterns), re.IGNORECASE))
