"""spaCy's DocBin, for training spaCy pipelines: each layer in `doc.spans`.

A mention whose bounds cut a token is widened to whole tokens, as `Document.to_spacy` does; `doc.user_data["yimai"]` has
the document as it is, without its text: exact bounds, all identifiers, relations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.document import Document
from pipeline.errors import ConfigError
from pipeline.readers import shown
from pipeline.store import replacing

LOST: Mapping[str, Sequence[str]] = {}
"""What is not written: nothing."""


def write_spacy(path: Path, documents: Iterable[Document]) -> int:
    """Writes a DocBin (`.spacy`) of documents cut by our segmenter; gives back how many."""
    from spacy.tokens import DocBin  # noqa: PLC0415  (importing spaCy takes a second)

    from pipeline.segment import Segmenter  # noqa: PLC0415

    segmenter = Segmenter()
    docs = DocBin(store_user_data=True)
    for doc in documents:
        cut = segmenter.segment(doc)
        spacy_doc = cut.to_spacy()
        fields = cut.to_dict()
        del fields["text"]
        spacy_doc.user_data["yimai"] = fields
        docs.add(spacy_doc)
    try:
        with replacing(path) as temporary:
            docs.to_disk(temporary)
    except OSError as error:
        raise ConfigError(f"{shown(path)}: the file cannot be written: {error.strerror}") from error
    return len(docs)
