"""What the dictionary and the trained models propose, as one list for `merge`.

Where a model has read a layer of a sentence, it decides: it has seen the names that the lexicon knows. The dictionary
gives its mentions their concepts, and adds what a model cannot know: a user's own terms, and the abbreviations and
glosses that the paper itself defines for names. Of some models it also fills the gaps (see `train`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from pipeline.document import LAYERS, Document, Mention
from pipeline.lexicon.own_terms import TABLES
from pipeline.taggers.merge import merge


def combine(
    doc: Document,
    known: Sequence[Mention],
    learned: Sequence[Mention],
    read: Mapping[str, Collection[str]],
    filled: Mapping[str, Collection[str]] | None = None,
) -> list[Mention]:
    """Candidates of both; of two for one place the first goes before the second.

    known: the dictionary's. read: by language, the layers that models have read; filled: those of them in which names
    of the dictionary stand where the model found nothing.
    """
    concepts = {(m.start, m.end, m.type): m.concepts for m in reversed(known) if m.concepts}
    own, others = [], []
    for m in known:
        layers = _of_sentence(doc, m, read)
        if m.type in layers:
            if _is_own(m):
                own.append(m)
        elif m.type or not set(LAYERS) <= set(layers):
            # What hides shorter names is for the dictionary: a model has seen the words around.
            others.append(m)
    found = [
        replace(m, concepts=known_as) if (known_as := concepts.get((m.start, m.end, m.type))) else m for m in learned
    ]
    if filled:
        taken = {(m.type, at) for m in found for at in range(m.start, m.end)}
        for m in merge(LAYERS, known):
            free = taken.isdisjoint((m.type, at) for at in range(m.start, m.end))
            if free and m.type in _of_sentence(doc, m, filled):
                others.append(m)
    return [*own, *found, *others]


def _of_sentence(doc: Document, m: Mention, by_language: Mapping[str, Collection[str]]) -> Collection[str]:
    sentence = doc.sentence_of(m.start)
    return by_language.get(doc.sentences[sentence].lang, ()) if sentence is not None else ()


def _is_own(m: Mention) -> bool:
    """Whether a candidate comes from a user's own table, or from a definition in the paper."""
    return m.by.endswith(TABLES) or m.by.startswith(("abbreviation", "gloss"))
