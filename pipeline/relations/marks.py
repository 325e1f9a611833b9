"""Words that are no triggers but decide how those around them are read."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from pipeline.lexicon.load import rows


@cache
def marks(name: str) -> frozenset[str]:
    """The words of both languages with the mark `name` in relation_marks.tsv, in small letters.

    class: after a process or an organelle it makes another name (apoptotic genes, 黏附分子). determiner: a noun comes.
    participle: begins a phrase that says something of the noun before (genes involved in X). place: only says where
    something is, so that nothing regulates it. treatment: what is done to cells. unsigned: a change of no direction.
    """
    file = "relation_marks.tsv"
    raw = (files("pipeline") / "resources" / "rules" / file).read_bytes()
    return frozenset(row["word"] for _, row in rows(raw, file, ("lang", "mark", "word")) if row["mark"] == name)
