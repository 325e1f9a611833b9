"""CoNLL files, for training other programs: a token a line, and an IOB2 column for each layer.

Columns, tabs between: token, start, end (characters of the text), gene, organelle, process. A document begins with
lines `# id = …` and `# lang = …`; a blank line ends a sentence. The tokens are our segmenter's. A mention whose bounds
cut a token takes the whole token; one with a gap is written from its first to its last token.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.document import LAYERS, Document
from pipeline.segment import Segmenter
from pipeline.training.corpora.files import writing

LOST = {
    "documents": ("title", "title_other", "doi", "path", "sha256", "extra", "blocks", "warnings", "relations"),
    "mentions": ("concepts", "name", "by", "score", "page", "box"),
}
"""What is not written."""

_logger = logging.getLogger(__name__)


def write_conll(path: Path, documents: Iterable[Document]) -> int:
    """Writes the documents; gives back how many. One warning counts the mentions that are not written as they are."""
    segmenter = Segmenter()
    count = missing = 0
    mentions = inexact = 0
    with writing(path) as out:
        for doc in documents:
            cut = segmenter.segment(doc)
            count += 1
            out.write(f"# id = {doc.id}\n# lang = {cut.lang}\n")
            tags, written, widened = _tags(cut)
            mentions += len(doc.mentions)
            missing += len(doc.mentions) - written
            inexact += widened
            out.writelines(f"{line}\n" for line in _lines(cut, tags))
    if missing or inexact:
        _logger.warning(
            "of %d mentions, %d were widened to whole tokens or over their gaps; %d are not written, as they have no "
            "token of their own in the body",
            mentions, inexact, missing,
        )  # fmt: skip
    return count


def _tags(doc: Document) -> tuple[dict[tuple[int, str], str], int, int]:
    """Tags by token start and layer; how many mentions were written, and how many of them are not exact."""
    tokens = [token for sentence in doc.sentences for token in sentence.tokens]
    tags: dict[tuple[int, str], str] = {}
    written = widened = 0
    for layer in LAYERS:
        at = 0
        for m in sorted((m for m in doc.mentions if m.type == layer), key=lambda m: m.start):
            while at < len(tokens) and tokens[at].end <= m.start:
                at += 1
            first = at
            # A token that two mentions share is the earlier one's.
            while at < len(tokens) and tokens[at].start < m.end:
                tags[tokens[at].start, layer] = f"{'B' if at == first else 'I'}-{layer}"
                at += 1
            if at > first:
                written += 1
                exact = (tokens[first].start, tokens[at - 1].end) == (m.start, m.end) and not m.spans
                widened += not exact
    return tags, written, widened


def _lines(doc: Document, tags: dict[tuple[int, str], str]) -> Iterator[str]:
    for sentence in doc.sentences:
        for token in sentence.tokens:
            columns = (doc.surface(token), str(token.start), str(token.end))
            yield "\t".join((*columns, *(tags.get((token.start, layer), "O") for layer in LAYERS)))
        yield ""
