"""BioC, XML and JSON: collections of documents with annotations and relations.

As we write it, a document is one passage, and what BioC has no place for is in infons: `lang`, `title` and other fields
of the document; `type` (the layer), `identifier` (commas between several), `name`, `by`, `score` of an annotation;
`type`, `negated`, `speculative`, `trigger`, `by`, `score` of a relation, whose nodes have the roles head and tail.
Offsets are characters; a name with a gap has several locations.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from bioc import (
    BioCAnnotation,
    BioCCollection,
    BioCDocument,
    BioCLocation,
    BioCNode,
    BioCPassage,
    BioCRelation,
    biocjson,
    biocxml,
)
from lxml import etree

from pipeline.document import Document, Mention, Relation
from pipeline.errors import AnnotationError
from pipeline.readers.xml import root_name
from pipeline.segment.language import language
from pipeline.training.corpora.carried import built, head_of
from pipeline.training.corpora.files import content, decoded, named, writing

LOST = {"documents": ("blocks", "warnings"), "mentions": ("page", "box")}
"""What is not written."""

_FLAGS = ("negated", "speculative")
_TRUE = {"true": True, "false": False}


class _Passage(NamedTuple):
    """A stretch of the text: where BioC has it, and where our text does."""

    offset: int
    start: int
    text: str


def read_bioc(path: Path) -> Iterator[Document]:
    """A document for each one of a collection, its passages joined by a line end where BioC leaves room between them.

    The text of a passage without text is that of its sentences. Annotations and relations may stand at any level;
    types are our layers and relation types. A document without the infon `lang` has the language of its text.
    AnnotationError names the document that is broken, ReadError XML that is none or declares entities.
    """
    name = named(path)
    collection = _collection(content(path), name)
    for doc in collection.documents:
        place = f"{name}: document {doc.id}"
        try:
            yield _document(doc, place)
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise AnnotationError(
                f"{place}: whole numbers as offsets and strings as ids expected, found {error}"
            ) from error


def write_bioc(path: Path, documents: Iterable[Document]) -> int:
    """Writes a collection, as JSON where the file's name ends in .json, else as XML; gives back how many documents.

    AnnotationError for a document with characters that XML cannot hold.
    """
    collection = BioCCollection()
    collection.source, collection.date, collection.key = "Yimai", "", "yimai"
    for doc in documents:
        collection.add_document(_written(doc))
    as_json = path.suffix.lower() == ".json"
    with writing(path) as out:
        if as_json:
            out.write(biocjson.dumps(collection, ensure_ascii=False, indent=1) + "\n")
        else:
            for document in collection.documents:
                _refuse_controls(document)
            out.write(biocxml.dumps(collection))
    return len(collection.documents)


def _collection(raw: bytes, name: str) -> Any:
    try:
        if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
            return biocjson.loads(decoded(raw, name).removeprefix("\ufeff"))
        # bioc's parser would expand entities, so a file that declares any is refused before it sees it.
        if (root := root_name(raw, name)) != "collection":
            raise AnnotationError(f"{name}: BioC with the root <collection> expected, found <{root}>")
        return biocxml.load(BytesIO(raw))
    except json.JSONDecodeError as error:
        raise AnnotationError(f"{name}: BioC JSON expected: {error}") from error
    except (etree.XMLSyntaxError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise AnnotationError(
            f"{name}: a BioC collection expected, found {type(error).__name__} {error}; check it against BioC's DTD"
        ) from error


def _document(doc: Any, place: str) -> Document:
    passages, text = _passages(doc, place)
    holders = [doc, *doc.passages, *(s for p in doc.passages for s in p.sentences)]
    mentions = [_mention(a, passages, f"{place}: annotation {a.id}") for h in holders for a in h.annotations]
    relations = [_relation(r, number, place) for number, r in enumerate((r for h in holders for r in h.relations), 1)]
    # An infon without text is None in XML and "" as we wrote it.
    head = {"lang": language(text), **{name: value or "" for name, value in doc.infons.items()}}
    return built({**head, "id": doc.id, "text": text, "mentions": mentions, "relations": relations}, place)


def _passages(doc: Any, place: str) -> tuple[list[_Passage], str]:
    """The passages and sentences with a text of their own, and the whole text.

    Offsets are those of the passage: not every BioC file counts what stands between passages as we do.
    """
    found: list[_Passage] = []
    text = ""
    end = None
    for passage in doc.passages:
        whole = passage.text
        if not whole:
            whole = ""
            for sentence in passage.sentences:
                # Blanks between sentences, which BioC does not write.
                whole = whole.ljust(sentence.offset - passage.offset) + (sentence.text or "")
        if end is not None and passage.offset < end:
            raise AnnotationError(f"{place}: passages one after the other expected, found one at {passage.offset}")
        if end is not None and passage.offset > end:
            text += "\n"
        found.append(_Passage(passage.offset, len(text), whole))
        text += whole
        end = passage.offset + len(whole)
    return found, text


def _mention(a: Any, passages: Iterable[_Passage], place: str) -> dict[str, Any]:
    spans = []
    pieces = []
    for location in sorted(a.locations, key=lambda place: (place.offset, place.length)):
        start, end = location.offset, location.offset + location.length
        inside = [p for p in passages if p.offset <= start < end <= p.offset + len(p.text)]
        if not inside:
            raise AnnotationError(f"{place}: a location inside a passage expected, found [{start}, {end}]")
        (first, *_) = inside
        spans.append([first.start + start - first.offset, first.start + end - first.offset])
        pieces.append(first.text[start - first.offset : end - first.offset])
    if not spans:
        raise AnnotationError(f"{place}: a location expected, found none; give it one or leave the annotation out")
    # Between the pieces of a name with a gap, files write a blank, dots, or the text of the gap.
    if a.text and (a.text != pieces[0] if len(pieces) == 1 else not _in_order(pieces, a.text)):
        raise AnnotationError(
            f"{place}: its text {a.text!r} expected, found {' … '.join(pieces)!r}; are offsets counted in characters?"
        )
    infons = dict(a.infons)
    ids = infons.get("identifier") or ""
    result = {
        "id": a.id,
        "start": spans[0][0],
        "end": spans[-1][1],
        "type": infons.get("type"),
        "concepts": [c for c in re.split(r"[,;]\s*", ids) if c not in ("", "-")],
        **_rest(infons, ("name", "by"), place),
    }
    return {**result, "spans": spans} if len(spans) > 1 else result


def _relation(r: Any, number: int, place: str) -> dict[str, Any]:
    place = f"{place}: relation {r.id}"
    ends = {node.role: node.refid for node in r.nodes}
    if set(ends) != {"head", "tail"} or len(r.nodes) != 2:
        roles = ", ".join(node.role for node in r.nodes)
        raise AnnotationError(f"{place}: a node head and a node tail expected, found {roles or 'none'}")
    flags = {}
    for flag in _FLAGS:
        said = str(r.infons.get(flag, "false")).lower()
        if said not in _TRUE:
            raise AnnotationError(f"{place}: true or false expected as {flag}, found {said!r}")
        flags[flag] = _TRUE[said]
    rest = _rest(r.infons, ("trigger", "by"), place)
    return {"id": r.id or f"r{number}", "type": r.infons.get("type"), **ends, **flags, **rest}


def _rest(infons: dict[str, Any], names: Iterable[str], place: str) -> dict[str, Any]:
    found: dict[str, Any] = {name: infons[name] for name in names if infons.get(name)}
    if (score := infons.get("score")) is not None:
        try:
            found["score"] = float(score)
        except ValueError as error:
            raise AnnotationError(f"{place}: a number expected as score, found {score!r}") from error
    return found


def _in_order(pieces: Iterable[str], text: str) -> bool:
    at = 0
    for piece in pieces:
        at = text.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def _written(doc: Document) -> Any:
    document = BioCDocument()
    document.id = doc.id
    head = head_of(doc)
    for name, value in head.items():
        if name == "id":
            continue
        if not isinstance(value, str):
            raise AnnotationError(
                f"{doc.id}: a string expected as {name!r}, as BioC's infons are strings, found {value!r}; "
                "take the field out or export to another format"
            )
        document.infons[name] = value
    passage = BioCPassage()
    passage.offset, passage.text = 0, doc.text
    passage.annotations = [_annotation(doc, m) for m in doc.mentions]
    passage.relations = [_written_relation(r) for r in doc.relations]
    document.add_passage(passage)
    return document


def _annotation(doc: Document, m: Mention) -> Any:
    annotation = BioCAnnotation()
    annotation.id = m.id
    annotation.text = doc.said(m)
    infons = {"type": m.type, "identifier": ",".join(m.concepts), "name": m.name, "by": m.by, "score": _number(m.score)}
    annotation.infons = {name: value for name, value in infons.items() if value}
    for start, end in m.spans or ((m.start, m.end),):
        annotation.add_location(BioCLocation(start, end - start))
    return annotation


def _written_relation(r: Relation) -> Any:
    relation = BioCRelation()
    relation.id = r.id
    flags = {flag: "true" if getattr(r, flag) else "false" for flag in _FLAGS}
    infons = {"type": r.type, **flags, "trigger": r.trigger, "by": r.by, "score": _number(r.score)}
    relation.infons = {name: value for name, value in infons.items() if value}
    relation.add_node(BioCNode(r.head, "head"))
    relation.add_node(BioCNode(r.tail, "tail"))
    return relation


def _number(score: float | None) -> str:
    return "" if score is None else repr(score)


def _refuse_controls(document: Any) -> None:
    try:
        biocxml.encoder.encode_document(document)
    except ValueError as error:
        raise AnnotationError(
            f"{document.id}: characters that XML can hold expected, found a control character; "
            "export to a file that ends in .json"
        ) from error
