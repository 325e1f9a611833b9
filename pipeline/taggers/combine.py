"""What the dictionary and the trained models propose, as one list for `merge`.

Where a model has read a layer of a sentence, it decides: it has seen the names that the lexicon knows. The dictionary
gives its mentions their concepts, and adds what a model cannot know: a user's own terms, and the abbreviations and
glosses that the paper itself defines for names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from pipeline.document import Document, Mention


def combine(
    doc: Document,
    known: Sequence[Mention],
    learned: Sequence[Mention],
    read: Mapping[str, Collection[str]],
) -> list[Mention]:
    """Candidates of both. known: the dictionary's; read: by language, the layers that models have read."""
    concepts = {(m.start, m.end, m.type): m for m in reversed(known) if m.concepts}
    result = []
    for m in learned:
        same = concepts.get((m.start, m.end, m.type))
        result.append(replace(m, concepts=same.concepts) if same else m)
    for m in known:
        sentence = doc.sentence_of(m.start)
        layers = read.get(doc.sentences[sentence].lang, ()) if sentence is not None else ()
        if m.type in layers and not _is_own(m):
            continue
        if not m.type and layers:
            continue  # what hides shorter names is for the dictionary: a model has seen the words around
        result.append(m)
    return result


def _is_own(m: Mention) -> bool:
    """Whether a candidate comes from a user's own table, or from a definition in the paper."""
    return "," in m.by or m.by.startswith(("abbreviation", "gloss"))
