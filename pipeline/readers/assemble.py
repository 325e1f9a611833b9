"""From paragraphs to a document: the one place where a reader's pieces become a text with offsets."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from pipeline.document import BODY_KINDS, Block, Box, Document, Edges, Line, edges_between
from pipeline.lexicon.normalize import is_han


class PrintedLine(NamedTuple):
    """A line as it stands in a file; a text file has no page, box and edges. Boxes and edges are PDF points.

    edges: left edges of some characters, as (offset in the line, x), the first and, closing the line, the last among
    them. Print is taken to run evenly between two of them.
    """

    text: str
    page: int | None = None
    box: Box | None = None
    edges: Edges = ()


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
    """A document of the paragraphs, in their order, a line end between any two.

    `fields` are fields of `Document` (id, title, …).
    """
    text = _Text()
    blocks: list[Block] = []
    lines: list[Line] = []
    words = _words(paragraphs)
    for paragraph in paragraphs:
        printed = [line for line in paragraph.lines if line.text]
        if not printed:
            continue
        if text.size:
            text.add("\n")
        block_start, page = text.size, printed[0].page
        boxes: list[Box] = []
        for i, line in enumerate(printed):
            if line.page != page or (line.box and boxes and line.box[3] > boxes[-1][3] + 1):  # the next page or column
                blocks.append(_block(paragraph, block_start, text.size, page, boxes))
                block_start, page, boxes = text.size, line.page, []
            following = printed[i + 1].text if i + 1 < len(printed) else None
            kept, glue = (line.text, "") if following is None else seam(line.text, following, words)
            start = text.size
            text.add(kept)
            if line.page is not None and line.box is not None:
                boxes.append(line.box)
                lines.append(
                    Line(
                        start,
                        text.size,
                        line.page,
                        line.box,
                        line.edges if len(kept) == len(line.text) else edges_between(line.edges, 0, len(kept)),
                    )
                )
            text.add(glue)
        blocks.append(_block(paragraph, block_start, text.size, page, boxes))
    return Document(text="".join(text.parts), blocks=tuple(blocks), lines=tuple(lines), **fields)


def body_text(doc: Document, *, everything: bool = False) -> str:
    """The body as a reader of the paper would copy it: paragraphs parted by an empty line, none cut by a page end.

    everything: references, authors, tables and furniture too. A document without blocks is given as it is.
    """
    if not doc.blocks:
        return doc.text
    parts: list[str] = []
    end: int | None = None
    for block in doc.blocks:
        if not everything and block.kind not in BODY_KINDS:
            end = None
        elif end is not None and "\n" not in doc.text[end : block.start]:
            parts[-1] += doc.text[end : block.end]
            end = block.end
        else:
            parts.append(doc.surface(block))
            end = block.end
    return "\n\n".join(parts)


def join(lines: Iterable[str]) -> str:
    """Lines as one string, by the rules of `seam`."""
    result = ""
    for line in lines:
        kept, glue = seam(result, line) if result else ("", "")
        result = kept + glue + line
    return result


def cut_line(line: PrintedLine, at: int) -> tuple[PrintedLine, PrintedLine]:
    """A line in two, without the blanks between."""
    end = len(line.text[:at].rstrip())
    at += len(line.text[at:]) - len(line.text[at:].lstrip())
    if line.box is None:
        return line._replace(text=line.text[:end]), line._replace(text=line.text[at:])
    x0, y0, x1, y1 = line.box
    left, right = edges_between(line.edges, 0, end), edges_between(line.edges, at, len(line.text))
    left_end, right_start = (left[-1][1], right[0][1]) if left and right else (x1, x0)
    return (
        line._replace(text=line.text[:end], box=(x0, y0, left_end, y1), edges=left),
        line._replace(text=line.text[at:], box=(right_start, y0, x1, y1), edges=right),
    )


def seam(line: str, following: str, words: Container[str] = ()) -> tuple[str, str]:
    """What is kept of a line before `following`, and what goes between them.

    A blank between Latin words, nothing at a Chinese character. A hyphen at the line end goes when it only breaks a
    word ("calcifica-/tion") and stays when it belongs to it ("TGF-/β1", "Parkin-/mediated"); `words` are the paper's
    own, in small letters, which tell the two apart where they can. A soft hyphen always goes.
    """
    last, first = line[-1:], following[:1]
    if last == "\u00ad":
        return line[:-1], ""
    if last in _HYPHENS and last:
        return (line[:-1] if _breaks_word(line[:-1], following, words) else line), ""
    if not last or not first or _tight(last) or _tight(first):
        return line, ""
    return line, " "


_HYPHENS = "-\u2010"
# Second halves that compounds of our field are made with ("mitochondria-associated", "ATF6-dependent").
_COMPOUNDED = frozenset({
    "activated", "associated", "based", "binding", "bound", "conjugated", "containing", "coupled",
    "deficient", "defined", "dependent", "derived", "driven", "enriched", "expressing", "fold", "free",
    "gated", "independent", "induced", "inducible", "infected", "inhibited", "insensitive", "kappa",
    "knockdown", "knockout", "labelled", "labeled", "like", "linked", "localized", "localised", "loaded",
    "mediated", "negative", "null", "overexpressing", "positive", "producing", "protein", "regulated",
    "related", "resident", "resistant", "rich", "sensitive", "specific", "stained", "stimulated", "targeted",
    "to", "treated", "type", "wide", "year",
})  # fmt: skip
_PREFIXES = frozenset({
    "alpha", "anti", "beta", "calcium", "cell", "delta", "dose", "gamma", "high", "kappa", "ligand", "low", "non",
    "pro", "receptor", "self", "time", "well",
})  # fmt: skip


def _breaks_word(line: str, following: str, words: Container[str]) -> bool:
    """Whether a hyphen between `line` and `following` only marks the line's end."""
    left, right = re.search(r"[A-Za-z][a-z]+$", line), re.match(r"[a-z]{2,}", following)
    if left is None or right is None or re.search(r"[\w-]$", line[: left.start()]):
        # Within one compound ("mitochondria-asso-/ciated") the last part alone decides.
        left = re.search(r"(?<=-)[a-z]{2,}$", line)
        if left is None or right is None:
            return False
    a, b = left[0].lower(), right[0]
    if a + b in words:
        return True
    if f"{a}-{b}" in words or a in _PREFIXES or b in _COMPOUNDED:
        return False
    known = _known_words()
    if a + b in known or f"{a}-{b}" in known:
        return a + b in known
    # Two words of their own, each long enough not to be a syllable: a compound.
    return not (len(a) > 3 and len(b) > 3 and a in words and b in words)


@cache
def _known_words() -> frozenset[str]:
    """The words of the lexicon's organelles and processes, compounds with their hyphens."""
    folder = files("pipeline") / "resources" / "lexicon"
    text = "\n".join((folder / f"{layer}.tsv").read_text("utf-8") for layer in ("organelle", "process"))
    return frozenset(re.findall(r"[a-z-]+", text.lower()))


def _words(paragraphs: Sequence[Paragraph]) -> frozenset[str]:
    """The words inside the paper's lines, in small letters; compounds with their hyphens, and the parts of none."""
    text = "\n".join(line.text for paragraph in paragraphs for line in paragraph.lines)
    return frozenset(re.findall(r"[a-z-]+", text.lower().replace("\u2010", "-")))


def _tight(char: str) -> bool:
    return is_han(char) or "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uff65" or char in "–/"


def _block(paragraph: Paragraph, start: int, end: int, page: int | None, boxes: list[Box]) -> Block:
    box = None
    if boxes:
        x0s, y0s, x1s, y1s = zip(*boxes, strict=True)
        box = (min(x0s), min(y0s), max(x1s), max(y1s))
    return Block(start, end, paragraph.kind, paragraph.section, page, box)
