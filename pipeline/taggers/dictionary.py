"""Names of the lexicon, and the abbreviations and glosses that the paper itself defines for them."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from pipeline.document import Document, Mention
from pipeline.lexicon import Lexicon, Match, Term
from pipeline.lexicon.normalize import goes_on, is_latin
from pipeline.taggers.abbreviations import Definition, definitions
from pipeline.taggers.compose import compose
from pipeline.taggers.refuse import refuse

VERSION = "1"

# Chinese before a bracket is looked up at most this far back: 线粒体相关内质网膜 has 9 characters, few names 20.
_LONGEST_CHINESE = 24
_COORDINATED = re.compile(r"(?:/-?(?:[0-9]{1,3}[A-Za-z]?|[α-ωA-E])(?![A-Za-z0-9α-ω]))+")


class DictionaryTagger:
    """Proposes every name of the lexicon in a document, longest forms and what they hide included (see `merge`)."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def tag(self, doc: Document) -> list[Mention]:
        """Candidates inside the document's sentences; those of type "" hide others. Ids are empty, `merge` gives them.

        concepts holds the lexicon's concepts, "name:…" ones too; several where the name is ambiguous or coordinated
        ("BMP-2/4"). What the paper defines for a name of its own goes before what the lexicon says of it.
        """
        candidates: list[Mention] = []
        texts = [(doc.text[start:end], start) for start, end in doc.paragraphs()]
        found = self.lexicon.match_each([text for text, _ in texts])
        for (text, start), matches in zip(texts, found, strict=True):
            candidates += self._names(doc, text, start, matches)
        defined = self._defined(doc, candidates)
        candidates = [*defined, *candidates]
        candidates += compose(doc, candidates)
        # Of two names that overlap, the one that the segmenter's words bear out goes first: 内质网 in 细胞内质网.
        edges = {e for s in doc.sentences for t in s.tokens for e in (t.start, t.end)}
        candidates = sorted(refuse(doc, candidates), key=lambda m: -((m.start in edges) + (m.end in edges)))
        return [m for m in candidates if (i := doc.sentence_of(m.start)) is not None and m.end <= doc.sentences[i].end]

    def _names(self, doc: Document, text: str, offset: int, matches: Sequence[Match]) -> Iterator[Mention]:
        for match in matches:
            start, end = match.start, match.end
            if blocked := [t for t in match.terms if t.status == "blocked"]:
                sentence = doc.sentence_of(offset + start)
                if sentence is None or any(t.lang in ("", doc.sentences[sentence].lang) for t in blocked):
                    yield Mention("", offset + start, offset + end, "", by=_by("blocked"))
                    continue
            terms = [t for t in match.terms if t.status != "blocked"]
            end, concepts = self._coordinated(text, match)
            for layer in dict.fromkeys(t.layer for t in terms):
                own = [t for t in terms if t.layer == layer]
                by = _by("dictionary") + "".join(f", {s}" for s in _other_sources(own))
                yield Mention("", offset + start, offset + end, layer, concepts or _concepts(own), by=by)

    def _coordinated(self, text: str, match: Match) -> tuple[int, tuple[str, ...]]:
        """End and concepts of "BMP-2/4" where "BMP-2" matched: the tails replace the last digits or letter."""
        tails = _COORDINATED.match(text, match.end)
        first = text[match.start : match.end]
        base = re.sub(r"(?:[0-9]+[A-Za-z]?|[α-ωA-E])$", "", first)
        if not tails or base == first or not base:
            return match.end, ()
        concepts = list(_concepts(match.terms))
        for tail in tails[0].split("/")[1:]:
            terms = [t for t in self.lexicon.lookup(base + tail.lstrip("-")) if t.layer == match.terms[0].layer]
            if not terms:
                return match.end, ()
            concepts += (c for c in _concepts(terms) if c not in concepts)
        return match.start + len(first) + len(tails[0]), tuple(concepts)

    def _defined(self, doc: Document, candidates: list[Mention]) -> list[Mention]:
        """Mentions of the abbreviations and glosses that the paper defines, wherever they stand in it."""
        by_end: dict[int, list[Mention]] = {}
        for m in candidates:
            by_end.setdefault(m.end, []).append(m)
        found: list[Mention] = []
        shorts: dict[str, tuple[str, tuple[str, ...]]] = {}
        for definition in definitions(doc.text):
            known = self._long_form(doc.text, definition, by_end)
            short = doc.text[slice(*definition.short)] if definition.short else ""
            if known is None:
                if short and short not in shorts and self._is_foreign(doc.text, definition, short):
                    shorts[short] = ("", ())
                continue
            if short and not self._denies(short, known, explained=bool(definition.gloss) or not definition.han):
                shorts[short] = known
            if definition.gloss and not self._denies(doc.text[slice(*definition.gloss)], known):
                found.append(Mention("", *definition.gloss, *known, by=_by("gloss")))
        for short, (layer, concepts) in shorts.items():
            for start, end in _places(doc.text, short):
                found.append(Mention("", start, end, layer, concepts, by=_by("abbreviation")))
        return found

    def _long_form(
        self, text: str, definition: Definition, by_end: dict[int, list[Mention]]
    ) -> tuple[str, tuple[str, ...]] | None:
        """Layer and concepts of the name that a definition explains; None when the lexicon does not hold it."""
        if definition.gloss and (known := _known(self.lexicon.lookup(text[slice(*definition.gloss)]))):
            return known
        start, end = definition.before
        if definition.han:
            names = [
                m for m in by_end.get(end, ()) if m.type and end - m.start <= _LONGEST_CHINESE and m.end - m.start > 1
            ]
            longest = min(names, key=lambda m: m.start, default=None)
            hidden = any(not m.type and longest and m.start <= longest.start for m in by_end.get(end, ()))
            return (longest.type, longest.concepts) if longest and not hidden else None
        return _known(self.lexicon.lookup(text[start:end]))

    def _denies(self, name: str, known: tuple[str, tuple[str, ...]], *, explained: bool = True) -> bool:
        """Whether the lexicon knows `name` for certain as something else.

        "线粒体(ATP5A)" defines nothing, and where only the family's name stands before the bracket, as in
        内皮型一氧化氮合成酶(eNOS), the member's own identifier holds. explained: the letters of an abbreviation are
        those of a long form; where they are not, as in 甲基化修饰(m6A), all that the lexicon knows denies.
        """
        terms = [t for t in self.lexicon.lookup(name) if t.status != "blocked"]
        if not terms or {t.concept for t in terms} & set(known[1]):
            return False
        if any(t.status in ("symbol", "name") for t in terms) or not explained:
            return True
        return all(c.startswith("name:") for c in known[1]) and any(t.identifier and t.layer == known[0] for t in terms)

    def _is_foreign(self, text: str, definition: Definition, short: str) -> bool:
        """Whether the paper uses a symbol of the lexicon for something else: "acute coronary syndrome (ACS)".

        So it is where the long form ends in a word that no gene's name ends in, or, for other names than approved
        symbols, where it shares no word with the names of the concept.
        """
        terms = [t for t in self.lexicon.lookup(short) if t.status != "blocked"]
        if not terms or definition.han:
            return False
        words = re.findall(r"[a-z]{4,}", text[slice(*definition.before)].lower())
        if words and words[-1] in _other_heads():
            return True
        names = " ".join(name for t in terms for name in self.lexicon.english(t.concept))
        known = set(re.findall(r"[a-z]{4,}", names.lower()))
        return all(t.status != "symbol" for t in terms) and not known.intersection(words)


def _places(text: str, short: str) -> Iterator[tuple[int, int]]:
    """Bounds of an abbreviation in a text, as written or with plural -s, at word boundaries."""
    for match in re.finditer(re.escape(short), text):
        start, end = match.span()
        if start and is_latin(text[start - 1]) and is_latin(text[start]):
            continue
        if text[end : end + 1] == "s" and not is_latin(text[end + 1 : end + 2] or " "):
            end += 1
        if (
            end < len(text)
            and is_latin(text[end])
            and not text[end : end + 5].lower().startswith(("mrna", "sirna", "shrna"))
        ):
            continue
        if goes_on(text, end):
            continue
        yield start, end


def _concepts(terms: Sequence[Term]) -> tuple[str, ...]:
    """Concepts of the terms of the best status, in the lexicon's order: an approved symbol before another's alias."""
    rank = {"symbol": 0, "name": 0, "synonym": 1, "abbreviation": 1, "former": 2}
    best = min(rank.get(t.status, 3) for t in terms)
    return tuple(dict.fromkeys(t.concept for t in terms if rank.get(t.status, 3) == best))


def _other_sources(terms: Sequence[Term]) -> tuple[str, ...]:
    """Where the terms come from, other than from the curated lexicon."""
    return tuple(dict.fromkeys(t.source for t in terms if t.source != "curated"))


def _known(terms: Sequence[Term]) -> tuple[str, tuple[str, ...]] | None:
    """The first layer that the terms name, and their concepts in it; None where all are blocked."""
    named = [t for t in terms if t.status != "blocked"]
    if not named:
        return None
    layer = named[0].layer
    return layer, _concepts([t for t in named if t.layer == layer])


def _by(maker: str) -> str:
    return f"{maker} {VERSION}"


@cache
def _other_heads() -> frozenset[str]:
    path = files("pipeline") / "resources" / "rules" / "other_heads.txt"
    return frozenset(path.read_text("utf-8").split())
