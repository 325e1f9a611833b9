"""Names by their normal form: finding them in texts and looking them up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from pipeline.lexicon.finder import Flags
from pipeline.lexicon.names import Names
from pipeline.lexicon.normalize import (
    DASHES,
    LATIN,
    Offsets,
    case_fits,
    codes_of,
    goes_on,
    greek_letters,
    key,
    normalize,
    without_pathway,
)
from pipeline.lexicon.term import Term

_BETWEEN = "\n\n"  # texts that are searched together; no name goes over it
# What may follow a Latin name without a blank: "Runx2mRNA", "siRNA" (common in Chinese papers).
_GLUED = ("mrna", "sirna", "shrna", "cdna", "rna")


_LAST_LETTER = re.compile(r"[\s-][A-Za-z]$")
_LATIN_GAP = re.compile(r"(?<=[A-Za-zα-ω])[\s-]+(?=[A-Za-zα-ω])")
_NUMBER_APART = re.compile(r"\s\d+$")
_COUNTED = re.compile(
    r"\s?(?:[例个只倍次天日周月年岁小组%％±]|\.\d|(?:h|d|min|s|[mkµμn]?g|[mµμ]?[lL]|[mµμn]?mol|[mc]m)\b)"
)


class Match(NamedTuple):
    """A place in a text where names of the lexicon stand."""

    start: int
    end: int
    terms: tuple[Term, ...]


class Lexicon:
    """Names by their normal form. Never changed after construction.

    parts: of the vocabulary; what an earlier one says of a name hides what later ones say of it. version: what goes
    into results and resume keys (the hash of the files). base: the version without a user's own terms.
    """

    def __init__(self, parts: Sequence[Names], version: str = "", base: str = "") -> None:
        self.parts = tuple(parts)
        self.version = version
        self.base = base or version
        # One paper, and one field, say the same names again and again.
        self._known = lru_cache(1 << 16)(self._fitting)
        # The same texts are asked for by each tagger.
        self._matched = lru_cache(4)(self._places)
        self.names = lru_cache(1 << 16)(self._preferred)

    @classmethod
    def of(cls, terms: Iterable[Term], version: str = "") -> Lexicon:
        """The lexicon of some terms."""
        return cls((Names.of(terms),), version)

    @property
    def terms(self) -> Iterator[Term]:
        """All names, part after part."""
        return (term for part in self.parts for term in part)

    def _preferred(self, concept: str) -> dict[str, str]:
        """Language → preferred name of a concept: the approved symbol of a gene, else the "name", else the first one.

        Empty for an unknown concept.
        """
        rank = {"symbol": 0, "name": 1}
        best: dict[str, tuple[int, str]] = {}
        for term in self._of_concept(concept):
            new = (rank.get(term.status, 2), term.name)
            if term.lang not in best or new[0] < best[term.lang][0]:
                best[term.lang] = new
        return {lang: name for lang, (_, name) in best.items()}

    def english(self, concept: str) -> tuple[str, ...]:
        """All English names of a concept."""
        return tuple(t.name for t in self._of_concept(concept) if t.lang == "en")

    def _of_concept(self, concept: str) -> Iterator[Term]:
        return (term for part in self.parts for term in part.of_concept(concept) if term.status != "blocked")

    def lookup(self, name: str, *, weak: bool = False) -> tuple[Term, ...]:
        """The terms that `name` as a whole may be, letter case observed; blocked names among them.

        weak: also terms that texts are not searched for.
        """
        return self._known(name)[0 if weak else 1]

    def match(self, text: str, *, weak: bool = False) -> list[Match]:
        """Every place where a name stands, overlapping ones too, by start and end. weak: as of `lookup`.

        Latin names stand at word boundaries, Chinese names anywhere. A symbol before "-2", "2" or "-α" is another
        name ("BMP" in "BMP-2") and is left out, as is a symbol whose letter case does not fit.
        """
        return self.match_each([text], weak=weak)[0]

    def match_each(self, texts: Sequence[str], *, weak: bool = False) -> list[list[Match]]:
        """As `match`, for several texts: many short ones cost as much as a long one."""
        ends = list(accumulate(len(text) + len(_BETWEEN) for text in texts))
        result: list[list[Match]] = [[] for _ in texts]
        at = offset = 0
        for match in self._matched(_BETWEEN.join(texts))[0 if weak else 1]:
            while match.start >= ends[at]:
                offset, at = ends[at], at + 1
            result[at].append(Match(match.start - offset, match.end - offset, match.terms) if offset else match)
        return result

    def _places(self, text: str) -> tuple[list[Match], list[Match]]:
        """Where names stand in a text: all of them, and those that texts are searched for."""
        normal, offsets = normalize(text)
        begins, ends, prefixed = _boundaries(text, offsets)
        starts, stops = (
            np.concatenate(side) for side in zip(*(p.find(normal, begins, ends) for p in self.parts), strict=True)
        )
        firsts, lasts, afters = offsets[starts], offsets[stops - 1] + 1, offsets[stops]
        # A part of a character that stands for several is none: Ⅰ in Ⅱ.
        whole = (afters >= lasts) & ((starts == 0) | (offsets[starts - 1] != firsts))
        places = (array[whole].tolist() for array in (firsts, lasts, afters, prefixed[starts]))
        found, sought = [], []
        for a, b, after, behind_prefix in zip(*places, strict=True):
            known, wanted = self._known(text[a:b])
            if not known:
                continue
            end, terms = b, known
            while end < after and _combines(text[end]):
                end += 1
            if behind_prefix:
                terms = tuple(t for t in terms if t.is_symbol and text[a].isupper())
            if text[end : end + 1] in DASHES or text[end - 1].isdigit():
                terms = tuple(t for t in terms if _stands(t, text, a, end))
            if terms:
                found.append(match := Match(a, end, terms))
                if terms is not known:
                    wanted = tuple(t for t in terms if t.sought)
                if wanted:
                    sought.append(match if len(wanted) == len(terms) else Match(a, end, wanted))
        if len(self.parts) > 1:
            found, sought = sorted(set(found)), sorted(set(sought))
        return found, sought

    def chinese_names(self) -> list[str]:
        """Names in Chinese, for the segmenter's user words."""
        return sorted({t.name for part in self.parts for t in part.chinese() if t.status != "blocked"})

    def _fitting(self, name: str) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
        """The terms that a name may be: all of them, and those that texts are searched for."""
        wanted = key(name)
        fitting = (tuple(t for t in part.terms(wanted) if _fits(t, name)) for part in self.parts)
        terms = next(filter(None, fitting), ())
        sought = tuple(t for t in terms if t.sought)
        return terms, terms if len(sought) == len(terms) else sought


def _boundaries(text: str, offsets: Offsets) -> tuple[Flags, Flags, Flags]:
    """By place in the normal form, whether a name may begin there; end before it; begin there behind a prefix only.

    The second has one more than the text. Latin names begin and end with words; a prefix is for symbols in capitals.
    """
    codes = codes_of(text)
    size = len(codes)
    latin = np.zeros(size + 3, np.bool_)  # latin[i + 2] is that of character i
    latin[2:-1] = LATIN.of(codes) == 1
    glued = np.zeros(size + 1, np.bool_)
    lower = codes | 0x20
    rna = (lower[1:-1] == ord("n")) & (lower[2:] == ord("a"))
    for at in np.flatnonzero(rna).tolist():  # "Runx2mRNA": from one to three letters before the n
        for start in range(max(at - 2, 0), at + 1):
            glued[start] |= text[start : start + 5].lower().startswith(_GLUED)
    # A prefix may stand before a capital: "pAkt".
    prefixed = np.zeros(size, np.bool_)
    prefixed[1:] = latin[3:-1] & (codes[:-1] == ord("p")) & ~latin[1:size]
    begins = ~latin[2:-1] | ~latin[1:-2] | prefixed
    ends = ~latin[2:-1] | ~latin[3:] | glued[1:]
    first = offsets[:-1]
    stops = np.zeros(len(offsets), np.bool_)
    stops[1:] = ends[first]
    return begins[first], stops, prefixed[first]


def _fits(term: Term, found: str) -> bool:
    """Whether a stretch of text with the term's key may be the term: its letter case, and where its blanks are."""
    if term.is_symbol:
        exact = term.status == "blocked" and not term.name.isupper()  # CCl4 is blocked, CCL4 is not
        return found == term.name if exact else case_fits(term.name, found, approved=term.status == "symbol")
    if _LAST_LETTER.search(term.name) and not _LAST_LETTER.search(found):
        return False  # "cathepsins" is the plural of cathepsin, not cathepsin S
    words, parts = (_LATIN_GAP.split(greek_letters(without_pathway(name))) for name in (found, term.name))
    if len(words) > 1 and len(words) == len(parts):
        return [key(w)[:1] for w in words] == [key(p)[:1] for p in parts]  # "AB and" is not the A band
    return len(words) <= len(parts) or "-" in found  # "arrest in" is not arrestin


def _stands(term: Term, text: str, start: int, end: int) -> bool:
    """Whether what follows a stretch of text lets it be the term."""
    if text.startswith("-like", end):
        return False  # "protein kinase R-like ER kinase" is not protein kinase R
    return not (term.is_symbol and (_continues(text, end) or _counts(text, start, end)))


def _counts(text: str, start: int, end: int) -> bool:
    """Whether the number at the end of a symbol counts what follows: "PR 3例" is not PR3, "IL 6.5 ng" not IL6."""
    return bool(_NUMBER_APART.search(text, start, end) and _COUNTED.match(text, end))


def _continues(text: str, end: int) -> bool:
    """Whether a symbol of letters is the stem of a numbered one: BMP in BMP-2."""
    return (text[end - 1].isalpha() or text[end - 1] == ")") and goes_on(text, end)


def _combines(char: str) -> bool:
    """Whether a character belongs to the one before it (a combining mark)."""
    return "\u0300" <= char <= "\u036f"
