"""Sentences with tags, lemmas and dependencies, from CRAFT's treebank in CoNLL-U.

CRAFT's lemmas have a nought for each number ("e0f" of "E2f") and "#crd#" for a numeral; here those words are their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import AnnotationError
from pipeline.training.corpora.files import Line, lines_of

_COLUMNS = 10
_DIGIT = re.compile(r"\d")
_FOLDER = Path("structural-annotation") / "dependency" / "conllu"


class Word(NamedTuple):
    """A token of the treebank. head: index of its head in the sentence, its own for the root. space: one follows."""

    text: str
    lemma: str
    tag: str
    head: int
    label: str
    space: bool


Parsed = tuple[Word, ...]


def read_treebank(craft: Path, pmid: str) -> list[Parsed]:
    """The sentences of an article of a CRAFT release, in order.

    ConfigError when the release has no trees of it, AnnotationError for a line that is no token of CoNLL-U.
    """
    return list(_sentences(craft / _FOLDER / f"{pmid}.conllu"))


def _sentences(path: Path) -> Iterator[Parsed]:
    words: list[Line] = []
    for line in lines_of(path):
        if line.text and not line.text.startswith("#"):
            words.append(line)
        elif words and not line.text:
            yield _sentence(words)
            words = []
    if words:
        yield _sentence(words)


def _sentence(lines: list[Line]) -> Parsed:
    words = []
    for number, line in enumerate(lines, 1):
        cells = line.text.split("\t")
        if len(cells) != _COLUMNS or cells[0] != str(number):
            raise line.error(f"token {number} of its sentence in {_COLUMNS} columns")
        head = cells[6]
        if not head.isdecimal() or int(head) > len(lines):
            raise line.error(f"a head between 0 and {len(lines)} in column 7")
        words.append(
            Word(
                cells[1],
                cells[1].lower() if "#" in cells[2] or _DIGIT.search(cells[1]) else cells[2],
                cells[4],
                number - 1 if head == "0" else int(head) - 1,
                cells[7],
                "SpaceAfter=No" not in cells[9].split("|"),
            )
        )
    return tuple(words)


def placed(text: str, sentences: Sequence[Parsed]) -> list[list[tuple[int, int]]]:
    """Where the words of an article's sentences stand in its text: first and last offset of each.

    AnnotationError when the text does not have them in this order.
    """
    result = []
    at = 0
    for sentence in sentences:
        bounds = []
        for word in sentence:
            start = text.find(word.text, at)
            if start < 0 or text[at:start].strip():
                raise AnnotationError(f"{word.text!r} expected in the text, found {text[at : at + 20]!r}")
            at = start + len(word.text)
            bounds.append((start, at))
        result.append(bounds)
    return result
