"""Reading the lexicon: the curated one of the package, one that `yimai lexicon build` made, a user's own terms."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import platformdirs

from pipeline.document import LAYERS
from pipeline.errors import LexiconError
from pipeline.lexicon.lexicon import Lexicon
from pipeline.lexicon.names import FILES, TERMS, Names
from pipeline.lexicon.normalize import VERSION as SPELLING
from pipeline.lexicon.own_terms import read_own_terms
from pipeline.lexicon.term import ID_PREFIXES, LANGUAGES, STATUSES, Term
from pipeline.store import write_json

COLUMNS = ("concept", "lang", "status", "name")
BLOCKED_COLUMNS = ("name", "lang", "reason")
_ABOUT = "lexicon.json"
_log = logging.getLogger(__name__)


def load_lexicon(*given: str | Path) -> Lexicon:
    """The shipped lexicon, or another one, and a user's own terms.

    given: at most one folder, made by `yimai lexicon build` or holding files like the shipped ones, which takes the
    place of the shipped lexicon; and tables of own terms (see `read_own_terms`), what they say of a name hides what the
    lexicon says. LexiconError names the file and line of the first row that is not in the form.
    """
    paths = [Path(p) for p in given]
    folders = [p for p in paths if p.is_dir()]
    if len(folders) > 1:
        raise LexiconError(f"one folder of a lexicon expected, found {', '.join(map(str, folders))}; build one of them")
    base, version = _folder(folders[0]) if folders else _shipped()
    own = [p for p in paths if p not in folders]
    if not own:
        return Lexicon([base], version)
    terms = [term for path in own for term in read_own_terms(path)]
    digest = hashlib.sha256(version.encode() + b"".join(p.read_bytes() for p in own))
    return Lexicon([Names.of(terms), base], digest.hexdigest()[:12], version)


def shipped() -> Traversable:
    """The folder of the lexicon in the package."""
    return files("pipeline") / "resources" / "lexicon"


def shipped_version() -> str:
    """The version of the lexicon in the package."""
    return _version(_curated_files(shipped()))


def curated_terms(folder: Traversable) -> tuple[list[Term], str]:
    """The terms of the curated files in a folder, and their version, a hash of the files."""
    *layers, blocked = _curated_files(folder)
    terms: list[Term] = []
    for layer, raw in zip(LAYERS, layers, strict=True):
        terms += _terms(raw, f"{layer}.tsv", layer)
    for _, row in rows(blocked, "blocked.tsv", BLOCKED_COLUMNS):
        terms.append(Term(row["name"], "", "", "" if row["lang"] == "any" else row["lang"], "blocked"))
    return terms, _version((*layers, blocked))


def save_lexicon(names: Names, folder: Path, about: dict[str, Any]) -> str:
    """Writes a lexicon for `load_lexicon` to read at once; gives back its version, a hash of the terms."""
    folder.mkdir(parents=True, exist_ok=True)
    names.save(folder)
    version = hashlib.sha256((folder / TERMS).read_bytes()).hexdigest()[:12]
    sizes = {name: (folder / name).stat().st_size for name in FILES}
    write_json(folder / _ABOUT, {"version": version, "spelling": SPELLING, "bytes": sizes, **about})
    return version


def _curated_files(folder: Traversable) -> tuple[bytes, ...]:
    return tuple((folder / f"{name}.tsv").read_bytes() for name in (*LAYERS, "blocked"))


def _version(parts: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()[:12]


def _curated(folder: Traversable) -> tuple[Names, str]:
    terms, version = curated_terms(folder)
    return Names.of(terms), version


def _shipped() -> tuple[Names, str]:
    """The shipped lexicon, from the copy with keys made that the first use leaves in the user's cache folder.

    Making the keys takes ten times as long as reading them. Where the cache cannot be written or read, they are made.
    """
    version = shipped_version()
    cached = Path(platformdirs.user_cache_dir("yimai", appauthor=False)) / f"lexicon-{version}-{SPELLING}"
    try:
        return _folder(cached)[0], version
    except LexiconError as error:
        _log.debug("no copy of the lexicon to be used: %s", error)
    names, _ = _curated(shipped())
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: others may be reading, or doing the same.
        with tempfile.TemporaryDirectory(dir=cached.parent, prefix=".lexicon-") as fresh:
            save_lexicon(names, Path(fresh) / "new", {})
            shutil.rmtree(cached, ignore_errors=True)
            (Path(fresh) / "new").rename(cached)
    except OSError as error:
        _log.debug("the lexicon is not kept for the next start: %s", error)
    return names, version


def _folder(folder: Path) -> tuple[Names, str]:
    if not (folder / _ABOUT).exists():
        if not (folder / f"{LAYERS[0]}.tsv").exists():
            raise LexiconError(f"{folder}: a folder made by `yimai lexicon build` expected, {_ABOUT} is not there")
        return _curated(folder)
    try:
        about = json.loads((folder / _ABOUT).read_text("utf-8"))
        version, spelling, sizes = str(about["version"]), about["spelling"], dict(about["bytes"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LexiconError(f"{folder / _ABOUT}: not in the form: {error}; build the lexicon again") from error
    for name, size in sizes.items():
        found = (folder / name).stat().st_size if (folder / name).exists() else 0
        if found != size:
            raise LexiconError(f"{folder / name}: {size} bytes expected, found {found}; build the lexicon again")
    names = Names.load(folder)
    # The keys were made by another version of the normaliser: the terms hold, their keys are made anew.
    return (names if spelling == SPELLING else Names.of(names)), version


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


def _terms(raw: bytes, name: str, layer: str) -> Iterable[Term]:
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
        yield Term(row["name"], row["concept"], layer, row["lang"], row["status"], sought=row["status"] != "weak")
