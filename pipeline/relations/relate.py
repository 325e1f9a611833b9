"""The relation step: sentence by sentence, by a trained model where there is one for the language, else by rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.document import Document, Relation
from pipeline.relations.learned.model import RelationModel
from pipeline.relations.learned.tagger import PairTagger
from pipeline.relations.rules import by_sentence, statements

VERSION = "2"


class Relater:
    """Reads relations between mentions of one sentence. Holds no state of a document.

    models: trained classifiers, one a language; a language without one is read by the rules alone. guideline: whose
    reading, for models that know it.
    """

    def __init__(self, models: Sequence[RelationModel] = (), *, guideline: str | None = None) -> None:
        self._taggers = {m.lang: PairTagger(m, guideline) for m in models}

    def relate(self, doc: Document) -> list[Relation]:
        """The relations that the sentences of `doc` state between its mentions, by sentence, then place of the ends.

        `doc` has sentences with their language and mentions; a sentence with fewer than two mentions states nothing.
        Each relation has the trigger as it stands in the text ("" where none was found). Those of a model have their
        probability as `score`; rules do not weigh.
        """
        found: list[Relation] = []
        for sentence, mentions in by_sentence(doc):
            tagger = self._taggers.get(sentence.lang)
            if tagger is not None:
                found += tagger.relations(doc, sentence, mentions)
                continue
            for s in statements(doc, sentence, mentions):
                trigger, by = doc.text[s.start : s.end], f"triggers {VERSION}"
                found.append(Relation("", s.type, s.head.id, s.tail.id, s.negated, s.speculative, trigger, by))
        return [replace(relation, id=f"r{number}") for number, relation in enumerate(found, 1)]
