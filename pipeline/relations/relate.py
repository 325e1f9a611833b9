"""The relation step: sentence by sentence, by a trained model where there is one for the language, else by rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.document import Document, Relation
from pipeline.errors import ModelError
from pipeline.relations.learned.model import RelationModel
from pipeline.relations.learned.paths import Paths, trees_of
from pipeline.relations.learned.tagger import PairTagger, Reading
from pipeline.relations.rules import by_sentence, statements
from pipeline.syntax.parser import Parser

VERSION = "2"


class Relater:
    """Reads relations between mentions of one sentence. Holds no state of a document.

    models: trained classifiers, one a language; a language without one is read by the rules alone. guideline: whose
    reading, for models that know it. parser: for a model that learned with trees; ModelError when it learned with
    those of another one.
    """

    def __init__(
        self, models: Sequence[RelationModel] = (), *, guideline: str | None = None, parser: Parser | None = None
    ) -> None:
        for model in models:
            if model.syntax and (parser is None or parser.made_by != model.syntax):
                found = parser.made_by if parser is not None else "none"
                raise ModelError(
                    f"{model.name}: learned with the parser {model.syntax!r}, found {found!r}; train it again"
                )
        self._taggers = {m.lang: PairTagger(m, guideline) for m in models}
        self._parser = parser if any(m.syntax for m in models) else None

    def relate(self, doc: Document) -> list[Relation]:
        """The relations that the sentences of `doc` state between its mentions, by sentence, then place of the ends.

        `doc` has sentences with their language and mentions; a sentence with fewer than two mentions states nothing.
        Each relation has the trigger as it stands in the text ("" where none was found). Those of a model have their
        probability as `score`; rules do not weigh.
        """
        found: list[Relation] = []
        sentences = list(by_sentence(doc))
        readings: dict[int, Reading] = {}
        for lang, tagger in self._taggers.items():
            readings |= tagger.read(doc, [(s, mentions) for s, mentions in sentences if s.lang == lang])
        open_ = [s for s, _ in sentences if s.start in readings and readings[s.start].open]
        trees = trees_of(self._parser, doc, open_) if self._parser is not None else {}
        for sentence, mentions in sentences:
            if sentence.lang in self._taggers:
                if reading := readings.get(sentence.start):
                    tree = trees.get(sentence.start)
                    paths = Paths(reading.scene, sentence.tokens, tree) if tree is not None else None
                    found += self._taggers[sentence.lang].relations(reading, paths)
                continue
            for s in statements(doc, sentence, mentions):
                trigger, by = doc.text[s.start : s.end], f"triggers {VERSION}"
                found.append(Relation("", s.type, s.head.id, s.tail.id, s.negated, s.speculative, trigger, by))
        return [replace(relation, id=f"r{number}") for number, relation in enumerate(found, 1)]
