"""PubTator files in our own layers: what `write_pubtator` writes, and how `read_pubtator` reads it back.

    d1|t|Mfn2 does not promote fusion.
    d1|a|It does in mice.
    d1	document	{"head": {"id": "d1", "lang": "en"}}
    d1	0	4	Mfn2	gene	HGNC:16877	{"id": "m1"}
    d1	22	28	fusion	process	-	{"id": "m2"}
    d1	positively_regulates	HGNC:16877	-	-	{"id": "r1", "head": "m1", "tail": "m2", "negated": true}

Labels are layers, identifiers CURIEs with commas between. The last column, which other programs do not read, is JSON:
of a mention its id, the `spans` of a name with a gap (the columns have its outer bounds), and what else is known of it;
of a relation its ends, as identifiers do not tell which mentions are meant, and its flags. The line `document` has
the document's fields (`head`); `length` where the text ends before the blank between title and abstract; and
`replaced`, the places of line ends and tabs, which stand as blanks in the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.document import LAYERS, RELATION_TYPES, Document
from pipeline.errors import AnnotationError
from pipeline.segment.language import language
from pipeline.segment.sentences import sentence_bounds
from pipeline.training.corpora.carried import built, head_of
from pipeline.training.corpora.files import Line, writing

LOST = {"documents": ("blocks", "warnings")}
"""What is not written."""

_DOCUMENT = "document"
_NONE = "-"
_PARTS = re.compile(r"[\n\r\t]")
_MENTION_COLUMNS = {"id", "start", "end", "type", "concepts"}
_FLAGS = ("negated", "speculative")


def write_pubtator(path: Path, documents: Iterable[Document]) -> int:
    """Writes a record for each document; gives back how many.

    AnnotationError for a document whose id could not stand at the head of a line.
    """
    count = 0
    with writing(path) as out:
        for doc in documents:
            out.write("".join(f"{line}\n" for line in _record(doc)) + "\n")
            count += 1
    return count


def has_layers(lines: Iterable[Line]) -> bool:
    """Whether a record's lines after title and abstract are in our layers."""
    rows = (line.text.split("\t") for line in lines)
    return any(row[1:2] == [_DOCUMENT] or (len(row) > 4 and row[4] in LAYERS) for row in rows)


def layered_document(name: str, text: str, lines: Sequence[Line]) -> Document:
    """The document of a record in our layers; `text` is title, blank and abstract."""
    head: dict[str, Any] = {}
    mentions: list[dict[str, Any]] = []
    relations: list[dict[str, Any]] = []
    rows = [(line, line.text.split("\t")) for line in lines]
    for line, row in rows:
        if row[0] != name:
            raise line.error(f"an annotation of {name}, or a blank line before the next record,")
        if row[1:2] == [_DOCUMENT] and len(row) == 3:
            layout = _json(line, row[2])
            head, text = layout.get("head", {}), _restored(line, text, layout)
    for line, row in rows:
        if row[1:2] == [_DOCUMENT]:
            continue
        if len(row) == 6 and row[1] in RELATION_TYPES:
            ends = _json(line, row[5])
            if not {"head", "tail"} <= ends.keys():
                raise line.error("a sixth column with the mentions of a relation, 'head' and 'tail',")
            relations.append({"id": f"r{len(relations) + 1}", **ends, "type": row[1]})
        else:
            mentions.append(_mention(line, row, text, f"m{len(mentions) + 1}"))
    fields = {"lang": language(text), "id": name, **head}
    return built({**fields, "text": text, "mentions": mentions, "relations": relations}, lines[0].place)


def _mention(line: Line, row: Sequence[str], text: str, name: str) -> dict[str, Any]:
    if len(row) not in (5, 6, 7) or not (row[1].isdecimal() and row[2].isdecimal()) or row[4] not in LAYERS:
        raise line.error(
            f"a mention of 6 columns with one of {', '.join(LAYERS)} as the fifth, a relation of 6 with one of "
            f"{', '.join(RELATION_TYPES)} as the second, or the document's line"
        )
    start, end = int(row[1]), int(row[2])
    surface = _PARTS.sub(" ", text[start:end])
    if not surface or surface != row[3]:
        raise line.error(f"{surface!r}, the text at [{start}, {end}) of title and abstract,")
    concepts = [c for c in re.split("[,;]", row[5]) if c not in ("", _NONE)] if len(row) > 5 else []
    if wrong := [c for c in concepts if ":" not in c]:
        raise line.error(f"an identifier like GO:0005739 instead of {wrong[0]!r}")
    more = _json(line, row[6]) if len(row) == 7 else {}
    return {"id": name, **more, "start": start, "end": end, "type": row[4], "concepts": concepts}


def _json(line: Line, cell: str) -> dict[str, Any]:
    try:
        value = json.loads(cell)
    except json.JSONDecodeError as error:
        raise line.error("JSON in the last column") from error
    if not isinstance(value, dict):
        raise line.error("a JSON object in the last column")
    return value


def _restored(line: Line, text: str, layout: dict[str, Any]) -> str:
    """The text without the blank that title and abstract are joined by, and with its line ends."""
    characters = list(text[: layout.get("length", len(text))])
    try:
        for at, character in layout.get("replaced", ()):
            if characters[at] != " ":
                raise line.error(f"a blank at {at} of title and abstract, which stands for a line end,")
            characters[at] = character
    except (IndexError, TypeError, ValueError) as error:
        raise line.error("'replaced' as pairs of a place in the text and a character") from error
    return "".join(characters)


def _record(doc: Document) -> Iterator[str]:
    if "|" in doc.id or doc.id != doc.id.strip():
        raise AnnotationError(
            f"{doc.id!r}: an id without bars, and without blanks at its ends, expected, as it begins each line of a "
            "PubTator file; rename the document"
        )
    text = _PARTS.sub(" ", doc.text)
    at = _title_end(doc, text)
    layout: dict[str, Any] = {"head": head_of(doc)}
    if at is None:
        layout["length"] = at = len(text)
    if replaced := [(found.start(), found[0]) for found in _PARTS.finditer(doc.text)]:
        layout["replaced"] = replaced
    yield f"{doc.id}|t|{text[:at]}"
    yield f"{doc.id}|a|{text[at + 1 :]}"
    yield f"{doc.id}\t{_DOCUMENT}\t{_dumped(layout)}"
    written = doc.to_dict()
    concepts = {m.id: ",".join(m.concepts) or _NONE for m in doc.mentions}
    for m, fields in zip(doc.mentions, written["mentions"], strict=True):
        more = _dumped({name: value for name, value in fields.items() if name not in _MENTION_COLUMNS or name == "id"})
        columns = (doc.id, str(m.start), str(m.end), text[m.start : m.end], m.type, concepts[m.id], more)
        yield "\t".join(columns)
    for r, fields in zip(doc.relations, written["relations"], strict=True):
        kept = {name: value for name, value in fields.items() if name != "type" and (value or name not in _FLAGS)}
        yield "\t".join((doc.id, r.type, concepts[r.head], concepts[r.tail], _NONE, _dumped(kept)))


def _title_end(doc: Document, text: str) -> int | None:
    """Where a blank parts the text into title and abstract: at a line end, after the title, after a sentence."""
    ends = [doc.text.find("\n")]
    if doc.title and doc.text.startswith(doc.title):
        ends.append(len(doc.title))
    ends += [end for _, end in sentence_bounds(text)]
    return next((end for end in ends if end >= 0 and text[end : end + 1] == " "), None)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
