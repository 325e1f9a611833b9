"""What the dictionary and the trained models propose, as one list for `merge`.

Where a model has read a layer of a sentence, it decides: it has seen the names that the lexicon knows. The dictionary
gives its mentions their concepts, and adds what a model cannot know: a user's own terms, and the abbreviations and
glosses that the paper itself defines for names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from pipeline.document import LAYERS, Document, Mention
from pipeline.lexicon.own_terms import TABLES


def combine(
    doc: Document,
    known: Sequence[Mention],
    learned: Sequence[Mention],
    read: Mapping[str, Collection[str]],
) -> list[Mention]:
    """Candidates of both; of two for one place the first goes before the second.

    known: the dictionary's; read: by language, the layers that models have read.
    """
    concepts = {(m.start, m.end, m.type): m.concepts for m in reversed(known) if m.concepts}
    own, others = [], []
    for m in known:
        sentence = doc.sentence_of(m.start)
        layers = read.get(doc.sentences[sentence].lang, ()) if sentence is not None else ()
        if m.type in layers:
            if _is_own(m):
                own.append(m)
        elif m.type or not set(LAYERS) <= set(layers):
            # What hides shorter names is for the dictionary: a model has seen the words around.
            others.append(m)
    found = [replace(m, concepts=concepts.get((m.start, m.end, m.type), ())) for m in learned]
    return [*own, *found, *others]


def _is_own(m: Mention) -> bool:
    """Whether a candidate comes from a user's own table, or from a definition in the paper."""
    return m.by.endswith(TABLES) or m.by.startswith(("abbreviation", "gloss"))
