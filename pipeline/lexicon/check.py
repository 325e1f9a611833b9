"""Checking the lexicon: against itself, and against the releases of HGNC, GO and MeSH.

Formats: HGNC's complete set or a table with "HGNC ID", "Approved Symbol", "Synonyms"; GO and MeSH as tables of
identifier and names, or OBO. Files may be gzipped.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import LexiconError
from pipeline.lexicon.lexicon import Lexicon
from pipeline.lexicon.normalize import is_han, key, variants
from pipeline.lexicon.term import Term

_GO_ID = re.compile(r"GO:\d{7}$")


class Finding(NamedTuple):
    """A row of the lexicon that is wrong ("error") or worth a look ("warning"), and why."""

    level: str
    term: Term
    message: str


@dataclass
class Release:
    """What a vocabulary says: identifiers with their current name, all their names folded, obsolete ones apart."""

    names: dict[str, str] = field(default_factory=dict)
    synonyms: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    obsolete: set[str] = field(default_factory=set)

    def add(self, concept: str, name: str, synonyms: Iterable[str] = ()) -> None:
        """Adds an identifier, or more names of one."""
        if name.startswith("obsolete"):
            self.obsolete.add(concept)
        self.names.setdefault(concept, name)
        self.synonyms[concept].update(key(n) for n in (name, *synonyms) if n)


def check(lexicon: Lexicon, releases: dict[str, Release]) -> Iterator[Finding]:
    """Findings, by layer and concept. releases: by prefix ("HGNC", "GO", "MESH"); what is not given is not looked up.

    Errors: an identifier that the release does not hold or that is obsolete; an approved symbol that is another's; a
    concept none of whose English names the release knows; the same row twice; a Latin name marked Chinese or the other
    way; one name for concepts of two layers. Warnings: a name that two concepts of one layer share (mentions of it get
    no identifier), concepts without a name in one of the languages.
    """
    by_concept: dict[str, list[Term]] = defaultdict(list)
    for term in lexicon.terms:
        if term.status != "blocked":
            by_concept[term.concept].append(term)
    for concept, terms in by_concept.items():
        yield from _rows(terms)
        release = releases.get(concept.partition(":")[0])
        if release is not None:
            yield from _identifier(concept, terms, release)
    yield from _shared(lexicon)


def _rows(terms: Sequence[Term]) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for term in terms:
        if (term.lang, term.name) in seen:
            yield Finding("error", term, "the same name stands twice")
        seen.add((term.lang, term.name))
        if (term.lang == "zh") != any(map(is_han, term.name)):
            yield Finding("error", term, f"language {term.lang} expected to fit the name's letters")
        if term.name != term.name.strip() or "|" in term.name:
            yield Finding("error", term, "blanks or a | round the name")
    if not any(t.lang == "en" for t in terms):
        yield Finding("error", terms[0], "no English name")


def _identifier(concept: str, terms: Sequence[Term], release: Release) -> Iterator[Finding]:
    first = terms[0]
    if concept not in release.names:
        yield Finding("error", first, f"{concept} is not in the release")
        return
    if concept in release.obsolete:
        yield Finding("error", first, f"{concept} is obsolete: {release.names[concept]}")
    known = release.synonyms[concept]
    for term in terms:
        if term.status == "symbol" and key(term.name) != key(release.names[concept]):
            level = "warning" if key(term.name) in known else "error"
            yield Finding(level, term, f"{concept} has the symbol {release.names[concept]}")
    if not any(variants(t.name, "en", symbol=t.is_symbol) & known for t in terms if t.lang == "en"):
        yield Finding("error", first, f"{concept} is {release.names[concept]!r}, which is none of the English names")


def _shared(lexicon: Lexicon) -> Iterator[Finding]:
    by_name: dict[tuple[str, str], list[Term]] = defaultdict(list)
    for term in lexicon.terms:
        if term.status != "blocked":
            by_name[key(term.name), term.name if term.is_symbol else ""].append(term)
    for terms in by_name.values():
        concepts = dict.fromkeys(t.concept for t in terms)
        layers = dict.fromkeys(t.layer for t in terms)
        if len(concepts) > 1:
            level = "error" if len(layers) > 1 else "warning"
            yield Finding(level, terms[0], f"{terms[0].name!r} stands for {', '.join(concepts)}")


def read_hgnc(path: str | Path) -> Release:
    """HGNC's genes: identifier, approved symbol, aliases, former symbols. LexiconError when the header is another."""
    release = Release()
    reader = csv.DictReader(_lines(path), delimiter="\t", quoting=csv.QUOTE_NONE)
    columns = {
        "hgnc_id": ("symbol", "name", "status", ("alias_symbol", "prev_symbol"), "|"),
        "HGNC ID": ("Approved Symbol", "Approved Name", "Status", ("Synonyms",), ", "),
    }
    found = next((c for c in columns if c in (reader.fieldnames or ())), None)
    if found is None:
        raise LexiconError(
            f"{path}: a column hgnc_id or HGNC ID expected, found {', '.join(reader.fieldnames or ())[:80]}"
        )
    symbol, name, status, others, separator = columns[found]
    for row in reader:
        if row[status].lower() == "approved":
            aliases = [a for column in others for a in (row[column] or "").strip('"').split(separator)]
            release.add(row[found], row[symbol], [row[name], *aliases])
    return release


def read_go(paths: Iterable[str | Path]) -> Release:
    """GO's terms from OBO or from tables that hold an identifier and names in any order of columns."""
    release = Release()
    for path in paths:
        lines = _lines(path)
        first = next(lines, "")
        if first.startswith("format-version"):
            _read_obo(lines, release)
        else:
            _read_go_table(path, first, lines, release)
    return release


def _read_obo(lines: Iterable[str], release: Release) -> None:
    concept = name = ""
    for line in lines:
        tag, _, value = line.partition(": ")
        if line.startswith("["):
            concept = name = ""
        elif tag == "id":
            concept = value
        elif tag == "name" and concept:
            name = value
            release.add(concept, name)
        elif tag == "synonym" and name and '" EXACT' in value:
            release.add(concept, name, [value.split('"')[1]])
        elif tag == "is_obsolete" and value == "true":
            release.obsolete.add(concept)


def _read_go_table(path: str | Path, first: str, lines: Iterable[str], release: Release) -> None:
    column = next((i for i, cell in enumerate(first.split("\t")[:2]) if _GO_ID.match(cell)), None)
    if column is None:
        raise LexiconError(
            f"{path}: OBO or a table with GO: in its first or second column expected, found {first[:60]!r}"
        )
    for line in (first, *lines):
        cells = line.split("\t")
        if len(cells) > 1 and _GO_ID.match(cells[column]):
            release.add(cells[column], cells[1 - column])


def read_mesh(path: str | Path) -> Release:
    """MeSH's descriptors from a table of identifier, name, synonyms (| between them)."""
    release = Release()
    for number, line in enumerate(_lines(path), 1):
        cells = line.split("\t")
        if len(cells) < 2 or not re.match(r"(?:MESH:)?[DC]\d+$", cells[0]):
            raise LexiconError(f"{path}:{number}: an identifier like D000001 and a name expected, found {line[:60]!r}")
        release.add(f"MESH:{cells[0].removeprefix('MESH:')}", cells[1], cells[2].split("|") if len(cells) > 2 else ())
    return release


def _lines(path: str | Path) -> Iterator[str]:
    try:
        raw = Path(path).read_bytes()
        text = (gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path}: a readable text table expected: {error}") from error
    return iter(text.splitlines())
