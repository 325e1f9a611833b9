"""The formats of annotated corpora, and the functions behind `yimai corpus convert` and `export`."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from pipeline.document import Document
from pipeline.errors import ConfigError
from pipeline.store import read_jsonl, write_jsonl
from pipeline.training.corpora.carried import counted, sound
from pipeline.training.corpora.files import lines_of, named, refuse_overwriting

SCHEMES = ("cg", "pc", "ge", "anatem")
CONVERSIONS = ("plain", "full")

_logger = logging.getLogger(__name__)


def _craft(path: Path, *, conversion: str = "plain", ids: Path | None = None) -> Iterator[Document]:
    from pipeline.training.corpora.craft import read_craft  # noqa: PLC0415

    pmids = None if ids is None else [line.text.strip() for line in lines_of(ids) if line.text.strip()]
    return read_craft(path, full=conversion == "full", ids=pmids)


def _standoff(path: Path, *, scheme: str = "") -> Iterator[Document]:
    from pipeline.training.corpora.standoff import read_standoff  # noqa: PLC0415

    if not scheme:
        raise ConfigError(f"standoff: a corpus's scheme expected, found none; give --scheme {'|'.join(SCHEMES)}")
    return read_standoff(path, scheme=scheme)


def _reader(name: str, module: str = "") -> Callable[..., Iterator[Document]]:
    """A reader that is imported when it is called: the command line names all formats and uses one."""

    def read(path: Path) -> Iterator[Document]:
        loaded = import_module(f"pipeline.training.corpora.{module or name}")
        documents: Iterator[Document] = getattr(loaded, f"read_{name}")(path)
        return documents

    return read


FORMATS: dict[str, Callable[..., Iterator[Document]]] = {
    "craft": _craft,
    "standoff": _standoff,
    "iob": _reader("iob"),
    "pubtator": _reader("pubtator"),
    "bioc": _reader("bioc"),
    "brat": _reader("brat"),
    "labelstudio": _reader("labelstudio"),
    "inline": _reader("inline"),
}
"""Readers by format: a file or folder to validated documents."""

OPTIONS = {"craft": ("conversion", "ids"), "standoff": ("scheme",)}
"""The options that a format's reader takes."""

EXPORTS = {
    "brat": "brat",
    "bioc": "bioc",
    "pubtator": "pubtator_layers",
    "conll": "conll",
    "spacy": "docbin",
    "labelstudio": "labelstudio",
}
"""The module of each format that can be written, with `write_FORMAT` and what is `LOST` by it."""


def convert(name: str, path: Path, out: Path, **options: Any) -> Counter[str]:
    """Writes the documents of a corpus as JSONL, "-" for a pipe; gives back counts of documents, layers and relations.

    ConfigError for an unknown format, an option that the format does not take, an output that would overwrite the
    input, and an input without documents; AnnotationError and ReadError as the format's reader raises them.
    """
    if name not in FORMATS:
        raise ConfigError(f"unknown format {name!r}; known: {', '.join(FORMATS)}")
    given = {option: value for option, value in options.items() if value is not None}
    for option in given:
        if option not in OPTIONS.get(name, ()):
            takers = [f for f, taken in OPTIONS.items() if option in taken]
            raise ConfigError(f"--{option} is for {' and '.join(takers) or 'no format'}, not for {name}; leave it out")
    refuse_overwriting(out, [path, *(value for value in given.values() if isinstance(value, Path))])
    counts: Counter[str] = Counter()

    def documents() -> Iterator[Document]:
        for doc in FORMATS[name](path, **given):
            counts["documents"] += 1
            counts.update(m.type for m in doc.mentions)
            counts["relations"] += len(doc.relations)
            yield doc
        if not counts["documents"]:
            raise ConfigError(f"{named(path)}: documents expected, found none; is it {name}?")

    write_jsonl(out, documents())
    return counts


def export(name: str, source: Path, out: Path) -> int:
    """Writes JSONL documents in a format, "-" for a pipe where that is text; gives back how many.

    One warning says which fields the format has no place for. ConfigError for an unknown format or an output that
    would overwrite the input; AnnotationError for a document that is not valid or that the format cannot hold.
    """
    if name not in EXPORTS:
        raise ConfigError(f"unknown format {name!r}; known: {', '.join(EXPORTS)}")
    if str(out) == "-" and name in ("brat", "spacy"):
        what = "a folder" if name == "brat" else "a file"
        raise ConfigError(f"{name} cannot be written to a pipe; name {what}")
    refuse_overwriting(out, [source])
    module = import_module(f"pipeline.training.corpora.{EXPORTS[name]}")
    lost: Mapping[str, Iterable[str]] = module.LOST
    counts: Counter[tuple[str, str]] = Counter()
    write: Callable[[Path, Iterable[Document]], int] = getattr(module, f"write_{name}")
    count = write(out, counted(map(sound, read_jsonl(source)), lost, counts))
    if counts:
        fields = ", ".join(f"{field} of {number} {layer}" for (layer, field), number in counts.items())
        _logger.warning("%s has no place for some fields, they are not written: %s", name, fields)
    return count
