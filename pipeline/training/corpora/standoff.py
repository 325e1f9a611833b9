"""Corpora of texts with standoff annotation: three of events of the BioNLP shared tasks, and AnatEM, of names only.

cg is Cancer Genetics, pc Pathway Curation, ge GENIA events. What becomes a mention or a relation is in events.py.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.document import Document, validate
from pipeline.errors import ConfigError
from pipeline.readers import shown
from pipeline.training.corpora.events import annotated
from pipeline.training.corpora.standoff_lines import read_annotations, text_of

SCHEMES: Mapping[str, tuple[str, ...]] = {
    "cg": (".a1", ".a2"),
    "pc": (".a1", ".a2"),
    "ge": (".a1", ".a2"),
    "anatem": (".ann",),
}
"""The corpora, and the endings of their files beside the text, in the order of reading."""


def read_standoff(folder: Path, *, scheme: str) -> Iterator[Document]:
    """A document "SCHEME-NAME" for each text NAME.txt of a folder, in order of file name.

    scheme: one of `SCHEMES`. Mentions have no concepts, as these corpora give none. Raises ConfigError for an unknown
    scheme or a folder without texts, ReadError for a file that is missing, AnnotationError naming file and line where
    an annotation is broken, does not agree with the text, or points to none.
    """
    if scheme not in SCHEMES:
        raise ConfigError(f"unknown scheme {scheme!r}; known: {', '.join(SCHEMES)}")
    paths = sorted(folder.glob("*.txt"), key=lambda path: path.name)
    if not paths:
        endings = ", ".join((".txt", *SCHEMES[scheme]))
        raise ConfigError(
            f"{shown(folder)}: a folder of {endings} files expected, found no .txt; give the corpus's part"
        )
    for path in paths:
        text = text_of(path)
        mentions, relations = annotated(text, read_annotations(path, text, SCHEMES[scheme]), scheme)
        yield validate(Document(f"{scheme}-{path.stem}", text, lang="en", mentions=mentions, relations=relations))
