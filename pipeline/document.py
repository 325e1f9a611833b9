"""The document: one text, and layers of spans over it.

Offsets are Unicode code points of `Document.text`, half open. Pages count from 1. Boxes are PDF points
`(x0, y0, x1, y1)` with the origin at the bottom left of the page.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.errors import AnnotationError

if TYPE_CHECKING:
    from spacy.tokens import Doc

LAYERS = ("gene", "organelle", "process")

RELATION_TYPES = {
    "positively_regulates": "RO:0002213",
    "negatively_regulates": "RO:0002212",
    "regulates": "RO:0002211",
    "located_in": "RO:0001025",
    "interacts_with": "RO:0002434",
    "involved_in": "RO:0002331",
}

BODY_KINDS = frozenset({"title", "abstract", "heading", "paragraph", "caption"})
"""Kinds of block that make up the text a reader of the paper reads from its title to its end."""

TAGGED_KINDS = BODY_KINDS | {"keywords"}
"""Kinds of block that are tagged. The others are kept as text only: "author", "affiliation", "table" (cells, and labels
in figures), "formula", "footnote", "acknowledgement", "back" (funding, contributions, interests), "reference",
"furniture" (running heads and feet, page numbers, stamps)."""

Box = tuple[float, float, float, float]
Edges = tuple[tuple[int, float], ...]
"""Left edges of some characters of a line, as (offset in the line, x); print runs evenly between two of them.

None are given for a line that is not set upright."""

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line of a PDF, with the left edges of some of its characters; the last edge closes the line."""

    start: int
    end: int
    page: int
    box: Box
    edges: Edges


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the text on one page. Two blocks without a line end between them are one paragraph."""

    start: int
    end: int
    kind: str = "paragraph"
    section: str = ""
    page: int | None = None
    box: Box | None = None


class Token(NamedTuple):
    """A word as the segmenter of its language cuts it: a feature for taggers, never a coordinate."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a body block, with its language ("zh" or "en") and its tokens."""

    start: int
    end: int
    lang: str
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """One name in `Document.text`; `text[start:end]` is the name."""

    id: str
    start: int
    end: int
    type: str
    concepts: tuple[str, ...] = ()
    """CURIEs ("HGNC:10472"), best first; several where one name stands for several ("BMP-2/4")."""
    name: str = ""
    """What a mention without concepts is counted under: the lexicon's name, else the normalised surface."""
    spans: tuple[tuple[int, int], ...] = ()
    """Only for a mention with a gap."""
    by: str = ""
    """Maker and version: "dictionary 1", "gold"."""
    score: float | None = None
    """0..1; None where the maker has no notion of one."""
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A statement of one sentence; `head` and `tail` are ids of mentions."""

    id: str
    type: str
    head: str
    tail: str
    negated: bool = False
    speculative: bool = False
    trigger: str = ""
    by: str = ""
    score: float | None = None


@dataclass(frozen=True)
class Document:
    """A paper, or a passage of one: its text, and what is known of it.

    `lines` hold the positions of the characters on the page and are not written to JSON; mentions and blocks are.
    """

    id: str
    text: str
    lang: str = ""
    title: str = ""
    title_other: str = ""
    doi: str = ""
    path: str = ""
    sha256: str = ""
    blocks: tuple[Block, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    mentions: tuple[Mention, ...] = ()
    relations: tuple[Relation, ...] = ()
    warnings: tuple[str, ...] = ()
    lines: tuple[Line, ...] = field(default=(), repr=False)
    extra: tuple[tuple[str, Any], ...] = ()
    """Fields of a JSON document that are not ours ("source", "license"), kept for writing."""

    def with_(self, **changes: Any) -> Document:
        """A copy with some fields changed."""
        return replace(self, **changes)

    def surface(self, span: Mention | Sentence | Token | Block) -> str:
        """The text of a span, character for character."""
        return self.text[span.start : span.end]

    def said(self, m: Mention) -> str:
        """The text of a mention; of one with a gap its pieces, a blank between."""
        return " ".join(self.text[start:end] for start, end in m.spans) if m.spans else self.surface(m)

    def paragraphs(self) -> Iterator[tuple[int, int]]:
        """Bounds of the runs of sentences that no line end parts."""
        start = end = -1
        for s in self.sentences:
            if start >= 0 and "\n" in self.text[end : s.start]:
                yield start, end
                start = -1
            start = s.start if start < 0 else start
            end = s.end
        if start >= 0:
            yield start, end

    def sentence_of(self, start: int) -> int | None:
        """Index of the sentence that holds the character at `start`; None between sentences."""
        index = bisect.bisect_right(self.sentences, start, key=lambda s: s.start) - 1
        return index if index >= 0 and start < self.sentences[index].end else None

    def block_of(self, start: int) -> Block | None:
        """The block that holds the character at `start`."""
        index = bisect.bisect_right(self.blocks, start, key=lambda b: b.start) - 1
        return self.blocks[index] if index >= 0 and start < self.blocks[index].end else None

    def place(self, start: int, end: int) -> tuple[int | None, Box | None]:
        """Page and box of a span: the part in its first column, over all its lines. (None, None) without lines."""
        index = max(bisect.bisect_right(self.lines, start, key=lambda line: line.start) - 1, 0)
        page: int | None = None
        boxes: list[Box] = []
        for at in range(index, len(self.lines)):
            line = self.lines[at]
            # A line that stands higher than the one before it begins the next column.
            if line.start >= end or (boxes and line.box[3] > boxes[-1][3] + 1):
                break
            first, last = max(start, line.start), min(end, line.end)
            if first >= last or page not in (None, line.page):
                continue
            page = line.page
            x0, x1 = line.box[0], line.box[2]
            if line.edges:
                x0, x1 = edge_at(line.edges, first - line.start), edge_at(line.edges, last - line.start)
            boxes.append((x0, line.box[1], x1, line.box[3]))
        if not boxes:
            return None, None
        x0s, y0s, x1s, y1s = zip(*boxes, strict=True)
        return page, (min(x0s), min(y0s), max(x1s), max(y1s))

    def to_dict(self) -> dict[str, Any]:
        """The document in the annotation guideline's JSON form, with our own fields beside."""
        result: dict[str, Any] = {"id": self.id, "lang": self.lang, "text": self.text, **dict(self.extra)}
        for name in ("title", "title_other", "doi", "path", "sha256"):
            if value := getattr(self, name):
                result[name] = value
        if self.warnings:
            result["warnings"] = list(self.warnings)
        if self.blocks:
            result["blocks"] = [_filled(b) for b in self.blocks]
        if self.sentences:
            result["sentences"] = [{"start": s.start, "end": s.end, "lang": s.lang} for s in self.sentences]
        result["mentions"] = [{**_filled(m), "concepts": list(m.concepts)} for m in self.mentions]
        result["relations"] = [
            {**_filled(r), "negated": r.negated, "speculative": r.speculative} for r in self.relations
        ]
        return result

    def to_spacy(self) -> Doc:
        """A spaCy `Doc` of the same text, each layer in `doc.spans[layer]`; bounds that cut a token are widened."""
        import spacy  # noqa: PLC0415  (importing spaCy takes a second that other users need not wait for)
        from spacy.tokens import Doc, Span  # noqa: PLC0415

        words: list[str] = []
        spaces: list[bool] = []
        starts: set[int] = set()
        sentence_starts = {s.start for s in self.sentences}
        for start, end in _pieces(self):
            piece = self.text[start:end]
            if start in sentence_starts:
                starts.add(len(words))
            if piece == " " and words and not spaces[-1]:
                spaces[-1] = True
                continue
            words.append(piece)
            spaces.append(False)
        doc = Doc(spacy.blank("xx").vocab, words=words, spaces=spaces)
        for index, token in enumerate(doc):
            token.is_sent_start = index in starts or index == 0
        for layer in LAYERS:
            doc.spans[layer] = [
                Span(doc, span.start, span.end, label=layer, kb_id=m.concepts[0] if m.concepts else "")
                for m in self.mentions
                if m.type == layer and (span := doc.char_span(m.start, m.end, alignment_mode="expand")) is not None
            ]
        return doc


def from_dict(data: dict[str, Any]) -> Document:
    """The document of a JSON object in the annotation guideline's form; AnnotationError when it is not in that form."""
    for name in ("id", "text"):
        if not isinstance(data.get(name), str):
            raise AnnotationError(
                f"document {data.get('id', '?')!r}: a string {name!r} expected, found {data.get(name)!r}"
            )
    if _SURROGATE.search(data["text"]):
        raise AnnotationError(f"document {data['id']!r}: whole characters expected, found half a surrogate pair")
    try:
        return Document(
            blocks=tuple(_build(Block, b) for b in data.get("blocks", ())),
            sentences=tuple(_build(Sentence, s) for s in data.get("sentences", ())),
            mentions=tuple(_build(Mention, m) for m in data.get("mentions", ())),
            relations=tuple(_build(Relation, r) for r in data.get("relations", ())),
            warnings=tuple(data.get("warnings", ())),
            extra=tuple((k, v) for k, v in data.items() if k not in Document.__dataclass_fields__),
            **{
                k: data[k] for k in ("id", "text", "lang", "title", "title_other", "doi", "path", "sha256") if k in data
            },
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise AnnotationError(f"document {data['id']!r} is not in the guideline's form: {error}") from error


def validate(doc: Document) -> Document:
    """The document itself, if its layers agree with its text; AnnotationError naming the first fault if not.

    Checked: bounds inside the text, ids unique, concepts and types known, one layer flat, sentences in order and
    inside the text, relation ends exist. It refuses, it does not repair.
    """
    size = len(doc.text)
    seen: set[str] = set()
    bounded: list[Mention | Sentence | Block] = [*doc.mentions, *doc.sentences, *doc.blocks]
    for thing in bounded:
        if not (isinstance(thing.start, int) and isinstance(thing.end, int)):
            raise AnnotationError(f"{doc.id}: whole numbers expected as bounds, found {thing.start!r}, {thing.end!r}")
    last_end = dict.fromkeys(LAYERS, 0)
    for m in sorted(doc.mentions, key=lambda m: (m.start, m.end)):
        if not 0 <= m.start < m.end <= size:
            raise AnnotationError(
                f"{doc.id}: mention {m.id} is [{m.start}, {m.end}) but the text has {size} characters"
            )
        if m.type not in LAYERS:
            raise AnnotationError(
                f"{doc.id}: mention {m.id} has the unknown type {m.type!r}; known: {', '.join(LAYERS)}"
            )
        if m.id in seen:
            raise AnnotationError(f"{doc.id}: the mention id {m.id!r} is used twice")
        if m.start < last_end[m.type]:
            raise AnnotationError(f"{doc.id}: {m.type} mention {m.id} {doc.surface(m)!r} overlaps the one before it")
        seen.add(m.id)
        last_end[m.type] = m.end
    for r in doc.relations:
        if r.type not in RELATION_TYPES:
            raise AnnotationError(f"{doc.id}: relation {r.id} has the unknown type {r.type!r}")
        if missing := {r.head, r.tail} - seen:
            raise AnnotationError(
                f"{doc.id}: relation {r.id} points to {', '.join(sorted(missing))}, which is no mention"
            )
    layers: list[tuple[Sequence[Sentence | Block | Line], str]]
    layers = [(doc.sentences, "sentence"), (doc.blocks, "block"), (doc.lines, "line")]
    for spans, what in layers:
        end = 0
        for index, span in enumerate(spans):
            if not end <= span.start <= span.end <= size:
                raise AnnotationError(
                    f"{doc.id}: {what} {index} is [{span.start}, {span.end}), out of order or outside"
                )
            end = span.end
    return doc


def _build(kind: type[Any], data: dict[str, Any]) -> Any:
    known = {k: v for k, v in data.items() if k in kind.__dataclass_fields__}
    for name in ("concepts", "box"):
        if known.get(name) is not None:
            known[name] = tuple(known[name])
    if "spans" in known:
        known["spans"] = tuple((s, e) for s, e in known["spans"])
    return kind(**known)


def edge_at(edges: Edges, offset: int) -> float:
    """The left edge of the character at an offset of a line."""
    at = bisect.bisect_right(edges, offset, key=itemgetter(0)) - 1
    begin, x = edges[at]
    if begin == offset or at + 1 == len(edges):
        return x
    end, next_x = edges[at + 1]
    return x + (next_x - x) * (offset - begin) / (end - begin)


def edges_between(edges: Edges, start: int, end: int) -> Edges:
    """The edges of a part of a line; none where they are not known."""
    if not edges:
        return ()
    inner = [(offset - start, x) for offset, x in edges if start < offset < end]
    return ((0, edge_at(edges, start)), *inner, (end - start, edge_at(edges, end)))


def _filled(record: Any) -> dict[str, Any]:
    values = ((name, getattr(record, name)) for name in record.__dataclass_fields__)
    return {name: value for name, value in values if value is not None and value is not False and value not in ("", ())}


def _pieces(doc: Document) -> Iterator[tuple[int, int]]:
    """Bounds that cover the text: tokens, and what lies between them."""
    tokens: Iterable[Token] = (t for s in doc.sentences for t in s.tokens)
    at = 0
    for token in tokens:
        yield from _gap(doc.text, at, token.start)
        yield token.start, token.end
        at = token.end
    yield from _gap(doc.text, at, len(doc.text))


def _gap(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if start < end and text[start] == " ":
        yield start, start + 1
        start += 1
    if start < end:
        yield start, end
