"""Records that reference managers exchange: MEDLINE (.nbib), and CNKI's RefWorks and EndNote exports.

All three are lines of a tag and a value; a line that begins with blanks or no tag goes on the value before it. One
record is one paper: title, abstract, keywords.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.document import Document
from pipeline.errors import ReadError
from pipeline.readers.assemble import Paragraph, PrintedLine, assemble
from pipeline.readers.pubmed import untranslated
from pipeline.readers.sections import find_doi, is_other_language
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


# Named one by one: a line of an abstract may well begin with "In vitro" or "NO".
_REFWORKS_TAGS = (
    r"RT|SR|ID|A[1-6]|AU|AD|AN|AB|AV|T[1-3]|JF|JO|YR|FD|VO|vo|IS|SP|OP|K1|PB|PP|SN|CN|LA|CL|SF|OT|LK|DO|D[BS]"
    r"|IP|RD|ST|U[1-9]|U1[0-5]|CR|W[PTV]|ED|UL"
)
DIALECTS = (
    Dialect("MEDLINE", re.compile(r"([A-Z]{2,4}) *- "), "PMID", ("TI",), ("TT",), ("AB",), ("OAB",), ("OT", "MH"),
            ("LID", "AID")),
    Dialect("RefWorks", re.compile(rf"({_REFWORKS_TAGS})(?: |$)"), "RT", ("T1",), ("T2", "OT"), ("AB",), (),
            ("K1",), ("DO",)),
    Dialect("EndNote", re.compile(r"%(\S) ?"), "0", ("T",), ("Q",), ("X",), (), ("K",), ("R",)),
)  # fmt: skip


def dialect_of(text: str) -> Dialect | None:
    """The dialect whose opening tag begins the text's first line; None for other text."""
    head = text.lstrip("\ufeff \r\n\t")
    for dialect in DIALECTS:
        match = dialect.tag.match(head)
        if (
            match
            and match[1] == dialect.first
            and (dialect.name != "RefWorks" or re.search(r"^(?:SR|T1) ", head, re.M))
        ):
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
    for line in re.split(r"\r\n?|\n", text.lstrip("\ufeff")):
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

    titles = [untranslated(t) for t in values(dialect.title)]
    others = [t for t in values(dialect.title_other) if not titles or is_other_language(t, titles[0])]
    paragraphs = [Paragraph([PrintedLine(t)], "title") for t in titles[:1] + others[:1]]
    for abstract in values(dialect.abstract) + values(dialect.abstract_other):
        paragraphs.append(Paragraph([PrintedLine(re.sub(r"^\s*<正>", "", abstract))], "abstract", "Abstract"))
    words = [
        word.strip()
        for tag in dialect.keywords
        for value in record.get(tag, ())
        for line in value
        for word in re.split(r"[;；]+", line)
    ]
    if dialect.name == "MEDLINE":  # descriptors carry a star and qualifiers: "*Autophagy/physiology"
        words = [re.sub(r"^\*|/.*$", "", word) for word in words]
    if keywords := list(dict.fromkeys(filter(None, words))):
        paragraphs.append(Paragraph([PrintedLine("; ".join(keywords))], "keywords"))
    doi = find_doi(values(dialect.doi))
    return assemble(
        paragraphs, title=titles[0] if titles else "", title_other=others[0] if others else "", doi=doi, **fields
    )
