"""What is wrong with annotated documents, and which texts several files share.

An error makes a file unfit for training or scoring: bounds outside the text, overlaps inside a layer, relations
without ends or over a sentence end, unknown types, ids used twice, texts that two files share. A warning is worth a
look: bounds inside a word or on a blank, a text twice in one file, ends that the guideline does not have for a type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pipeline.document import LAYERS, RELATION_TYPES, Document, Mention, Relation, from_dict
from pipeline.errors import AnnotationError, ConfigError
from pipeline.segment.sentences import sentence_bounds
from pipeline.training.corpora.carried import span_fault
from pipeline.training.corpora.files import lines_of, named

Level = Literal["error", "warning"]

_CURIE = re.compile(r"[A-Za-z][\w.]*:\S+")
_LATIN = re.compile(r"[A-Za-z]{2}")
_SHOWN = 30  # characters of a mention in a finding
_TAILS = {"located_in": ("organelle",), "involved_in": ("process",), "interacts_with": ("gene", "organelle")}
"""Layers that the guideline's table of relations has at the tail; the other types take all."""


class Finding(NamedTuple):
    """One fault, and where it stands."""

    level: Level
    file: str
    line: int
    document: str
    place: str
    """The mention or relation; empty for the document as a whole."""
    message: str
    """What is expected, and what was found."""

    def __str__(self) -> str:
        where = ": ".join(part for part in (f"{self.file}:{self.line}", self.document, self.place) if part)
        return f"{self.level}: {where}: {self.message}"


class _Fault(NamedTuple):
    level: Level
    place: str
    message: str


class _Seen(NamedTuple):
    """Where a text or an id stood first."""

    file: str
    line: int
    document: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} ({self.document})"


def check(files: Iterable[str | Path], against: Iterable[str | Path] = ()) -> Iterator[Finding]:
    """The findings in JSONL files, in their order; "-" is standard input.

    against: files whose texts must not be among those of `files`, as dev for train; only their texts and ids are
    looked at. Texts that differ in blanks alone count as shared. ConfigError when a file is given twice or cannot be
    opened.
    """
    files, against = list(files), list(against)
    _refuse_twice([*files, *against])
    ids: dict[str, _Seen] = {}
    texts: dict[str, _Seen] = {}
    for path in against:
        for file, line, doc in _documents(path):
            if isinstance(doc, str):
                yield Finding("error", file, line, "", "", doc)
            else:
                seen = _Seen(file, line, doc.id, doc.text)
                ids.setdefault(doc.id, seen)
                texts.setdefault(_folded(doc.text), seen)
    for path in files:
        for file, line, doc in _documents(path):
            if isinstance(doc, str):
                yield Finding("error", file, line, "", "", doc)
                continue
            faults = [*_shared(doc, file, ids, texts), *faults_of(doc)]
            for fault in faults:
                yield Finding(fault.level, file, line, doc.id, fault.place, fault.message)
            seen = _Seen(file, line, doc.id, doc.text)
            ids.setdefault(doc.id, seen)
            texts.setdefault(_folded(doc.text), seen)


def faults_of(doc: Document) -> Iterator[_Fault]:
    """What is wrong with one document, whatever else is: level, place and message."""
    if not doc.text.strip():
        yield _Fault("error", "", "a text expected, found none")
    if doc.lang not in ("zh", "en"):
        yield _Fault("warning", "", f"'zh' or 'en' expected as lang, found {doc.lang!r}")
    bounds = list(sentence_bounds(doc.text))
    placed: dict[str, Mention] = {}
    ids: set[str] = set()
    for m in doc.mentions:
        place = _place(doc, m)
        if m.id in ids:
            yield _Fault("error", place, f"an id for each mention expected, {m.id!r} is used twice")
        ids.add(m.id)
        if m.type not in LAYERS:
            yield _Fault("error", place, f"one of {', '.join(LAYERS)} expected as type, found {m.type!r}")
        if fault := _bounds_fault(doc, m) or span_fault(m):
            yield _Fault("error", place, fault)
            continue
        placed.setdefault(m.id, m)
        yield from _mention_faults(doc, m, place, bounds)
    yield from _overlaps(doc, placed.values())
    relation_ids: set[str] = set()
    said: set[tuple[str, str, str]] = set()
    for r in doc.relations:
        place = f"relation {r.id} {r.type}"
        if r.id in relation_ids:
            yield _Fault("error", place, f"an id for each relation expected, {r.id!r} is used twice")
        relation_ids.add(r.id)
        if r.type not in RELATION_TYPES:
            yield _Fault("error", place, f"one of {', '.join(RELATION_TYPES)} expected as type, found {r.type!r}")
        for end, mention in (("head", r.head), ("tail", r.tail)):
            if mention not in ids:
                yield _Fault("error", place, f"a mention's id expected as {end}, found {mention!r}, which is none")
        if r.head in placed and r.tail in placed:
            yield from _relation_faults(doc, r, placed[r.head], placed[r.tail], place, bounds)
        if (r.type, r.head, r.tail) in said:
            yield _Fault("warning", place, "a statement once expected, found it twice")
        said.add((r.type, r.head, r.tail))


def _documents(path: str | Path) -> Iterator[tuple[str, int, Document | str]]:
    """File, line, and the document, or what keeps the line from being one."""
    path = Path(path)
    for number, line in enumerate(lines_of(path), 1):
        if line.text.strip():
            yield named(path), number, _document(line.text)


def _document(text: str) -> Document | str:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        return f"one JSON object a line expected: {error}"
    if not isinstance(data, dict):
        return f"a JSON object expected, found {type(data).__name__}"
    try:
        doc = from_dict(data)
    except AnnotationError as error:
        return str(error)
    return _wrong_ids(doc) or doc


def _wrong_ids(doc: Document) -> str:
    names: list[Any] = [m.id for m in doc.mentions] + [m.type for m in doc.mentions]
    names += [name for r in doc.relations for name in (r.id, r.type, r.head, r.tail)]
    wrong = [name for name in names if not isinstance(name, str)]
    return f"document {doc.id!r}: strings expected as ids and types, found {wrong[0]!r}" if wrong else ""


def _shared(doc: Document, file: str, ids: dict[str, _Seen], texts: dict[str, _Seen]) -> Iterator[_Fault]:
    if other := ids.get(doc.id):
        yield _Fault("error", "", f"an id of its own expected, it is also {other.file}:{other.line}'s")
    folded = _folded(doc.text)
    if folded and (other := texts.get(folded)):
        how = "the same text as" if doc.text == other.text else "the same text but for blanks as"
        level: Level = "warning" if other.file == file else "error"
        leak = "" if other.file == file else "; keep it in one of the files"
        yield _Fault(level, "", f"a text of its own expected, found {how} {other}{leak}")


def _folded(text: str) -> str:
    # Blanks go altogether: Chinese beside Latin is set with and without.
    return "".join(text.split())


def _bounds_fault(doc: Document, m: Mention) -> str:
    if not (isinstance(m.start, int) and isinstance(m.end, int)):
        return f"whole numbers expected as bounds, found {m.start!r}, {m.end!r}"
    if not 0 <= m.start < m.end <= len(doc.text):
        return f"bounds inside the text of {len(doc.text)} characters expected, the first before the second"
    return ""


def _mention_faults(doc: Document, m: Mention, place: str, bounds: Sequence[tuple[int, int]]) -> Iterator[_Fault]:
    for concept in m.concepts:
        if not (isinstance(concept, str) and _CURIE.fullmatch(concept)):
            yield _Fault("error", place, f"an identifier like GO:0005739 expected, found {concept!r}")
    surface = doc.surface(m)
    if surface != surface.strip():
        yield _Fault("warning", place, "bounds without blanks expected")
    for at in (m.start, m.end):
        if _LATIN.fullmatch(doc.text[max(at - 1, 0) : at + 1]):
            word = doc.text[max(at - 8, 0) : at], doc.text[at : at + 8]
            yield _Fault("warning", place, f"bounds at a word's end expected, found {word[0]!r}|{word[1]!r}")
    if _sentence(m, bounds) is None:
        yield _Fault("warning", place, "a mention inside one sentence expected")


def _overlaps(doc: Document, mentions: Iterable[Mention]) -> Iterator[_Fault]:
    last: dict[str, Mention] = {}
    for m in sorted(mentions, key=lambda m: (m.start, m.end)):
        if (before := last.get(m.type)) and m.start < before.end:
            yield _Fault("error", _place(doc, m), f"one layer flat expected, it overlaps {_place(doc, before)}")
        if not before or m.end > before.end:
            last[m.type] = m


def _relation_faults(
    doc: Document, r: Relation, head: Mention, tail: Mention, place: str, bounds: Sequence[tuple[int, int]]
) -> Iterator[_Fault]:
    if head.id == tail.id:
        yield _Fault("error", place, f"two mentions expected, head and tail are both {head.id}")
    elif not any(a <= min(head.start, tail.start) and max(head.end, tail.end) <= b for a, b in bounds):
        yield _Fault(
            "error",
            place,
            f"both ends in one sentence expected, found {_place(doc, head)} and {_place(doc, tail)} in two",
        )
    ends = (head, tail) if r.type == "interacts_with" else (tail,)
    for m in ends:
        if (layers := _TAILS.get(r.type)) and m.type not in layers:
            yield _Fault("warning", place, f"{' or '.join(layers)} expected, found {_place(doc, m)} ({m.type})")


def _sentence(m: Mention, bounds: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    return next(((start, end) for start, end in bounds if start <= m.start and m.end <= end), None)


def _place(doc: Document, m: Mention) -> str:
    if isinstance(m.start, int) and isinstance(m.end, int):
        surface = doc.surface(m) if m.start >= 0 else ""
        shown = surface if len(surface) <= _SHOWN else f"{surface[:_SHOWN]}…"
        return f"mention {m.id} [{m.start}, {m.end}) {shown!r}"
    return f"mention {m.id}"


def _refuse_twice(files: Sequence[str | Path]) -> None:
    places = [str(f) if str(f) == "-" else Path(f).resolve() for f in files]
    for index, place in enumerate(places):
        if place in places[:index]:
            raise ConfigError(f"{files[index]}: each file once expected, found it twice; leave one of them out")
