"""What annotated text calls concepts: names with counts, learned from corpora, kept apart from the lexicon."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from pipeline.document import LAYERS, Document
from pipeline.errors import LexiconError
from pipeline.lexicon.load import rows
from pipeline.lexicon.normalize import key
from pipeline.store import replacing

Aliases: TypeAlias = Mapping[tuple[str, str], Mapping[str, int]]
"""(layer, key of a name) → concept → how often annotated text says so; "|" between concepts that stand together."""

_COLUMNS = ("layer", "name", "concept", "count")


def learn(documents: Iterable[Document], without: Container[str] = ()) -> Aliases:
    """The aliases of annotated documents. without: identifiers that are no longer in use."""
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for doc in documents:
        for m in doc.mentions:
            name = key(doc.said(m))
            if m.concepts and name and not any(c in without for c in m.concepts):
                counts[m.type, name]["|".join(m.concepts)] += 1
    return dict(counts)


def save_aliases(aliases: Aliases, path: Path) -> None:
    """Writes aliases as a table: layer, name, concept, count."""
    lines = ["\t".join(_COLUMNS)]
    for (layer, name), counts in sorted(aliases.items()):
        lines += (f"{layer}\t{name}\t{concept}\t{count}" for concept, count in sorted(counts.items()))
    with replacing(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


def load_aliases(path: Path) -> Aliases:
    """What `save_aliases` wrote. LexiconError names the file and line that is not in the form."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise LexiconError(f"{path}: a table of aliases expected: {error.strerror}") from error
    result: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for number, row in rows(raw, str(path), _COLUMNS):
        if row["layer"] not in LAYERS or not row["count"].isdecimal():
            raise LexiconError(f"{path}:{number}: a layer and a count expected, found {row['layer']}, {row['count']}")
        result[row["layer"], row["name"]][row["concept"]] = int(row["count"])
    return dict(result)
