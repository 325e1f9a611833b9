"""Which concept a mention stands for. One identifier serves both languages; none is ever guessed."""

from collections.abc import Iterable
from dataclasses import replace

from pipeline.document import Document, Mention
from pipeline.lexicon import Lexicon
from pipeline.lexicon.normalize import readable
from pipeline.lexicon.term import Term

VERSION = "1"


class Linker:
    """Gives mentions identifiers from the lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def link(self, doc: Document, mentions: list[Mention]) -> list[Mention]:
        """The mentions with `concepts` (CURIEs) and `name`.

        What a tagger proposed is kept; a mention without a proposal is looked up as a whole. Where several concepts
        share the name and the text does not list them ("BMP-2/4"), the mention gets none. `name` is the lexicon's
        English name of a concept without identifier, else the normalised surface.
        """
        return [self._linked(doc, m) for m in mentions]

    def _linked(self, doc: Document, m: Mention) -> Mention:
        surface = doc.surface(m)
        concepts = m.concepts or _agreed(t for t in self.lexicon.lookup(surface) if t.layer == m.type)
        if len(concepts) > 1 and "/" not in surface:
            concepts = ()
        identifiers = tuple(c for c in concepts if not c.startswith("name:"))
        named = [c.removeprefix("name:") for c in concepts if c.startswith("name:")]
        name = "" if identifiers else (named[0] if named else readable(surface))
        return replace(m, concepts=identifiers, name=name)


def _agreed(terms: Iterable[Term]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t.concept for t in terms))
