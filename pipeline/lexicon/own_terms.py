"""A user's own terms: a small table, made in a spreadsheet or an editor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from pipeline.document import LAYERS
from pipeline.errors import LexiconError
from pipeline.lexicon.normalize import is_han
from pipeline.lexicon.term import ID_PREFIXES, LANGUAGES, STATUSES, Term

_NEEDED = ("name", "concept", "layer")
_CONCEPT = re.compile(rf"(?:{'|'.join(ID_PREFIXES)}):[A-Za-z0-9]+$|name:.+")
_SYMBOL = re.compile(r"(?=.*(?:[A-Z].*[A-Z]|\d))\S{2,12}$", re.ASCII)

TABLES = (".tsv", ".csv", ".xlsx")
"""How files of own terms end; their names are the terms' source."""


def read_own_terms(path: str | Path) -> Iterator[Term]:
    """The terms of a table (.tsv, .csv, .xlsx) with the columns name, concept, layer and, if given, lang and status.

    concept: an identifier like HGNC:5468, or any name of the user's own choice, under which all names in both languages
    that have it are counted. lang is told by the letters where it is not given. A short Latin name with capitals or
    digits is taken for an abbreviation, whose letter case matters. LexiconError names file, row, what was expected and
    found.
    """
    path = Path(path)
    rows = _rows(path)
    header = [str(cell or "").strip().lower() for cell in next(rows, ())]
    if missing := [column for column in _NEEDED if column not in header]:
        raise LexiconError(
            f"{path}:1: the columns name, concept, layer (and lang, status) expected, {', '.join(missing)} missing in "
            f"{', '.join(filter(None, header)) or 'an empty header'}"
        )
    for number, cells in enumerate(rows, 2):
        row = {column: str(cell or "").strip() for column, cell in zip(header, cells, strict=False)}
        if any(row.values()):
            yield _term(row, f"{path}:{number}", path.name)


def _term(row: dict[str, str], place: str, source: str) -> Term:
    name, concept, layer = (" ".join(row.get(column, "").split()) for column in _NEEDED)
    if not name:
        raise LexiconError(f"{place}: a name expected, the cell is empty")
    if layer not in LAYERS:
        raise LexiconError(f"{place}: layer {layer!r} found; known: {', '.join(LAYERS)}")
    concept = concept or name
    chinese = any(map(is_han, name))
    lang = row.get("lang") or ("zh" if chinese else "en")
    status = row.get("status") or ("abbreviation" if _SYMBOL.match(name) and not chinese else "name")
    if lang not in LANGUAGES:
        raise LexiconError(f"{place}: lang {lang!r} found; known: {', '.join(LANGUAGES)}")
    if status not in STATUSES:
        raise LexiconError(f"{place}: status {status!r} found; known: {', '.join(STATUSES)}")
    concept = concept if _CONCEPT.match(concept) else f"name:{concept}"
    return Term(name, concept, layer, lang, status, source, sought=status != "weak")


def _rows(path: Path) -> Iterator[list[Any]]:
    import pandas as pd  # noqa: PLC0415  (half a second, for those who bring a table)

    try:
        if path.suffix.lower() == ".xlsx":
            frame = pd.read_excel(path, header=None, dtype=str, keep_default_na=False)
        else:
            separator = "," if path.suffix.lower() == ".csv" else "\t"
            frame = pd.read_csv(
                path, sep=separator, header=None, dtype=str, keep_default_na=False, encoding="utf-8-sig",
                skip_blank_lines=False,
            )  # fmt: skip
    except (OSError, ValueError, KeyError, SyntaxError, BadZipFile) as error:  # the last three: no sound workbook
        raise LexiconError(f"{path}: a table (.tsv, .csv or .xlsx, UTF-8) expected: {error}") from error
    yield from frame.to_numpy().tolist()
