"""Checking the lexicon: against itself, and against the releases of HGNC, GO and MeSH."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.lexicon.lexicon import Lexicon
from pipeline.lexicon.normalize import is_han, key, variants
from pipeline.lexicon.releases import Entry
from pipeline.lexicon.term import LOOSE, Term


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

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Release:
        """What the entries of a release say; narrower, broader and related names are none."""
        release = cls()
        for entry in entries:
            names = [name for name, status in entry.names if status not in LOOSE]
            if entry.obsolete:
                release.obsolete.add(entry.concept)
            if names:
                release.names.setdefault(entry.concept, names[0])
                release.synonyms[entry.concept].update(map(key, names))
        return release


def check(lexicon: Lexicon, releases: dict[str, Release]) -> Iterator[Finding]:
    """Findings, by layer and concept. releases: by prefix ("HGNC", "GO", "MESH"); what is not given is not looked up.

    Errors: an identifier that the release does not hold or that is obsolete; an approved symbol that is another's; a
    concept none of whose English names the release knows; the same row twice; a Latin name marked Chinese or the other
    way; one name that is sought for concepts of two layers. Warnings: a name that two concepts of one layer share
    (mentions of it get no identifier), concepts without a name in one of the languages.
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
        sought = [t for t in terms if t.status != "weak"]
        if len({t.layer for t in sought}) > 1:
            yield Finding("error", sought[0], _stands_for(sought))
        for layer in dict.fromkeys(t.layer for t in terms):
            of_layer = [t for t in terms if t.layer == layer]
            if len({t.concept for t in of_layer}) > 1:
                yield Finding("warning", of_layer[0], _stands_for(of_layer))


def _stands_for(terms: Sequence[Term]) -> str:
    return f"{terms[0].name!r} stands for {', '.join(dict.fromkeys(t.concept for t in terms))}"
