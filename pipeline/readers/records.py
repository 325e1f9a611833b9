"""Records that reference managers exchange: MEDLINE (.nbib), and CNKI's RefWorks and EndNote exports.

All three are lines of a tag and a value; a line that begins with blanks or no tag goes on the value before it. One
record is one paper: title, abstract, keywords.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.document import Document
from pipeline.errors import ReadError
from pipeline.lexicon.normalize import is_han
from pipeline.readers.assemble import Paragraph, PrintedLine, assemble
from pipeline.readers.text import plain


class Dialect(NamedTuple):
    """How one program writes records. `first` is the tag that opens a record; the others name the fields we read."""

    name: str
    tag: re.Pattern[str]
    first: str
    title: tuple[str, ...]
    title_other: tuple[str, ...]
    abstract: tuple[str, ...]
    abstract_other: tuple[str, ...]
    keywords: tuple[str, ...]
    doi: tuple[str, ...]


DIALECTS = (
    Dialect("MEDLINE", re.compile(r"([A-Z]{2,4}) *- "), "PMID", ("TI",), ("TT",), ("AB",), ("OAB",), ("OT", "MH"),
            ("LID", "AID")),
    Dialect("RefWorks", re.compile(r"([A-Za-z][A-Za-z0-9]) "), "RT", ("T1",), ("T2", "OT"), ("AB",), (), ("K1",), ("DO",)),
    Dialect("EndNote", re.compile(r"%(\S) ?"), "0", ("T",), ("Q",), ("X",), (), ("K",), ("R",)),
)  # fmt: skip


def dialect_of(text: str) -> Dialect | None:
    """The dialect whose opening tag begins the text's first line; None for other text."""
    head = text.lstrip("\ufeff \r\n\t")
    for dialect in DIALECTS:
        match = dialect.tag.match(head)
        if match and match[1] == dialect.first and (dialect.name != "RefWorks" or re.search(r"^(?:SR|T1) ", head, re.M)):
            return dialect
    return None


def read_records(text: str, dialect: Dialect, fields: dict[str, str]) -> Iterator[Document]:
    """A document for each record; their ids are the file's with "-1", "-2", … ReadError when none has a title.

    The file's id alone is used where it holds one record.
    """
    records = [r for r in _records(text, dialect) if any(tag in r for tag in (*dialect.title, *dialect.abstract))]
    if not records:
        raise ReadError(f"{fields['path']}: no {dialect.name} record with a title or an abstract found in it")
    for number, record in enumerate(records, 1):
        own = fields if len(records) == 1 else {**fields, "id": f"{fields['id']}-{number}"}
        yield _document(record, dialect, own)


def _records(text: str, dialect: Dialect) -> Iterator[dict[str, list[list[str]]]]:
    record: dict[str, list[list[str]]] = {}
    value: list[str] | None = None
    for line in text.lstrip("\ufeff").splitlines():
        match = dialect.tag.match(line)
        if match:
            if match[1] == dialect.first and record:
                yield record
                record = {}
            value = [line[match.end() :]]
            record.setdefault(match[1], []).append(value)
        elif value is not None and line.strip():
            value.append(line)
    if record:
        yield record


def _document(record: dict[str, list[list[str]]], dialect: Dialect, fields: dict[str, str]) -> Document:
    def values(tags: tuple[str, ...]) -> list[str]:
        return [v for tag in tags for lines in record.get(tag, ()) if (v := plain(lines))]

    titles = values(dialect.title)
    others = [t for t in values(dialect.title_other) if _is_other(t, titles)]
    paragraphs = [Paragraph([PrintedLine(t)], "title") for t in titles[:1] + others[:1]]
    for abstract in values(dialect.abstract) + values(dialect.abstract_other):
        paragraphs.append(Paragraph([PrintedLine(re.sub(r"^\s*<正>", "", abstract))], "abstract", "abstract"))
    if keywords := [k for v in values(dialect.keywords) for k in re.split(r"[;；]+", v.lstrip("*")) if k.strip()]:
        paragraphs.append(Paragraph([PrintedLine("; ".join(k.strip() for k in keywords))], "keywords"))
    doi = next((m[0] for v in values(dialect.doi) if (m := re.search(r"10\.\d{4,9}/[^\s\]]+", v))), "")
    return assemble(paragraphs, title=titles[0] if titles else "", title_other=others[0] if others else "", doi=doi, **fields)


def _is_other(title: str, titles: list[str]) -> bool:
    """Whether a second title is the same paper's in the other language."""
    return not titles or any(map(is_han, title)) != any(map(is_han, titles[0]))
