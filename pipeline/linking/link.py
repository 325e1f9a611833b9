"""Which concept a mention stands for. One identifier serves both languages; none is ever guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.document import Document, Mention
from pipeline.lexicon import Lexicon
from pipeline.lexicon.normalize import readable
from pipeline.linking.aliases import Aliases
from pipeline.linking.candidates import Candidate, Candidates
from pipeline.linking.context import decided, words_of
from pipeline.linking.coordination import members
from pipeline.taggers.abbreviations import definitions

VERSION = "2"


class Linker:
    """Gives mentions identifiers from the lexicon. aliases, aliases_first: as of `Candidates`."""

    def __init__(self, lexicon: Lexicon, aliases: Aliases | None = None, *, aliases_first: bool = False) -> None:
        self.lexicon = lexicon
        self.candidates = Candidates(lexicon, aliases, aliases_first=aliases_first)

    def link(self, doc: Document, mentions: Sequence[Mention]) -> list[Mention]:
        """The mentions with `concepts` (CURIEs), `name`, and a `score` where none was given and the linker found them.

        What a tagger proposed is kept; a mention without a proposal is looked up: the long form that the paper gives
        for an abbreviation, the name itself (see `Candidates`), the members of a coordination ("BMP-2/4"). Where
        several concepts share a name, the rest of the paper decides (see `context`); if it does not, the mention gets
        none. `name` is the lexicon's English name of a concept without identifier, else the normalised surface.
        """
        long_forms = _long_forms(doc.text)
        found = [self._found(doc, m, long_forms) for m in mentions]
        named = Counter(c[0].concept for c in found if len(c) == 1)
        words = words_of(doc.text) if any(len(c) > 1 for c in found) else Counter[str]()
        return [self._linked(doc, m, candidates, named, words) for m, candidates in zip(mentions, found, strict=True)]

    def _found(self, doc: Document, m: Mention, long_forms: Mapping[str, str]) -> tuple[Candidate, ...]:
        """What a mention may stand for; one candidate with "|" between concepts where it stands for several."""
        surface = doc.said(m)
        if m.concepts:
            if len(m.concepts) > 1 and len(members(surface)) > 1:
                return (Candidate("|".join(m.concepts), 1.0, "proposed"),)
            return tuple(Candidate(c, 1.0, "proposed") for c in m.concepts)
        if (long := long_forms.get(surface)) and (found := self.candidates.of(long, m.type)):
            return found
        # What a rule made of a known name and a word is no misspelling: the nearest name would be another thing.
        nearly = not m.by.startswith("compose")
        if (whole := self.candidates.of(surface, m.type, nearly=nearly)) and whole[0].score >= 0.9:
            return whole
        parts = self.candidates.coordinated(surface, m.type)
        if not parts:
            return whole
        concepts = dict.fromkeys(c.concept for _, c in parts)
        return (Candidate("|".join(concepts), min(c.score for _, c in parts), "coordinated"),)

    def _linked(
        self, doc: Document, m: Mention, found: Sequence[Candidate], named: Counter[str], words: Counter[str]
    ) -> Mention:
        best = found[0] if len(found) == 1 else decided(self.lexicon, found, named, words) if found else None
        concepts = best.concept.split("|") if best else []
        identifiers = tuple(c for c in concepts if not c.startswith("name:"))
        families = [c.removeprefix("name:") for c in concepts if c.startswith("name:")]
        name = "" if identifiers else (families[0] if families else readable(doc.surface(m)))
        score = best.score if best and not m.concepts and m.score is None else m.score
        return replace(m, concepts=identifiers, name=name, score=score)


def _long_forms(text: str) -> dict[str, str]:
    """Abbreviation → the Latin long form that a text gives for it first."""
    result: dict[str, str] = {}
    for definition in definitions(text):
        long = definition.gloss or (None if definition.han else definition.before)
        if long and definition.short:
            result.setdefault(text[slice(*definition.short)], text[slice(*long)])
    return result
