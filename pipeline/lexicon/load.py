"""Reading the lexicon's files, and looking names up."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

import ahocorasick_rs

from pipeline.document import LAYERS
from pipeline.errors import LexiconError
from pipeline.lexicon.normalize import case_fits, goes_on, is_latin, key, normalize, variants
from pipeline.lexicon.term import ID_PREFIXES, LANGUAGES, STATUSES, Term

COLUMNS = ("concept", "lang", "status", "name")
BLOCKED_COLUMNS = ("name", "lang", "reason")

# What may follow a Latin name without a blank: "Runx2mRNA", "siRNA" (common in Chinese papers).
_GLUED = ("mrna", "sirna", "shrna", "cdna", "rna")
# What may precede a symbol without a blank: phospho ("pAkt").
_PREFIXES = ("p",)


_LAST_LETTER = re.compile(r"[\s-][A-Za-z]$")
_LATIN_GAP = re.compile(r"(?<=[A-Za-z])[\s-]+(?=[A-Za-z])")
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

    terms: all names. version: what goes into results and resume keys (the hash of the files).
    """

    def __init__(self, terms: Iterable[Term], version: str = "") -> None:
        self.terms = tuple(terms)
        self.version = version
        by_key: dict[str, list[Term]] = defaultdict(list)
        for term in self.terms:
            for variant in sorted(variants(term.name, term.lang, symbol=term.is_symbol)):
                by_key[variant].append(term)
        self._by_key = {k: tuple(dict.fromkeys(v)) for k, v in by_key.items() if k}
        self._keys = tuple(self._by_key)
        self._automaton = ahocorasick_rs.AhoCorasick(self._keys)

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        """Concept → language → preferred name: the approved symbol of a gene, else the "name", else the first one."""
        rank = {"symbol": 0, "name": 1}
        result: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
        for term in self.terms:
            if term.status == "blocked":
                continue
            new = (rank.get(term.status, 2), term.name)
            old = result[term.concept].get(term.lang)
            if old is None or new[0] < old[0]:
                result[term.concept][term.lang] = new
        return {c: {lang: name for lang, (_, name) in by.items()} for c, by in result.items()}

    def english(self, concept: str) -> tuple[str, ...]:
        """All English names of a concept."""
        return self._english.get(concept, ())

    @cached_property
    def _english(self) -> dict[str, tuple[str, ...]]:
        result: dict[str, list[str]] = defaultdict(list)
        for term in self.terms:
            if term.lang == "en":
                result[term.concept].append(term.name)
        return {concept: tuple(names) for concept, names in result.items()}

    def lookup(self, name: str) -> tuple[Term, ...]:
        """The terms that `name` as a whole may be, letter case observed; blocked names among them."""
        terms = self._by_key.get(key(name), ())
        return tuple(t for t in terms if _fits(t, name))

    def match(self, text: str) -> list[Match]:
        """Every place where a name stands, overlapping ones too, by start and end.

        Latin names stand at word boundaries, Chinese names anywhere. A symbol before "-2", "2" or "-α" is another
        name ("BMP" in "BMP-2") and is left out, as is a symbol whose letter case does not fit.
        """
        normal, offsets = normalize(text)
        found = []
        for index, start, end in self._automaton.find_matches_as_indexes(normal, overlapping=True):
            a, b = offsets[start], offsets[end - 1] + 1
            if offsets[end] == offsets[end - 1] or (start and offsets[start - 1] == a):
                continue  # a part of a character that stands for several: Ⅰ in Ⅱ
            while b < offsets[end] and _combines(text[b]):
                b += 1
            terms = self._by_key[self._keys[index]]
            surface = text[a:b]
            terms = tuple(t for t in terms if _fits(t, surface) and _stands(t, text, a, b))
            if terms:
                found.append(Match(a, b, terms))
        found.sort(key=lambda m: (m.start, m.end))
        return found

    def chinese_names(self) -> list[str]:
        """Names in Chinese, for the segmenter's user words."""
        return sorted({t.name for t in self.terms if t.lang == "zh" and t.status != "blocked"})


def load_lexicon(folder: Traversable | None = None) -> Lexicon:
    """The curated lexicon of the package, or of another folder with the same files.

    LexiconError names the file and line of the first row that is not in the form.
    """
    folder = folder or files("pipeline") / "resources" / "lexicon"
    digest = hashlib.sha256()
    terms: list[Term] = []
    for layer in LAYERS:
        raw = (folder / f"{layer}.tsv").read_bytes()
        digest.update(raw)
        terms += _curated(raw, f"{layer}.tsv", layer)
    raw = (folder / "blocked.tsv").read_bytes()
    digest.update(raw)
    for _, row in rows(raw, "blocked.tsv", BLOCKED_COLUMNS):
        terms.append(Term(row["name"], "", "", "" if row["lang"] == "any" else row["lang"], "blocked"))
    return Lexicon(terms, digest.hexdigest()[:12])


def rows(raw: bytes, name: str, columns: tuple[str, ...]) -> Iterable[tuple[int, dict[str, str]]]:
    """Line number and cells of each row of a tab-separated table with a header; LexiconError when it is not one."""
    try:
        lines = raw.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise LexiconError(f"{name}: UTF-8 expected: {error}; save the file as UTF-8") from error
    header = tuple(lines[0].split("\t")) if lines else ()
    if header != columns:
        raise LexiconError(f"{name}:1: the columns {', '.join(columns)} expected, found {', '.join(header) or 'none'}")
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise LexiconError(f"{name}:{number}: {len(columns)} columns expected, {len(cells)} found: {line[:60]!r}")
        yield number, dict(zip(columns, cells, strict=True))


def _curated(raw: bytes, name: str, layer: str) -> Iterable[Term]:
    for number, row in rows(raw, name, COLUMNS):
        for column, known in (("lang", LANGUAGES), ("status", STATUSES)):
            if row[column] not in known:
                raise LexiconError(f"{name}:{number}: {column} {row[column]!r} found; known: {', '.join(known)}")
        prefix = row["concept"].partition(":")[0]
        if prefix not in (*ID_PREFIXES, "name") or not row["name"].strip():
            raise LexiconError(
                f"{name}:{number}: a concept like {ID_PREFIXES[0]}:1234 or name:… and a name expected, "
                f"found {row['concept']!r}, {row['name']!r}"
            )
        yield Term(row["name"], row["concept"], layer, row["lang"], row["status"])


def _fits(term: Term, found: str) -> bool:
    """Whether a stretch of text with the term's key may be the term: its letter case, and where its blanks are."""
    if term.is_symbol:
        exact = term.status == "blocked" and not term.name.isupper()  # CCl4 is blocked, CCL4 is not
        return found == term.name if exact else case_fits(term.name, found, approved=term.status == "symbol")
    if _LAST_LETTER.search(term.name) and not _LAST_LETTER.search(found):
        return False  # "cathepsins" is the plural of cathepsin, not cathepsin S
    words, parts = _LATIN_GAP.split(found), _LATIN_GAP.split(term.name)
    if len(words) > 1 and len(words) == len(parts):
        return [key(w)[:1] for w in words] == [key(p)[:1] for p in parts]  # "AB and" is not the A band
    return len(words) <= len(parts) or "-" in found  # "arrest in" is not arrestin


def _stands(term: Term, text: str, start: int, end: int) -> bool:
    """Whether the text around a stretch lets it be the term."""
    if text.startswith("-like", end):
        return False  # "protein kinase R-like ER kinase" is not protein kinase R
    if term.is_symbol and (_continues(text, end) or _counts(text, start, end)):
        return False
    return _bounded(text, start, end, symbol=term.is_symbol)


def _counts(text: str, start: int, end: int) -> bool:
    """Whether the number at the end of a symbol counts what follows: "PR 3例" is not PR3, "IL 6.5 ng" not IL6."""
    return bool(_NUMBER_APART.search(text, start, end) and _COUNTED.match(text, end))


def _bounded(text: str, start: int, end: int, *, symbol: bool) -> bool:
    """Whether the ends of a Latin name are ends of words."""
    if is_latin(text[start]) and start and is_latin(text[start - 1]) and not (symbol and _prefixed(text, start)):
        return False
    if is_latin(text[end - 1]) and end < len(text) and is_latin(text[end]):
        return text[end : end + 5].lower().startswith(_GLUED)
    return True


def _prefixed(text: str, start: int) -> bool:
    if not text[start].isupper():
        return False
    at = start
    while at and start - at < 3 and is_latin(text[at - 1]):
        at -= 1
    return text[at:start] in _PREFIXES and not (at and is_latin(text[at - 1]))


def _continues(text: str, end: int) -> bool:
    """Whether a symbol of letters is the stem of a numbered one: BMP in BMP-2."""
    return (text[end - 1].isalpha() or text[end - 1] == ")") and goes_on(text, end)


def _combines(char: str) -> bool:
    """Whether a character belongs to the one before it (a combining mark)."""
    return "\u0300" <= char <= "\u036f"
