"""What a format of annotations has to carry beside the text, and what of it one format cannot."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.document import Document, Mention, from_dict, validate
from pipeline.errors import AnnotationError

_LAYERS = ("text", "blocks", "sentences", "warnings", "mentions", "relations")
_LINE_END = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_CONCEPT = re.compile(r"[^\s,;|]+")  # commas, semicolons and bars part identifiers in the formats


def head_of(doc: Document) -> dict[str, Any]:
    """What is said of the document as a whole: id, lang, title, source, license and the like."""
    return {name: value for name, value in doc.to_dict().items() if name not in _LAYERS}


def built(data: Mapping[str, Any], place: str) -> Document:
    """The validated document of a JSON object in the guideline's form; AnnotationErrors name the place."""
    try:
        return _with_right_spans(validate(from_dict(dict(data))))
    except AnnotationError as error:
        raise AnnotationError(f"{place}: {error}") from error


def sound(doc: Document) -> Document:
    """The document itself, if every format can hold its ids; AnnotationError if not, or if it is not valid."""
    _with_right_spans(validate(doc))
    if not doc.id or _LINE_END.search(doc.id):
        raise AnnotationError(f"{doc.id!r}: a document id of one line expected; rename the document")
    for name in (*(m.id for m in doc.mentions), *(r.id for r in doc.relations)):
        if not name or _LINE_END.search(name):
            raise AnnotationError(f"{doc.id}: an id of one line expected for mentions and relations, found {name!r}")
    if len({r.id for r in doc.relations}) < len(doc.relations):
        raise AnnotationError(f"{doc.id}: a different id expected for each relation; number them")
    for m in doc.mentions:
        if wrong := [c for c in m.concepts if not _CONCEPT.fullmatch(c)]:
            raise AnnotationError(
                f"{doc.id}: mention {m.id}: identifiers without blanks, commas, semicolons and bars expected, "
                f"found {wrong[0]!r}"
            )
    return doc


def counted(
    documents: Iterable[Document], lost: Mapping[str, Iterable[str]], counts: Counter[tuple[str, str]]
) -> Iterator[Document]:
    """The documents as they pass; `counts` then says which fields (layer, name) have no place in a format, how often.

    lost: names of fields by the layer that has them: "documents", "mentions", "relations".
    """
    for doc in documents:
        things = {"documents": (doc,), "mentions": doc.mentions, "relations": doc.relations}
        for layer, names in lost.items():
            for name in names:
                if filled := sum(getattr(thing, name) not in (None, "", (), False) for thing in things[layer]):
                    counts[layer, name] += filled
        yield doc


def span_fault(m: Mention) -> str:
    """What is wrong with the spans of a mention with a gap; "" if nothing is."""
    if not m.spans:
        return ""
    flat = [bound for span in m.spans for bound in span]
    if not all(isinstance(bound, int) for bound in flat):
        return f"whole numbers expected as spans, found {_listed(m.spans)}"
    pieces_hold = all(start < end for start, end in m.spans)
    in_order = all(a[1] <= b[0] for a, b in zip(m.spans, m.spans[1:], strict=False))
    if not (pieces_hold and in_order) or (flat[0], flat[-1]) != (m.start, m.end):
        return f"spans in order expected, from {m.start} to {m.end} and apart, found {_listed(m.spans)}"
    return ""


def _listed(spans: Iterable[tuple[Any, Any]]) -> str:
    return ", ".join(f"[{start}, {end}]" for start, end in spans)


def _with_right_spans(doc: Document) -> Document:
    for m in doc.mentions:
        if fault := span_fault(m):
            raise AnnotationError(f"{doc.id}: mention {m.id}: {fault}")
    return doc
