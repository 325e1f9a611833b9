"""Public corpora in the format they are published in: a reader each, from a file or folder to validated documents."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from pipeline.document import Document
from pipeline.training.corpora.craft import read_craft
from pipeline.training.corpora.pubtator import read_pubtator

READERS: dict[str, Callable[[Path], Iterator[Document]]] = {
    "craft": partial(read_craft, full=False),
    "craft_full": partial(read_craft, full=True),
    "pubtator": read_pubtator,
}
