"""The public vocabularies as they are published: HGNC, GO, MeSH, MGI, NCBI Gene. Files may be gzipped.

Where a release comes as a plain table of identifiers and names, that is read too.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import fastobo
from lxml import etree

from pipeline.errors import LexiconError

_GO_ID = re.compile(r"GO:\d{7}$")
_GO_LAYERS = {"cellular_component": "organelle", "biological_process": "process"}
_SCOPES = {"EXACT": "synonym", "NARROW": "narrow", "BROAD": "broad", "RELATED": "related"}
# MeSH's branches of processes: metabolism, of cells, genetic, physiological (G03 to G13), pathological (C23.550); and
# its cell structures.
_MESH_LAYERS = (
    (re.compile(r"G(?:0[3-9]|1[0-3])(?:\.|$)|C23\.550\."), "process"),
    (re.compile(r"A11\.284\."), "organelle"),
)
_MESH_ID = re.compile(r"(?:MESH:)?([DC]\d+)$")
_UNREADABLE = (OSError, EOFError, zlib.error)  # the last two: of cut and of broken gzip files


@dataclass(frozen=True, slots=True)
class Entry:
    """What a release says of one concept.

    layer: "" where it is none of ours. names: with their status, as of `Term`, and "narrow", "broad", "related" for
    names that say more, less or something near. older: former identifiers of it. replaced_by: what took the place of an
    obsolete one. same_as: its identifier in HGNC or MGI, where another release gives one.
    """

    concept: str
    layer: str
    names: tuple[tuple[str, str], ...]
    obsolete: bool = False
    older: tuple[str, ...] = ()
    replaced_by: str = ""
    same_as: str = ""


def read_hgnc(path: str | Path) -> Iterator[Entry]:
    """HGNC's approved genes. LexiconError when the header is another."""
    current = ("hgnc_id", "symbol", "name", "status")
    old = ("HGNC ID", "Approved Symbol", "Approved Name", "Status")  # of 2017
    others: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {
        current: (("alias_symbol", "abbreviation"), ("prev_symbol", "former"), ("alias_name", "synonym")),
        old: (("Synonyms", "abbreviation"),),
    }
    columns, rows = _table(path, "HGNC's complete set", current, old)
    identifier, symbol, name, status = columns
    for row in rows:
        if row[status].lower() == "approved":
            separator = "|" if columns == current else ", "
            aliases = [(a, kind) for column, kind in others[columns] for a in _cells(row.get(column), separator)]
            yield Entry(row[identifier], "gene", _named((row[symbol], "symbol"), (row[name], "name"), *aliases))


def read_go(path: str | Path) -> Iterator[Entry]:
    """GO's terms, from OBO or from a table that holds an identifier and a name in its first two columns.

    A table does not say the branch of a term; its file name may ("…cellular_component…", "…biological_process…").
    """
    return _read_obo(path) if _begins(path, b"format-version") else _read_go_table(path)


def _read_obo(path: str | Path) -> Iterator[Entry]:
    try:
        with _open(path) as raw:
            text = io.BytesIO(raw.read())  # what goes wrong in reading, fastobo would not say
        for frame in fastobo.iter(text):
            if isinstance(frame, fastobo.term.TermFrame):
                yield _obo_entry(frame)
    except (SyntaxError, ValueError, *_UNREADABLE) as error:
        raise LexiconError(f"{path}: OBO expected: {error}") from error


def _obo_entry(frame: fastobo.term.TermFrame) -> Entry:
    names: list[tuple[str, str]] = []
    layer = replaced_by = ""
    obsolete = False
    older: list[str] = []
    for clause in frame:
        match clause.raw_tag():
            case "name":
                names.insert(0, (clause.name, "name"))
            case "namespace":
                layer = _GO_LAYERS.get(str(clause.namespace), "")
            case "synonym":
                names.append((clause.synonym.desc, _SCOPES[clause.synonym.scope or "RELATED"]))
            case "is_obsolete":
                obsolete = bool(clause.obsolete)
            case "alt_id":
                older.append(str(clause.alt_id))
            case "replaced_by":
                replaced_by = str(clause.term)
    return Entry(str(frame.id), layer, _named(*names), obsolete, tuple(older), replaced_by)


def _read_go_table(path: str | Path) -> Iterator[Entry]:
    layer = next((layer for branch, layer in _GO_LAYERS.items() if branch in Path(path).name), "")
    for number, line in enumerate(_lines(path, empty=False), 1):
        cells = line.split("\t")
        at = next((i for i, cell in enumerate(cells[:2]) if _GO_ID.match(cell)), None)
        if at is not None and len(cells) > 1:
            name = cells[1 - at]
            yield Entry(cells[at], layer, _named((name, "synonym")), name.startswith("obsolete"))
        elif number == 1:
            raise LexiconError(
                f"{path}: OBO, or a table with GO: in its first or second column expected, found {line[:60]!r}"
            )


def read_mesh(path: str | Path) -> Iterator[Entry]:
    """MeSH's descriptors, from its XML or from a table of identifier, name, synonyms (| between them).

    A table does not say the branch: its entries have no layer.
    """
    if _begins(path, b"<?xml"):
        yield from _read_mesh_xml(path)
        return
    for number, line in enumerate(_lines(path, empty=False), 1):
        cells = line.split("\t")
        found = _MESH_ID.match(cells[0])
        if found is None or len(cells) < 2:
            raise LexiconError(f"{path}:{number}: an identifier like D000001 and a name expected, found {line[:60]!r}")
        others = ((name, "synonym") for name in _cells(cells[2] if len(cells) > 2 else "", "|"))
        yield Entry(f"MESH:{found[1]}", "", _named((cells[1], "name"), *others))


def _read_mesh_xml(path: str | Path) -> Iterator[Entry]:
    record = None
    try:
        with _open(path) as raw:
            records = etree.iterparse(
                raw, tag="DescriptorRecord", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
            )
            for _, record in records:
                trees = record.xpath("TreeNumberList/TreeNumber/text()")
                layer = next((name for branch, name in _MESH_LAYERS if any(map(branch.match, trees))), "")
                names = [(_turned(record.findtext("DescriptorName/String", "")), "name")]
                for preferred, status in (("Y", "synonym"), ("N", "narrow")):
                    path_ = f"ConceptList/Concept[@PreferredConceptYN='{preferred}']/TermList/Term/String/text()"
                    names += ((_turned(term), status) for term in record.xpath(path_))
                yield Entry(f"MESH:{record.findtext('DescriptorUI')}", layer, _named(*names))
                record.clear()
                while record.getprevious() is not None:
                    del record.getparent()[0]
    except (etree.XMLSyntaxError, *_UNREADABLE) as error:
        raise LexiconError(f"{path}: MeSH's descriptors as XML expected: {error}") from error
    if record is None:
        raise LexiconError(f"{path}: MeSH's descriptors as XML expected, found no DescriptorRecord")


def _turned(name: str) -> str:
    """A catalogue's heading as it is said: "Calcification, Vascular" is vascular calcification."""
    head, comma, rest = name.partition(", ")
    return f"{rest} {head}" if comma and ", " not in rest else name


def read_mgi(path: str | Path) -> Iterator[Entry]:
    """Mouse genes, from MGI's list of markers (MRK_List2.rpt) or a table of id, symbol, synonyms."""
    list2 = ("MGI Accession ID", "Marker Symbol", "Marker Name", "Marker Type")
    columns, rows = _table(path, "MGI's MRK_List2.rpt", list2, ("ID", "symbol"))
    for row in rows:
        if columns == list2:
            if row["Marker Type"] in ("Gene", "Pseudogene", "Other Genome Feature"):
                synonyms = ((s, "abbreviation") for s in _cells(row.get("Marker Synonyms (pipe-separated)"), "|"))
                names = _named((row["Marker Symbol"], "symbol"), (row["Marker Name"], "name"), *synonyms)
                yield Entry(row["MGI Accession ID"], "gene", names)
        else:
            synonyms = ((s, "abbreviation") for s in re.split(r"[;|]", row.get("synonyms", "")))
            yield Entry(f"MGI:{row['ID']}", "gene", _named((row["symbol"], "symbol"), *synonyms))


def read_ncbi(path: str | Path, taxa: Iterable[str]) -> Iterator[Entry]:
    """Genes of some species (NCBI's taxon numbers) from NCBI's gene_info."""
    wanted = frozenset(taxon.strip() for taxon in taxa)
    _, rows = _table(path, "NCBI's gene_info", ("#tax_id", "GeneID", "Symbol", "Synonyms", "dbXrefs", "description"))
    for row in rows:
        if row["#tax_id"] not in wanted or row["Symbol"] == "NEWENTRY":
            continue
        home = re.search(r"(?:HGNC|MGI):((?:HGNC|MGI):\d+)", row["dbXrefs"])
        aliases = ((s, "abbreviation") for s in _cells(row["Synonyms"], "|"))
        names = _named((row["Symbol"], "symbol"), (row["description"], "name"), *aliases)
        yield Entry(f"NCBIGene:{row['GeneID']}", "gene", names, same_as=home[1] if home else "")


def _named(*names: tuple[str | None, str]) -> tuple[tuple[str, str], ...]:
    """Names that are one, each once."""
    kept: dict[str, str] = {}
    for name, status in names:
        clean = " ".join((name or "").split())
        if clean and clean != "-":
            kept.setdefault(clean, status)
    return tuple(kept.items())


def _cells(cell: str | None, separator: str) -> list[str]:
    return [part.strip('" ') for part in (cell or "").strip('"').split(separator)]


def _table(path: str | Path, what: str, *known: tuple[str, ...]) -> tuple[tuple[str, ...], Iterator[dict[str, str]]]:
    """Which of the known sets of columns a table with a header has, and its rows; cells that are missing are empty."""
    lines = _lines(path)
    header = next(lines, "").split("\t")
    columns = next((columns for columns in known if set(columns) <= set(header)), None)
    if columns is None:
        wanted = " or ".join(", ".join(columns) for columns in known)
        raise LexiconError(f"{path}: {what} expected, with the columns {wanted}; found {', '.join(header)[:80]!r}")
    empty = [""] * len(header)
    return columns, (dict(zip(header, line.split("\t") + empty, strict=False)) for line in lines if line)


def _lines(path: str | Path, *, empty: bool = True) -> Iterator[str]:
    """The lines of a text. LexiconError where it cannot be read, or is empty and must not be."""
    line = None
    try:
        with _open(path) as raw, io.TextIOWrapper(raw, "utf-8-sig") as text:
            for line in text:
                yield line.rstrip("\r\n")
    except (UnicodeDecodeError, *_UNREADABLE) as error:
        raise LexiconError(f"{path}: a readable text table expected: {error}") from error
    if line is None and not empty:
        raise LexiconError(f"{path}: a table expected, found an empty file")


def _begins(path: str | Path, magic: bytes) -> bool:
    try:
        with _open(path) as raw:
            return raw.read(len(magic)) == magic
    except _UNREADABLE as error:
        raise LexiconError(f"{path}: a readable file expected: {error}") from error


def _open(path: str | Path) -> BinaryIO:
    try:
        with Path(path).open("rb") as raw:
            is_gzip = raw.read(2) == b"\x1f\x8b"
        return cast("BinaryIO", gzip.open(path)) if is_gzip else Path(path).open("rb")
    except OSError as error:
        raise LexiconError(f"{path}: a readable file expected: {error}") from error
