"""From paragraphs to a document: the one place where a reader's pieces become a text with offsets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.document import BODY_KINDS, Block, Box, Document, Line
from pipeline.lexicon.normalize import is_han


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line as it stands in a file. `edges` has one left edge a character and the right edge of the last; a text
    file has no page, box and edges. Boxes and edges are PDF points."""

    text: str
    page: int | None = None
    box: Box | None = None
    edges: tuple[float, ...] = ()


@dataclass(slots=True)
class Paragraph:
    """Lines that are one paragraph, what kind it is, and the section it stands in."""

    lines: list[PrintedLine]
    kind: str = "paragraph"
    section: str = ""

    @property
    def text(self) -> str:
        """The lines joined."""
        return join([line.text for line in self.lines])


@dataclass(slots=True)
class _Text:
    parts: list[str] = field(default_factory=list)
    size: int = 0

    def add(self, part: str) -> None:
        self.parts.append(part)
        self.size += len(part)


def assemble(paragraphs: Sequence[Paragraph], **fields: Any) -> Document:
    """A document of the paragraphs, a line end between any two; body first, then what is not tagged.

    The references, the furniture and the like are moved behind the body, so that a paragraph which goes on over a page
    end is one stretch of text. `fields` are fields of `Document` (id, title, …).
    """
    text = _Text()
    blocks: list[Block] = []
    lines: list[Line] = []
    body = [p for p in paragraphs if p.kind in BODY_KINDS]
    for paragraph in body + [p for p in paragraphs if p.kind not in BODY_KINDS]:
        printed = [line for line in paragraph.lines if line.text]
        if not printed:
            continue
        if text.size:
            text.add("\n")
        block_start, page, boxes = text.size, printed[0].page, []
        for i, line in enumerate(printed):
            if line.page != page:
                blocks.append(_block(paragraph, block_start, text.size, page, boxes))
                block_start, page, boxes = text.size, line.page, []
            following = printed[i + 1].text if i + 1 < len(printed) else None
            kept, glue = (line.text, "") if following is None else seam(line.text, following)
            start = text.size
            text.add(kept)
            if line.page is not None and line.box is not None:
                boxes.append(line.box)
                lines.append(Line(start, text.size, line.page, line.box, line.edges[: len(kept) + 1]))
            text.add(glue)
        blocks.append(_block(paragraph, block_start, text.size, page, boxes))
    return Document(text="".join(text.parts), blocks=tuple(blocks), lines=tuple(lines), **fields)


def join(lines: Iterable[str]) -> str:
    """Lines as one string, by the rules of `seam`."""
    result = ""
    for line in lines:
        kept, glue = seam(result, line) if result else ("", "")
        result = kept + glue + line
    return result


def seam(line: str, following: str) -> tuple[str, str]:
    """What is kept of a line before `following`, and what goes between them.

    A blank between Latin words, nothing at a Chinese character. A hyphen at the line end goes when small letters stand
    on both sides ("calcifica-/tion") and stays otherwise ("TGF-/β1", "NF-/κB").
    """
    last, first = line[-1:], following[:1]
    if last in "-\u00ad\u2010" and last:
        if last == "\u00ad" or re.search(r"[a-z]{2,}$", line[:-1]) and re.match(r"[a-z]{2,}", following):
            word = re.search(r"[A-Za-z-]+$", line[:-1])
            if last == "\u00ad" or word is None or not _keeps_hyphen(word[0]):
                return line[:-1], ""
        return line, ""
    if not last or not first or _tight(last) or _tight(first):
        return line, ""
    return line, " "


_PREFIXES = ("non", "anti", "pro", "well", "self", "calcium", "mitochondria", "endothelium", "receptor", "dose", "time")


def _keeps_hyphen(word: str) -> bool:
    """Whether the hyphen after `word` belongs to a compound ("mitochondria-/associated"), not to the line's end."""
    return word.lower().rpartition("-")[2] in _PREFIXES


def _tight(char: str) -> bool:
    return is_han(char) or "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uff65" or char in "–/"


def _block(paragraph: Paragraph, start: int, end: int, page: int | None, boxes: list[Box]) -> Block:
    box = None
    if boxes:
        x0s, y0s, x1s, y1s = zip(*boxes, strict=True)
        box = (min(x0s), min(y0s), max(x1s), max(y1s))
    return Block(start, end, paragraph.kind, paragraph.section, page, box)
