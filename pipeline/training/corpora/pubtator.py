"""PubTator files as BioRED publishes them: abstracts with genes, and relations between genes.

A record is a title line `PMID|t|…`, an abstract line `PMID|a|…`, and lines of tab-separated columns: mentions (PMID,
start, end, text, label, identifiers) and relations (PMID, type, identifier, identifier, novelty). A blank line ends it.
Records in our own layers, as the export writes them, are told apart by their labels; see pubtator_layers.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, product
from pathlib import Path
from typing import NamedTuple

from pipeline.document import Document, Mention, Relation, validate
from pipeline.segment.sentences import sentence_bounds
from pipeline.training.corpora.files import Line, lines_of
from pipeline.training.corpora.overlaps import flat, numbered
from pipeline.training.corpora.pubtator_layers import has_layers, layered_document

_GENE = "GeneOrGeneProduct"
_RELATIONS = {
    "Positive_Correlation": "positively_regulates",
    "Negative_Correlation": "negatively_regulates",
    "Association": "interacts_with",
    "Bind": "interacts_with",
}
_TITLE = re.compile(r"([^|\t]+)\|t\|(.*)", re.DOTALL)
_NO_GENE = ("", "-")


class _Statement(NamedTuple):
    """A relation as the file states it: between identifiers, for the whole document."""

    line: Line
    type: str
    first: str
    second: str


def read_pubtator(path: Path) -> Iterator[Document]:
    """A document for each record, its id the PMID: title, one space, abstract.

    Genes have NCBIGene: concepts. Relations between two genes go to the closest mentions of them in one sentence, and
    are left out where no sentence has both; the file states no direction, so head and tail stand as in the file. Other
    labels and relation types are ignored. AnnotationError names the file and line that is broken; ConfigError a file
    that cannot be opened.
    """
    for blank, record in groupby(lines_of(path), key=lambda line: not line.text.strip()):
        if not blank:
            yield _document(list(record))


def _document(lines: Sequence[Line]) -> Document:
    if not (title := _TITLE.fullmatch(lines[0].text)):
        raise lines[0].error("a title 'PMID|t|text'")
    pmid = title[1]
    begin = f"{pmid}|a|"
    if len(lines) < 2 or not lines[1].text.startswith(begin):
        raise lines[min(1, len(lines) - 1)].error(f"a title and after it the abstract '{begin}text'")
    text = f"{title[2]} {lines[1].text.removeprefix(begin)}"
    if has_layers(lines[2:]):
        return layered_document(pmid, text, lines[2:])
    genes: list[Mention] = []
    known: set[str] = set()
    statements: list[_Statement] = []
    for line in lines[2:]:
        columns = line.text.split("\t")
        if columns[0] != pmid:
            raise line.error(f"an annotation of {pmid}, or a blank line before the next record,")
        if len(columns) == 5 and not columns[1].isdecimal():
            statements.append(_Statement(line, *columns[1:4]))
            continue
        label, ids = _checked(line, columns, text)
        known.update(ids)
        if label == _GENE:
            if not all(i.isdecimal() for i in ids):
                raise line.error("numbers of NCBI Gene, or '-' for none,")
            concepts = tuple(f"NCBIGene:{i}" for i in ids)
            genes.append(Mention("", int(columns[1]), int(columns[2]), "gene", concepts, by="gold"))
    for statement in statements:
        if {statement.first, statement.second} - known:
            raise statement.line.error("a relation between identifiers of the record's mentions")
    mentions = tuple(numbered(flat(genes)))
    relations = tuple(_relations(statements, mentions, text))
    return validate(Document(pmid, text, lang="en", title=title[2], mentions=mentions, relations=relations))


def _checked(line: Line, columns: Sequence[str], text: str) -> tuple[str, list[str]]:
    """Label and identifiers of a mention, when its columns and its text are right."""
    if len(columns) not in (5, 6) or not (columns[1].isdecimal() and columns[2].isdecimal()):
        raise line.error(
            "a mention of 6 columns (PMID, start, end, text, label, identifiers) "
            "or a relation of 5 (PMID, type, identifier, identifier, novelty)"
        )
    start, end = int(columns[1]), int(columns[2])
    surface = text[start:end]
    if not surface or surface != columns[3]:
        raise line.error(f"{surface!r}, the text at [{start}, {end}) of title and abstract,")
    # Without identifiers the last column is "-", empty or missing.
    ids = re.split("[,;]", columns[5]) if len(columns) == 6 else []
    return columns[4], [i for i in ids if i not in _NO_GENE]


def _relations(statements: Iterable[_Statement], mentions: Sequence[Mention], text: str) -> Iterator[Relation]:
    sentences = [[m for m in mentions if start <= m.start and m.end <= end] for start, end in sentence_bounds(text)]
    seen: set[tuple[str, frozenset[str]]] = set()
    for statement in statements:
        kind = _RELATIONS.get(statement.type)
        pair = _closest(f"NCBIGene:{statement.first}", f"NCBIGene:{statement.second}", sentences)
        if kind is None or pair is None:
            continue
        head, tail = pair
        if (kind, frozenset((head.id, tail.id))) not in seen:
            seen.add((kind, frozenset((head.id, tail.id))))
            yield Relation(f"r{len(seen)}", kind, head.id, tail.id, by="gold")


def _closest(first: str, second: str, sentences: Iterable[Sequence[Mention]]) -> tuple[Mention, Mention] | None:
    """The two closest mentions of one sentence that name two genes, the earlier ones of equally close ones."""
    pairs = (
        (max(a.start, b.start) - min(a.end, b.end), a.start, b.start, a, b)
        for mentions in sentences
        for a, b in product(mentions, mentions)
        if a is not b and first in a.concepts and second in b.concepts
    )
    closest = min(pairs, key=lambda pair: pair[:3], default=None)
    return closest and closest[3:]
