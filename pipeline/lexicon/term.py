"""One name of one concept."""

from dataclasses import dataclass

STATUSES = ("symbol", "name", "synonym", "former", "abbreviation", "weak", "blocked")
LOOSE = ("narrow", "broad", "related")
"""Statuses in releases of names that do not mean the concept itself."""
LANGUAGES = ("en", "zh")
ID_PREFIXES = ("HGNC", "NCBIGene", "GO", "MESH", "MGI")


@dataclass(frozen=True, slots=True)
class Term:
    """A name, as papers write it, and what it stands for.

    concept: a CURIE ("HGNC:4081"), or "name:NF-κB" for what has no identifier (families, complexes) and is counted by
    its English name. status: "symbol" and "abbreviation" must fit in letter case, other names need not; "name" is the
    preferred one of its language; "weak" ones give an identifier to what a tagger found, but texts are not searched for
    them (verbs, adjectives, abbreviations with other readings); "blocked" names stand for nothing and hide what is
    inside them, in sentences of their language ("" for any). source: the curated lexicon, a release, or the file of a
    user's own terms. sought: whether texts are searched for it.
    """

    name: str
    concept: str
    layer: str
    lang: str
    status: str
    source: str = "curated"
    sought: bool = True

    @property
    def is_symbol(self) -> bool:
        """Whether letter case tells this name from a common word."""
        if self.status in ("blocked", "weak"):
            return " " not in self.name and any(c.isupper() for c in self.name[1:])
        return self.status in ("symbol", "abbreviation")

    @property
    def identifier(self) -> str:
        """The CURIE, or "" for a concept that is counted by name."""
        return "" if self.concept.startswith("name:") else self.concept
