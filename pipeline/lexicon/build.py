"""The full lexicon: the curated one, and what the releases that a user downloaded add to it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.document import LAYERS
from pipeline.lexicon.lexicon import Lexicon
from pipeline.lexicon.load import curated_terms, save_lexicon, shipped
from pipeline.lexicon.names import Names
from pipeline.lexicon.normalize import key
from pipeline.lexicon.own_terms import read_own_terms
from pipeline.lexicon.releases import Entry, read_go, read_hgnc, read_mesh, read_mgi, read_ncbi
from pipeline.lexicon.term import LOOSE, Term


@dataclass(frozen=True, slots=True)
class Release:
    """The entries of one release, under the name that its terms carry as their source."""

    source: str
    entries: Sequence[Entry]


def full_terms(curated: Iterable[Term], releases: Sequence[Release], own: Iterable[Term] = ()) -> list[Term]:
    """All terms, the user's own first, then the curated ones, then those of the releases in their order.

    What the user's terms say of a name hides what the curated lexicon says of it; what that says, that it names nothing
    included, stands against the releases. Identifiers that a release made obsolete are followed to what took their
    place. A gene of another species is the human one of the same symbol, where there is one. Names that would be found
    where they are not meant are kept for giving identifiers only.
    """
    replaced = _replacements(releases)
    users, others = ([replace(t, concept=_current(t.concept, replaced)) for t in terms] for terms in (own, curated))
    hiding = Lexicon.of(users)
    first = users + [t for t in others if {t.concept}.issuperset(u.concept for u in hiding.lookup(t.name, weak=True))]
    known = Lexicon.of(first)
    judged = {key(term.name) for term in first}
    new: dict[tuple[str, str], Term] = {}
    for term in _release_terms(releases, first):
        name = key(term.name)
        # Another spelling of a curated name is judged with it: TGFbeta is TGF-β.
        if name and name not in judged and not known.lookup(term.name, weak=True):
            given = new.setdefault((name, term.concept), term)
            if term.status == "symbol" != given.status:
                new[name, term.concept] = term  # the human symbol, after another species' gene of that name
    shared = Counter((name, term.layer) for (name, _), term in new.items())
    return first + [replace(term, sought=_is_safe(term, shared[name, term.layer])) for (name, _), term in new.items()]


def build(out: Path, files: Mapping[str, Sequence[str]], *, taxa: Sequence[str] = ()) -> dict[str, Any]:
    """Builds a lexicon into a folder, from the shipped one and releases; gives back what lexicon.json says of it.

    files: by source (HGNC, GO, MeSH, MGI, "NCBI Gene", and "terms" for a user's own) the paths. taxa: NCBI's numbers of
    the species taken from NCBI Gene. LexiconError names the file that is not as published.
    """
    readers: dict[str, Callable[[str], Iterable[Entry]]] = {
        "HGNC": read_hgnc, "GO": read_go, "MeSH": read_mesh, "MGI": read_mgi,
        "NCBI Gene": lambda path: read_ncbi(path, taxa),
    }  # fmt: skip
    releases = [
        Release(source, [entry for path in files.get(source, ()) for entry in read(path)])
        for source, read in readers.items()
    ]
    own = [term for path in files.get("terms", ()) for term in read_own_terms(path)]
    curated, version = curated_terms(shipped())
    terms = full_terms(curated, releases, own)
    about = {
        "curated": version,
        "inputs": [
            {"source": source, "file": Path(path).name, "sha256": _sha256(path)}
            for source, paths in files.items()
            for path in paths
        ],
        "names": {layer: _counts([t for t in terms if t.layer == layer]) for layer in LAYERS},
    }
    return about | {"version": save_lexicon(Names.of(terms), out, about)}


def _counts(terms: Sequence[Term]) -> dict[str, int]:
    return {
        "concepts": len({t.concept for t in terms}), "names": len(terms), "sought": sum(t.sought for t in terms)
    }  # fmt: skip


def _sha256(path: str) -> str:
    with Path(path).open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


def _replacements(releases: Sequence[Release]) -> dict[str, str]:
    """Former identifier → the one that took its place."""
    result: dict[str, str] = {}
    for release in releases:
        for entry in release.entries:
            if entry.obsolete and entry.replaced_by:
                result[entry.concept] = entry.replaced_by
            result.update(dict.fromkeys(entry.older, entry.concept))
    return result


def _current(concept: str, replaced: Mapping[str, str]) -> str:
    """The identifier that holds now."""
    seen = {concept}
    while (newer := replaced.get(concept, concept)) not in seen:
        seen.add(newer)
        concept = newer
    return concept


def _release_terms(releases: Sequence[Release], first: Iterable[Term]) -> Iterator[Term]:
    # Approved symbol in capitals → HGNC identifier.
    human = {t.name.upper(): t.concept for t in first if t.status == "symbol" and t.concept.startswith("HGNC:")}
    layers: dict[str, str] = {}  # concept → layer, for tables that do not say it
    for release in releases:
        for entry in release.entries:
            layers[entry.concept] = layers.get(entry.concept) or entry.layer
            if (concept := entry.same_as or entry.concept).startswith("HGNC:"):
                human.update((name.upper(), concept) for name, status in entry.names if status == "symbol")
    for release in releases:
        for entry in release.entries:
            layer = entry.layer or layers[entry.concept]
            if entry.obsolete or not layer:
                continue
            own = entry.same_as if entry.same_as.startswith("HGNC:") or entry.same_as in layers else entry.concept
            concept = own
            if layer == "gene" and not own.startswith("HGNC:"):
                symbol = next((name for name, status in entry.names if status == "symbol"), "")
                concept = human.get(symbol.upper(), own)
            for name, status in entry.names:
                if concept != own and status == "symbol":
                    status = "abbreviation"  # noqa: PLW2901  (the approved symbol is the human one)
                yield Term(name, concept, layer, "en", status, release.source)


_BARE = re.compile(r"[^A-Za-z0-9α-ωΑ-Ω]")


def _is_safe(term: Term, concepts: int) -> bool:
    """Whether a name from a release is looked for in texts.

    Not: what means several concepts, or something wider or narrower; symbols of two characters; symbols of up to four
    letters without a digit, most of which are abbreviations of something else, approved ones of four letters excepted;
    what is only digits and punctuation; one word in small letters that is no symbol (a clone, a mutant's nickname).
    """
    bare = _BARE.sub("", term.name)
    if concepts > 1 or term.status in LOOSE or len(bare) < 3 or not any(c.isalpha() for c in bare):
        return False
    if term.is_symbol:
        letters_only = bare.isalpha()
        if letters_only and len(bare) <= (3 if term.status == "symbol" else 4):
            return False
        return not (letters_only and bare[1:].islower())
    return term.layer != "gene" or " " in term.name or len(bare) > 7
