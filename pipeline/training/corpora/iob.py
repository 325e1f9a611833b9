"""IOB files as the MTL editions of BC2GM and JNLPBA have them: a token a line, a tab, its tag; a blank line between
sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from pipeline.document import Document, Mention, validate
from pipeline.training.corpora.files import Line, lines_of

LABELS: Mapping[str, str] = {
    **dict.fromkeys(("GENE", "protein", "DNA", "RNA", "gene"), "gene"),
    "organelle": "organelle",
    "process": "process",
    "cell_line": "",
    "cell_type": "",
}
"""The layer of each label; "" for labels that are left out."""

_DOCUMENT = "-DOCSTART-"


def read_iob(path: Path, *, labels: Mapping[str, str] = LABELS, prefix: str = "") -> Iterator[Document]:
    """A document for each sentence, its tokens joined by one space: the edition does not have the original spacing.

    labels: the layer of each label. prefix: what the ids begin with, before the sentence's number; as the file and its
    folder are called when empty ("bc2gm-devel-1" for BC2GM-IOB/devel.tsv). AnnotationError names the line that is
    broken, ConfigError a file that cannot be opened.
    """
    prefix = prefix or _prefix(path)
    sentences = (list(lines) for blank, lines in groupby(lines_of(path), lambda line: not line.text) if not blank)
    # JNLPBA's abstracts begin with a sentence of this one token.
    number = 0
    for lines in sentences:
        if lines[0].text.partition("\t")[0] != _DOCUMENT:
            number += 1
            yield validate(_document(f"{prefix}-{number}", lines, labels))


def _prefix(path: Path) -> str:
    if str(path) == "-":
        return "iob"
    path = path.resolve()
    return f"{path.parent.name.lower().removesuffix('-iob')}-{path.stem}".replace(" ", "-").strip("-")


def _document(name: str, lines: list[Line], labels: Mapping[str, str]) -> Document:
    tokens: list[str] = []
    mentions: list[Mention] = []
    last = "O"
    at = 0
    for line in lines:
        token, tab, tag = line.text.partition("\t")
        kind, _, label = tag.partition("-")
        if not (tab and token.strip() and (tag == "O" or (kind in ("B", "I") and label))):
            raise line.error("a token, a tab, and O, B-LABEL or I-LABEL")
        if kind == "I" and last.partition("-")[2] != label:
            raise line.error(f"B-{label}, as the token before has the tag {last},")
        if tag != "O" and label not in labels:
            raise line.error(f"one of the labels {', '.join(labels)}")
        if layer := labels.get(label):
            end = at + len(token)
            if kind == "I":
                mentions[-1] = Mention(mentions[-1].id, mentions[-1].start, end, layer, by="gold")
            else:
                mentions.append(Mention(f"m{len(mentions) + 1}", at, end, layer, by="gold"))
        tokens.append(token)
        at += len(token) + 1
        last = tag
    return Document(name, " ".join(tokens), lang="en", mentions=tuple(mentions))
