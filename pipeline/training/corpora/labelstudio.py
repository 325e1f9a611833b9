"""Label Studio's JSON: a list of tasks, each with a text in `data` and its annotation.

A mention is a region of type `labels`, its identifiers a `textarea` on the same region. The pieces of a name with a gap
are regions, each later one joined to the first by a relation `continues`. A relation has the labels of its type and of
`negated`, `speculative`. Beside `text`, `data` holds `id`, `lang` and the document's other fields; `meta` of a region
or relation what else is known of it. The labelling interface for it:

    <View>
      <Relations choice="multiple">
        <Relation value="positively_regulates"/> … <Relation value="negated"/> <Relation value="speculative"/>
        <Relation value="continues"/>
      </Relations>
      <Labels name="layer" toName="text">
        <Label value="gene"/><Label value="organelle"/><Label value="process"/>
      </Labels>
      <Text name="text" value="$text"/>
      <TextArea name="concepts" toName="text" perRegion="true"/>
    </View>
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.document import Document, Mention
from pipeline.errors import AnnotationError
from pipeline.segment.language import language
from pipeline.training.corpora.carried import built, head_of
from pipeline.training.corpora.files import content, decoded, named, writing

LOST = {"documents": ("blocks", "warnings")}
"""What is not written."""

_CONTINUES = "continues"
_FLAGS = ("negated", "speculative")
_MENTION_META = ("name", "by", "score", "page", "box")
_RELATION_META = ("trigger", "by", "score")


def read_labelstudio(path: Path) -> Iterator[Document]:
    """A document for each task of a JSON export (not JSON-MIN), labels being our layers and relation types.

    A task without annotation is a document without mentions; skipped annotations do not count, predictions neither.
    The id is `data.id`, else the task's. AnnotationError names the task that is broken, or has several annotations.
    """
    name = named(path)
    try:
        tasks = json.loads(decoded(content(path), name).removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise AnnotationError(f"{name}: Label Studio's JSON expected: {error}; export as JSON") from error
    if not isinstance(tasks, list):
        raise AnnotationError(f"{name}: a list of tasks expected, found {type(tasks).__name__}; export as JSON")
    for number, task in enumerate(tasks, 1):
        place = f"{name}: task {task.get('id', number) if isinstance(task, dict) else number}"
        try:
            yield _document(task, number, place)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise AnnotationError(
                f"{place}: a task with data.text and annotations expected, found {type(error).__name__} {error}; "
                "export as JSON, not as JSON-MIN"
            ) from error


def write_labelstudio(path: Path, documents: Iterable[Document]) -> int:
    """Writes a list of tasks with their annotations, for import into Label Studio; gives back how many."""
    tasks = [_task(doc) for doc in documents]
    with writing(path) as out:
        out.write(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")
    return len(tasks)


def _document(task: dict[str, Any], number: int, place: str) -> Document:
    data = task["data"]
    text = data["text"]
    given = [a for a in task["annotations"] if not a.get("was_cancelled")]
    if len(given) > 1:
        raise AnnotationError(
            f"{place}: one annotation expected, found {len(given)}; choose one in Label Studio and export again"
        )
    results = given[0]["result"] if given else []
    regions: dict[str, dict[str, Any]] = {}
    concepts: dict[str, list[str]] = defaultdict(list)
    links: list[dict[str, Any]] = []
    for result in results:
        kind = result.get("type")
        if kind == "labels":
            if result["id"] in regions:
                raise AnnotationError(f"{place}: an id for each region expected, {result['id']!r} is used twice")
            regions[result["id"]] = _region(result, text, place)
        elif kind == "textarea":
            given_ids = result["value"]["text"]
            for cell in [given_ids] if isinstance(given_ids, str) else given_ids:
                concepts[result["id"]] += [c for c in re.split(r"[\s,;]+", cell) if c]
        elif kind == "relation":
            links.append(result)
        else:
            raise AnnotationError(f"{place}: a result of type labels, textarea or relation expected, found {kind!r}")
    if lost := concepts.keys() - regions.keys():
        raise AnnotationError(f"{place}: identifiers on a region expected, found them on {sorted(lost)}")
    for name, ids in concepts.items():
        regions[name]["concepts"] = ids
    relations: list[dict[str, Any]] = []
    for link in links:
        if _CONTINUES in (link.get("labels") or ()):
            _join(regions, link, place)
        else:
            relations.append(_relation(link, len(relations) + 1, place))
    head = {"id": str(task.get("id", number)), "lang": language(text), **data}
    return built({**head, "mentions": list(regions.values()), "relations": relations}, place)


def _region(result: dict[str, Any], text: str, place: str) -> dict[str, Any]:
    value = result["value"]
    place = f"{place}: region {result['id']}"
    if len(value["labels"]) != 1:
        raise AnnotationError(f"{place}: one label expected, found {value['labels']}")
    start, end = value["start"], value["end"]
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end):
        raise AnnotationError(f"{place}: whole numbers in order expected as start and end, found {start!r}, {end!r}")
    wanted = value.get("text")
    if wanted is not None and text[start:end] != wanted:
        # Before Label Studio 1.4, offsets were JavaScript's, which has two units for a character beyond U+FFFF.
        units = text.encode("utf-16-le")
        before, inside = units[: 2 * start], units[2 * start : 2 * end]
        if inside != wanted.encode("utf-16-le"):
            raise AnnotationError(
                f"{place}: its text {wanted!r} expected at [{start}, {end}], found {text[start:end]!r}; "
                "was the task's text changed?"
            )
        start = len(before.decode("utf-16-le"))
        end = start + len(wanted)
    meta = {name: v for name, v in (result.get("meta") or {}).items() if name in _MENTION_META}
    return {"id": result["id"], "start": start, "end": end, "type": value["labels"][0], **meta}


def _join(regions: dict[str, dict[str, Any]], link: dict[str, Any], place: str) -> None:
    """Makes a region a piece of another one: the mention's outer bounds, type and identifiers stay in one."""
    piece, whole = _ends(link, place)
    if piece == whole or piece not in regions or whole not in regions:
        raise AnnotationError(
            f"{place}: a later piece of a name 'continues' its first piece expected, found {piece!r} and {whole!r}"
        )
    part, first = regions.pop(piece), regions[whole]
    if part["type"] != first["type"]:
        raise AnnotationError(f"{place}: pieces of one layer expected, found {first['type']} and {part['type']}")
    spans = [first.get("spans", [(first["start"], first["end"])]), part.get("spans", [(part["start"], part["end"])])]
    first["spans"] = sorted(span for pieces in spans for span in pieces)
    first["start"], first["end"] = first["spans"][0][0], first["spans"][-1][1]
    first["concepts"] = list(dict.fromkeys([*first.get("concepts", ()), *part.get("concepts", ())]))


def _relation(link: dict[str, Any], number: int, place: str) -> dict[str, Any]:
    head, tail = _ends(link, place)
    labels = link.get("labels") or []
    kinds = [label for label in labels if label not in _FLAGS]
    if len(kinds) != 1:
        raise AnnotationError(
            f"{place}: one type of relation between {head} and {tail} expected, found {kinds or 'none'}"
        )
    flags = {flag: flag in labels for flag in _FLAGS}
    meta = {name: v for name, v in (link.get("meta") or {}).items() if name in _RELATION_META}
    return {"id": link.get("id", f"r{number}"), "type": kinds[0], "head": head, "tail": tail, **flags, **meta}


def _ends(link: dict[str, Any], place: str) -> tuple[str, str]:
    ends = link["from_id"], link["to_id"]
    direction = link.get("direction", "right")
    if direction == "left":
        return ends[1], ends[0]
    if direction == "right" or (direction == "bi" and "interacts_with" in (link.get("labels") or ())):
        return ends
    raise AnnotationError(
        f"{place}: a direction from head to tail expected, found {direction!r} between {ends[0]} and {ends[1]}"
    )


def _task(doc: Document) -> dict[str, Any]:
    written = doc.to_dict()
    results: list[dict[str, Any]] = []
    taken = {m.id for m in doc.mentions}
    links: list[dict[str, Any]] = []
    for m, fields in zip(doc.mentions, written["mentions"], strict=True):
        pieces = m.spans or ((m.start, m.end),)
        meta = {name: fields[name] for name in _MENTION_META if name in fields}
        results.append(_result(doc, m, m.id, pieces[0]) | ({"meta": meta} if meta else {}))
        if m.concepts:
            value = {"start": pieces[0][0], "end": pieces[0][1], "text": list(m.concepts)}
            results.append({"id": m.id, "from_name": "concepts", "to_name": "text", "type": "textarea", "value": value})
        for number, piece in enumerate(pieces[1:], 2):
            name = f"{m.id}.{number}"
            while name in taken:
                name += "'"
            taken.add(name)
            results.append(_result(doc, m, name, piece))
            links.append(_link(name, m.id, [_CONTINUES]))
    for r, fields in zip(doc.relations, written["relations"], strict=True):
        labels = [r.type, *(flag for flag in _FLAGS if getattr(r, flag))]
        meta = {name: fields[name] for name in _RELATION_META if name in fields}
        links.append({"id": r.id, **_link(r.head, r.tail, labels)} | ({"meta": meta} if meta else {}))
    return {"data": {**head_of(doc), "text": doc.text}, "annotations": [{"result": [*results, *links]}]}


def _result(doc: Document, m: Mention, name: str, piece: tuple[int, int]) -> dict[str, Any]:
    start, end = piece
    value = {"start": start, "end": end, "text": doc.text[start:end], "labels": [m.type]}
    return {"id": name, "from_name": "layer", "to_name": "text", "type": "labels", "value": value}


def _link(source: str, target: str, labels: list[str]) -> dict[str, Any]:
    return {"type": "relation", "from_id": source, "to_id": target, "direction": "right", "labels": labels}
