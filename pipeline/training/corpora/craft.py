"""CRAFT, full papers of mouse biology annotated with PR and GO, from its Knowtator XML.

CRAFT has each set plain and with extension classes of its own (chromosome, MCAD, transcription). `full=False` takes the
plain sets, for scores that compare with published ones; `full=True` adds the extension classes that our guideline
marks. Which classes these are, and which plain concepts are left out, is in resources/corpora/craft.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pipeline.document import Document, Mention, validate
from pipeline.errors import AnnotationError, ConfigError
from pipeline.readers import file_bytes, shown
from pipeline.readers.xml import child, children, elements, root_name
from pipeline.training.corpora.overlaps import Spans, flat, numbered, spans_of

SETS = {"PR": "gene", "GO_CC": "organelle", "GO_BP": "process"}
_CONTEXT = 30  # characters on each side that the expressions in craft.json were written for


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of the annotations of one extension class; craft.json says what each field means."""

    keep: bool = True
    concept: str = ""
    layer: str = ""
    exception: re.Pattern[str] | None = None
    part: re.Pattern[str] | None = None
    grow: str = ""


class Rules(NamedTuple):
    """The rules of craft.json."""

    dropped: dict[str, frozenset[str]]
    """Concepts left out, by layer."""
    extensions: dict[str, dict[str, Rule]]
    """Rules by set and class; "*" for the classes not listed."""


class Annotation(NamedTuple):
    """An annotation as CRAFT has it: its class, and its spans in order, gaps of white space closed."""

    class_id: str
    spans: Spans


def read_craft(folder: Path, *, full: bool, ids: Iterable[str] | None = None) -> Iterator[Document]:
    """A document "craft-PMID" for each article of a CRAFT release.

    full: with the extension classes as well. ids: PMIDs; None for those of the train and dev parts. Raises ReadError
    for a file that is missing or no XML, AnnotationError where annotations and text do not agree.
    """
    if ids is None:
        ids = (*craft_ids(folder, "train"), *craft_ids(folder, "dev"))
    for pmid in ids:
        yield validate(_document(folder, pmid, full))


def craft_ids(folder: Path, part: Literal["train", "dev"]) -> tuple[str, ...]:
    """The PMIDs of a part of CRAFT, in its order; ConfigError when the folder is no CRAFT release."""
    path = folder / "articles" / "ids" / f"craft-ids-{part}.txt"
    try:
        return tuple(path.read_text("utf-8").split())
    except OSError as error:
        raise ConfigError(
            f"{shown(path)}: the list of CRAFT's {part} articles expected, found none ({error.strerror}); "
            "give the folder of a CRAFT release, which holds articles/ and concept-annotation/"
        ) from error


@cache
def article_text(folder: Path, pmid: str) -> str:
    """The text of an article of a CRAFT release, which its annotations count in."""
    path = folder / "articles" / "txt" / f"{pmid}.txt"
    try:
        return file_bytes(path).decode("utf-8")  # not read_text, which would turn CR LF into LF and move offsets
    except UnicodeDecodeError as error:
        raise AnnotationError(f"{shown(path)}: UTF-8 expected: {error}; download the CRAFT release again") from error


def craft_rules() -> Rules:
    """Which classes are mentions, from resources/corpora/craft.json."""
    data = json.loads((files("pipeline") / "resources" / "corpora" / "craft.json").read_text("utf-8"))
    return Rules(
        {layer: frozenset(concepts) for layer, concepts in data["dropped"].items()},
        {name: {c: _rule(rule) for c, rule in classes.items()} for name, classes in data["extensions"].items()},
    )


def _rule(fields: Mapping[str, Any]) -> Rule:
    values = {"exception" if name == "except" else name: value for name, value in fields.items()}
    for name, flags in (("exception", re.NOFLAG), ("part", re.IGNORECASE)):
        if name in values:
            values[name] = re.compile(values[name], flags)
    return Rule(**values)


def _document(folder: Path, pmid: str, full: bool) -> Document:
    text = article_text(folder, pmid)
    rules = craft_rules()
    found: list[Mention] = []
    own: set[tuple[str, Spans]] = set()
    for name, layer in SETS.items():
        plain = _annotations(folder, name, name, pmid, text)
        for class_id, spans in plain:
            if class_id not in rules.dropped.get(layer, ()):
                found.append(_mention(layer, spans, class_id))
                own.add((layer, spans))
        if full:
            extensions = rules.extensions[name]
            for class_id, spans in _annotations(folder, name, f"{name}+extensions", pmid, text):
                # PR_EXT:000001234 on the spans of PR:000001234 says the same again.
                if "_EXT:" in class_id and (class_id.replace("_EXT:", ":"), spans) not in plain:
                    rule = extensions.get(class_id, extensions["*"])
                    found += _by_rule(rule, layer, spans, text, found)
    mentions = flat(found)
    names = [m for m in mentions if m.type in ("gene", "organelle")]
    # No "growth" in "transforming growth factor β"; CRAFT's own "mitotic" in "mitotic spindle" stays.
    stay = (
        m
        for m in mentions
        if (m.type, spans_of(m)) in own or not any(n.type != m.type and _inside(m, n) for n in names)
    )
    return Document(f"craft-{pmid}", text, lang="en", mentions=tuple(numbered(stay)))


def _annotations(folder: Path, name: str, edition: str, pmid: str, text: str) -> list[Annotation]:
    """The annotations of a set, in the file's order; those without a span, which mark nothing, are left out."""
    path = folder / "concept-annotation" / name / edition / "knowtator" / f"{pmid}.txt.knowtator.xml"
    raw = file_bytes(path)
    if (root := root_name(raw, shown(path))) != "annotations":
        raise AnnotationError(
            f"{shown(path)}: Knowtator XML with the root <annotations> expected, found <{root}>; "
            "download the CRAFT release again"
        )
    classes = {
        mention.get("id"): given.get("id", "")
        for mention in elements(raw, shown(path), "classMention")
        if (given := child(mention, "mentionClass")) is not None
    }
    result = []
    for annotation in elements(raw, shown(path), "annotation"):
        place = f"{shown(path)}:{annotation.sourceline}"
        mention, given = child(annotation, "mention"), child(annotation, "spannedText")
        bounds = [(s.get("start", ""), s.get("end", "")) for s in children(annotation, "span")]
        if not bounds:
            continue
        mention_id = mention.get("id", "") if mention is not None else ""
        if not (class_id := classes.get(mention_id)):
            raise AnnotationError(
                f"{place}: an annotation with a class expected, found none for the mention {mention_id!r}; "
                "download the CRAFT release again"
            )
        if not all(start.isdecimal() and end.isdecimal() for start, end in bounds):
            raise AnnotationError(
                f"{place}: whole numbers expected as bounds, found {bounds}; download the CRAFT release again"
            )
        pieces = [(int(start), int(end)) for start, end in bounds]
        surface = " ... ".join(text[start:end] for start, end in pieces)
        wanted = given.text if given is not None else None
        if surface != wanted:
            raise AnnotationError(
                f"{place}: {wanted!r} expected at {pieces}, found {surface!r} in {pmid}.txt; "
                "take text and annotations from one CRAFT release"
            )
        result.append(Annotation(class_id, _joined(pieces, text)))
    return result


def _joined(pieces: Iterable[tuple[int, int]], text: str) -> Spans:
    """The pieces in order; those that overlap, or have nothing but white space between them, are joined."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if result and not text[result[-1][1] : start].strip():
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def _by_rule(rule: Rule, layer: str, spans: Spans, text: str, found: Iterable[Mention]) -> Iterator[Mention]:
    """The mentions of an extension annotation; none where its rule leaves it out."""
    if not rule.keep or (rule.exception and rule.exception.search(_in_context(spans, text))):
        return
    places = [spans]
    if rule.part:
        places = [
            ((start + part.start(), start + part.end()),)
            for start, end in spans
            for part in rule.part.finditer(text[start:end])
        ]
    for place in places:
        (start, end), *others = place
        if rule.grow:
            starts = [m.start for m in found if m.type == rule.grow and not m.spans and m.end == start - 1]
            if not starts or text[start - 1] not in " -":
                continue
            start = min(starts)
        yield _mention(rule.layer or layer, ((start, end), *others), rule.concept)


def _in_context(spans: Spans, text: str) -> str:
    start, end = spans[0][0], spans[-1][1]
    return f"{text[max(start - _CONTEXT, 0) : start]}<{text[start:end]}>{text[end : end + _CONTEXT]}".lower()


def _mention(layer: str, spans: Spans, concept: str) -> Mention:
    concepts = (concept,) if concept else ()
    return Mention("", spans[0][0], spans[-1][1], layer, concepts, spans=spans if len(spans) > 1 else (), by="gold")


def _inside(m: Mention, other: Mention) -> bool:
    """Whether each piece of `m` lies in a piece of `other`; what lies in a gap of `other` does not."""
    return all(any(a <= start and end <= b for a, b in spans_of(other)) for start, end in spans_of(m))
