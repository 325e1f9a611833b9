"""Reading the curated lexicon's files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable

from pipeline.document import LAYERS
from pipeline.errors import LexiconError
from pipeline.lexicon.lexicon import Lexicon
from pipeline.lexicon.term import ID_PREFIXES, LANGUAGES, STATUSES, Term

COLUMNS = ("concept", "lang", "status", "name")
BLOCKED_COLUMNS = ("name", "lang", "reason")


def load_lexicon(folder: Traversable | None = None) -> Lexicon:
    """The curated lexicon of the package, or of another folder with the same files.

    LexiconError names the file and line of the first row that is not in the form.
    """
    folder = folder or files("pipeline") / "resources" / "lexicon"
    digest = hashlib.sha256()
    terms: list[Term] = []
    for layer in LAYERS:
        raw = (folder / f"{layer}.tsv").read_bytes()
        digest.update(raw)
        terms += _curated(raw, f"{layer}.tsv", layer)
    raw = (folder / "blocked.tsv").read_bytes()
    digest.update(raw)
    for _, row in rows(raw, "blocked.tsv", BLOCKED_COLUMNS):
        terms.append(Term(row["name"], "", "", "" if row["lang"] == "any" else row["lang"], "blocked"))
    return Lexicon.of(terms, digest.hexdigest()[:12])


def rows(raw: bytes, name: str, columns: tuple[str, ...]) -> Iterable[tuple[int, dict[str, str]]]:
    """Line number and cells of each row of a tab-separated table with a header; LexiconError when it is not one."""
    try:
        lines = raw.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise LexiconError(f"{name}: UTF-8 expected: {error}; save the file as UTF-8") from error
    header = tuple(lines[0].split("\t")) if lines else ()
    if header != columns:
        raise LexiconError(f"{name}:1: the columns {', '.join(columns)} expected, found {', '.join(header) or 'none'}")
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise LexiconError(f"{name}:{number}: {len(columns)} columns expected, {len(cells)} found: {line[:60]!r}")
        yield number, dict(zip(columns, cells, strict=True))


def _curated(raw: bytes, name: str, layer: str) -> Iterable[Term]:
    for number, row in rows(raw, name, COLUMNS):
        for column, known in (("lang", LANGUAGES), ("status", STATUSES)):
            if row[column] not in known:
                raise LexiconError(f"{name}:{number}: {column} {row[column]!r} found; known: {', '.join(known)}")
        prefix = row["concept"].partition(":")[0]
        if prefix not in (*ID_PREFIXES, "name") or not row["name"].strip():
            raise LexiconError(
                f"{name}:{number}: a concept like {ID_PREFIXES[0]}:1234 or name:… and a name expected, "
                f"found {row['concept']!r}, {row['name']!r}"
            )
        yield Term(row["name"], row["concept"], layer, row["lang"], row["status"])
