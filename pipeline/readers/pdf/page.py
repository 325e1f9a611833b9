"""What a PDF engine gives for each page: pieces of lines with their place, size and font."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.document import Box, Edges
from pipeline.readers.assemble import PrintedLine


@dataclass(slots=True)
class PageLine:
    """Characters that stand on one base line; numbers are points from the lower left corner of the upright page.

    base: height of the base line. size: letter size. font: its name as the file has it. page counts from 1.
    edges: as in `document.Line`. gaps: number of blanks in it that are wider than a letter, as between table cells.
    turned: box on the page of a line that is not set upright; its other numbers are those of the page turned so that
    most of its text is upright.
    """

    text: str
    page: int
    x0: float
    x1: float
    base: float
    size: float
    font: str = ""
    edges: Edges = ()
    gaps: int = 0
    turned: Box | None = None

    @property
    def y0(self) -> float:
        """Lower edge of the letters."""
        return self.base - 0.22 * self.size

    @property
    def y1(self) -> float:
        """Upper edge of the letters."""
        return self.base + 0.88 * self.size

    @property
    def printed(self) -> PrintedLine:
        """The line as a part of a paragraph."""
        if self.turned:
            return PrintedLine(self.text, self.page, self.turned)
        return PrintedLine(self.text, self.page, (self.x0, self.y0, self.x1, self.y1), self.edges)


@dataclass(slots=True)
class Page:
    """The pieces of a page in the order in which they are drawn, and its size as they see it.

    sideways: what is set in another direction than most of the page: stamps in the margin, watermarks.
    unmapped: share of the characters whose font does not say what they stand for. cut: has more characters than are
    read.
    """

    number: int
    width: float
    height: float
    lines: list[PageLine]
    sideways: list[PageLine]
    unmapped: float = 0.0
    cut: bool = False


def is_spaced(text: str) -> bool:
    """Whether a text has more blanks than words have: its letters may be set apart."""
    return text.count(" ") >= 0.24 * len(text)


class EncryptedError(Exception):
    """The file needs a password, or another one."""


def turned_upright(
    number: int, width: float, height: float, found: Sequence[tuple[int, PageLine]], unmapped: float, *, cut: bool
) -> Page:
    """The page, turned so that most of its text is upright, without what stands outside of it.

    width, height: of the page as it is shown. found: lines with their quarter turns to the left on the shown page;
    their numbers are those of the page turned until they are upright.
    """
    turns: Counter[int] = Counter()
    for turn, line in found:
        turns[turn] += len(line.text)
    usual = max(turns, key=lambda turn: (turns[turn], -turn), default=0)
    for turn, line in found:
        if turn:
            line.turned = _shown(turn, line, width, height)
    if usual % 2:
        width, height = height, width
    lines = [
        line
        for turn, line in found
        if turn == usual and -1 <= line.base <= height and line.x1 > 0 and line.x0 < width
    ]  # fmt: skip
    return Page(number, width, height, lines, [line for turn, line in found if turn != usual], unmapped, cut)


def _shown(turn: int, line: PageLine, width: float, height: float) -> Box:
    """The box of a turned line on the page as it is shown."""
    x0, y0, x1, y1 = line.x0, line.y0, line.x1, line.y1
    if turn == 1:
        return width - y1, x0, width - y0, x1
    if turn == 2:
        return width - x1, height - y1, width - x0, height - y0
    return y0, height - x1, y1, height - x0
